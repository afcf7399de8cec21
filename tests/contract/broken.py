"""Connectors that each break one promise: what the contract must catch."""

import contextlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace as with_

from tallystick.connectors.specimen.bench import bench as honest
from tallystick.connectors.specimen.connector import Specimen
from tallystick.kit.contract.bench import QUICK, Bench
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    ConnectorError,
    Delivery,
    Hook,
    HookRefused,
    InDoubt,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Retryable,
    Translation,
)

Make = Callable[[], AbstractContextManager[Bench]]


def broken(door: type[Specimen], **changed: Any) -> Make:
    """Return the specimen's bench with another door, and what else is *changed* about it."""

    @contextmanager
    def make() -> Iterator[Bench]:
        with honest() as found:
            sound = found.door(QUICK)
            connection: Connection = sound._connection
            sound.close()
            yield replace(found, door=lambda limits: door(connection, limits), **changed)

    return make


class Forgetful(Specimen):
    """Numbers what it pulls anew each time."""

    times = 0

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Make up an id."""
        page = super().pull(kind, since)
        Forgetful.times += 1
        return Page([with_(d, id=f"{d.id}.{Forgetful.times}") for d in page.deliveries], page.cursor, page.more)


class Restless(Specimen):
    """Says that there is more when there is not."""

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Move the cursor for ever."""
        page = super().pull(kind, since)
        return page if page.deliveries else Page((), str(int(since) + 1), more=False)


class Skipping(Specimen):
    """Goes on by place, not by change: what moves while it reads is never seen."""

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Read the page at a place of what there is now, in the order of numbers."""
        everything: list[Delivery] = []
        cursor, more = "", True
        while more:
            page = super().pull(kind, cursor)
            everything += page.deliveries
            cursor, more = page.cursor, page.more
        everything.sort(key=lambda d: json.loads(d.body)["change"])
        place = int(since or 0)
        found = everything[place : place + 3]
        return Page(found, str(place + len(found)), place + 3 < len(everything))


class Nameless(Specimen):
    """Knows an order by its number only, whatever it says now."""

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Leave the change out of the id."""
        page = super().pull(kind, since)
        return Page([with_(d, id=d.subject) for d in page.deliveries], page.cursor, page.more)


class Hasty(Specimen):
    """Takes every failure for one that passes at once."""

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Come back at once."""
        try:
            return super().pull(kind, since)
        except ConnectorError as error:
            raise Retryable(str(error)) from error

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Come back at once."""
        try:
            return super().push(command, key)
        except ConnectorError as error:
            raise Retryable(str(error)) from error


class Patient(Specimen):
    """Waits for an answer as long as it takes."""

    def __init__(self, connection: Connection, _: Any) -> None:
        """Live within limits of its own."""
        super().__init__(connection, with_(QUICK, deadline_seconds=30))


class Pushy(Specimen):
    """Starts with fresh limits at every call, so that no rest and no rate is kept."""

    def _fresh(self) -> Specimen:
        return Specimen(self._connection, QUICK)

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Forget what the partner asked for."""
        with contextlib.closing(self._fresh()) as door:
            return door.pull(kind, since)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Forget what the partner asked for."""
        with contextlib.closing(self._fresh()) as door:
            return door.push(command, key)


class Indifferent(Specimen):
    """Pulls, pushes and answers whatever it is asked for."""

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Give orders for everything."""
        return super().pull(self.manifest.pulls[0], since)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Do nothing for what it does not know."""
        try:
            return super().push(command, key)
        except Rejected as error:
            if "not pushed" in str(error):
                return Acknowledgement("fine")
            raise


class Doubling(Specimen):
    """Thinks of a key of its own for every attempt."""

    attempts = 0

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Spoil the key."""
        Doubling.attempts += 1
        return super().push(command, f"{key}.{Doubling.attempts}")


class Rounding(Specimen):
    """Counts money in halves of cents."""

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Lose a cent."""
        return super().push(with_(command, amount=command.amount // 2 * 2), key)  # type: ignore[attr-defined]


class Lenient(Specimen):
    """Takes a key that was used for something else for a repetition."""

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Acknowledge whatever stands there."""
        found = self._client.payment(key)
        return Acknowledgement(found["id"]) if found else super().push(command, key)


class Certain(Specimen):
    """Never doubts: what was not answered did not happen."""

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Call it retryable."""
        try:
            return super().push(command, key)
        except InDoubt as lost:
            raise Retryable(str(lost)) from lost


class Blind(Specimen):
    """Never finds what it did."""

    def ask(self, question: Struct) -> Struct:
        """Say no."""
        return Outcome(None) if isinstance(question, OutcomeAsked) else super().ask(question)


class Excusing(Specimen):
    """Takes a refusal for a success."""

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Swallow it."""
        try:
            return super().push(command, key)
        except Rejected as error:
            if "there is no order" in str(error):
                return Acknowledgement("never mind")
            raise


class AllOrNothing(Specimen):
    """Takes many commands, and stops at the first that is refused."""

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> list[Acknowledgement | ConnectorError]:
        """Push until one is refused."""
        return [self.push(command, key) for command, key in commands]


class Careful(Specimen):
    """Takes many commands, each for itself: not broken."""

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> list[Acknowledgement | ConnectorError]:
        """Push each."""
        answers: list[Acknowledgement | ConnectorError] = []
        for command, key in commands:
            try:
                answers.append(self.push(command, key))
            except Rejected as error:
                answers.append(error)
        return answers


class Floating(Specimen):
    """Reads money as a float."""

    def parse(self, delivery: Delivery) -> Translation:
        """Make the tax of each line a float."""
        found = super().parse(delivery)
        return with_(
            found,
            reports=tuple(
                with_(r, data=with_(r.data, lines=tuple(with_(x, tax=float(x.tax)) for x in r.data.lines)))  # type: ignore[attr-defined]
                for r in found.reports
            ),
        )


class Yesterday(Specimen):
    """Takes the day in UTC for the shop's."""

    def parse(self, delivery: Delivery) -> Translation:
        """Forget the zone."""
        found = super().parse(delivery)
        return with_(found, reports=tuple(with_(r, on=r.time.date()) for r in found.reports))


class Strict(Specimen):
    """Knows every field there is, it thinks."""

    def parse(self, delivery: Delivery) -> Translation:
        """Refuse more."""
        if b"unknown" in delivery.body:
            raise ValueError("an unknown field")
        return super().parse(delivery)


class Pruning(Specimen):
    """Keeps what it understands, and throws the rest away."""

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Cut the bodies down."""
        page = super().pull(kind, since)
        return Page(
            [with_(d, body=d.body.replace(b"nobody_knows", b"x")) for d in page.deliveries], page.cursor, page.more
        )


class Guessing(Specimen):
    """Fills in what is missing."""

    def parse(self, delivery: Delivery) -> Translation:
        """Assume euros, and that nothing else can be missing."""
        whole = {"currency": "EUR", **json.loads(delivery.body)}
        return super().parse(with_(delivery, body=json.dumps(whole).encode()))


class Dropping(Specimen):
    """Passes over what it does not understand."""

    def parse(self, delivery: Delivery) -> Translation:
        """Forget the faults."""
        return Translation(super().parse(delivery).reports)


class Trusting(Specimen):
    """Believes every webhook."""

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Take it as it is."""
        order = json.loads(hook.body or b"{}")
        if not order:
            raise HookRefused("empty")
        return (Delivery(source="shop", id=order["number"], subject="x", body=hook.body, digest=b"1"),)


class Timeless(Specimen):
    """Believes a webhook however old it is."""

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Take the moment it was signed for the moment it came."""
        stamp = hook.headers.get("x-specimen-signature", "").partition("t=")[2].partition(",")[0]
        at = datetime.fromtimestamp(int(stamp), UTC) if stamp.isdecimal() else hook.at
        return super().received(with_(hook, at=at))


class Counting(Specimen):
    """Numbers webhooks as they come."""

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Count."""
        found = super().received(hook)
        self.count: int = getattr(self, "count", 0) + 1
        return tuple(with_(d, id=f"{d.id}.{self.count}") for d in found)


class Talkative(Specimen):
    """Logs how it signs in."""

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Tell."""
        logging.getLogger("specimen").debug("calling with %s", self._connection.secret("api_key"))
        return super().pull(kind, since)


class Quoting(Specimen):
    """Quotes the secret its webhooks are signed with, when one is refused."""

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Explain too much."""
        try:
            return super().received(hook)
        except HookRefused as refused:
            raise HookRefused(f"{refused}: wanted {self._connection.secret('hook_secret')}") from refused


class Secretive(Specimen):
    """Asks for a secret that its manifest does not name."""

    def __init__(self, connection: Connection, limits: Any) -> None:
        """Want another one."""
        super().__init__(connection, limits)
        with contextlib.suppress(KeyError, Misconfigured):
            connection.secret("password")
