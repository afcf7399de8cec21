"""Mending dead letters: retried as they are, sent in again with changes, or dropped.

What is mended goes in at the front door under an id of its own, and the letter is closed only when the book holds it.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.app.exits import Complaint, not_found, not_in_order
from tallystick.app.house import House
from tallystick.app.working.work import work_off
from tallystick.ports.connector import Delivery, FileFeed
from tallystick.security.keyring import digest
from tallystick.storage.attention import dead_letters as letters
from tallystick.storage.attention.dead_letters import EARLY, PARKED, Letter
from tallystick.storage.inbox import Inbox
from tallystick.storage.vault import who_is

WHY_NOT: Final = {
    EARLY: "it came before what it depends on, and is tried again when its subject has moved",
    PARKED: "it was refused again",
}


class Outcome(Struct, frozen=True):
    """What came of a retry: whether the letter is closed and as what, or why it stays open, and what to do then."""

    letter: int
    closed: bool
    closed_as: str = ""
    sent_as: str = ""
    reason: str = ""
    remedy: str = ""


async def find_letter(connection: Any, number: int) -> Letter:
    """Return a letter; a `Complaint` when there is none."""
    found = await letters.letter(connection, number)
    if found is None:
        raise not_found(f"there is no dead letter {number}", "see `tally dead list --all`")
    return found


async def find_open_letter(connection: Any, number: int) -> Letter:
    """Return an open letter; a `Complaint` when it is closed or there is none."""
    found = await find_letter(connection, number)
    if found.closed_at is not None:
        raise not_in_order(f"dead letter {number} is closed: {found.closed_as}", "there is nothing left to do with it")
    return found


async def retry(house: House, number: int, changes: Mapping[str, str]) -> Outcome:
    """Try letter *number* again, with *changes* or as it is, and close it when the book holds its effect."""
    connection = await house.connection()
    letter = await find_open_letter(connection, number)
    if letter.body is None:
        raise _gone(letter)
    if letter.is_in_inbox and not changes:
        return await _again(house, connection, letter)
    return await _Mending(house, connection, letter).send(changes)


def _gone(letter: Letter) -> Complaint:
    remedy = f"ask {letter.source} to send it again, or drop this one: `tally dead drop {letter.id}`"
    return not_in_order(f"the body of dead letter {letter.id} is gone (erasure or retention)", remedy)


async def drop(house: House, number: int, because: str) -> Letter:
    """Give letter *number* up for good; what waited behind it flows again."""
    connection = await house.connection()
    letter = await find_open_letter(connection, number)
    async with connection.transaction():
        if letter.is_in_inbox and letter.delivery is not None:
            await letters.take_out(connection, letter.delivery)
        await letters.close_letter(connection, number, f"dropped: {because}")
    await work_off(house)
    return letter


async def _again(house: House, connection: Any, letter: Letter) -> Outcome:
    """Let the parked delivery itself try again."""
    if letter.delivery is None:
        raise not_in_order(f"dead letter {letter.id} has no delivery", f"drop it: `tally dead drop {letter.id}`")
    await letters.let_try_again(connection, letter.delivery)
    await work_off(house)
    return await _result(connection, letter, letter.delivery, "retried")


async def _result(connection: Any, letter: Letter, delivery: int, closed_as: str) -> Outcome:
    place = await letters.inbox_place(connection, delivery)
    wrong = await letters.went_wrong(connection, letter, delivery)
    if place is None and wrong is None:
        await letters.close_letter(connection, letter.id, closed_as)
        return Outcome(letter.id, closed=True, closed_as=closed_as)
    if wrong is not None:
        return Outcome(letter.id, closed=False, reason=wrong[0], remedy=wrong[1])
    state = place[0] if place else PARKED
    reason = WHY_NOT.get(state, f"it waits behind a parked message of {letter.subject}")
    return Outcome(letter.id, closed=False, reason=reason, remedy="mend what comes before it, then retry this one")


class _Mending:
    """One letter's body, mended and sent in again: a new delivery, in the place of the parked one if there is one."""

    def __init__(self, house: House, connection: Any, letter: Letter) -> None:
        self.house, self.connection, self.letter = house, connection, letter
        self.base = f"{letter.ext_id}~{letter.id}"

    async def send(self, changes: Mapping[str, str]) -> Outcome:
        delivery = await self._delivery(changes)
        if await self._is_through(delivery):
            await letters.close_letter(self.connection, self.letter.id, "mended")
            return Outcome(self.letter.id, closed=True, closed_as="mended", sent_as=delivery.id)
        self._see_that_it_can_be_read(delivery)
        sent, position = await self._receive(delivery)
        await work_off(self.house)
        outcome = await _result(self.connection, self.letter, sent, "mended" if changes else "retried")
        if not outcome.closed:
            await self._withdraw(sent, position)
        return replace(outcome, sent_as=delivery.id)

    async def _delivery(self, changes: Mapping[str, str]) -> Delivery:
        letter = self.letter
        if letter.body is None:
            raise _gone(letter)
        body = mended(self.house.feeds.get(letter.source), self.house.keyring.unseal(letter.body), changes)
        known = await letters.mends(self.connection, letter.source, self.base)
        same = [m for m in known if m.digest == digest(body) and m.state is not None]
        name = same[0].ext_id if same else f"{self.base}.{len(known)}" if known else self.base
        return Delivery(
            source=letter.source,
            id=name,
            subject=letter.subject,
            body=body,
            digest=digest(body),
            person=await self._person(),
        )

    async def _is_through(self, delivery: Delivery) -> bool:
        """Whether the same mend was sent in before, had to wait, and has been taken meanwhile."""
        known = await letters.mends(self.connection, delivery.source, self.base)
        return any(m.digest == delivery.digest and m.state is None and not m.failed for m in known)

    async def _person(self) -> str | None:
        """Whom the letter speaks of, as its sender calls them: so that erasure finds the mended body too."""
        if self.letter.person is None:
            return None
        known = await who_is(self.connection, self.house.keyring, self.letter.person)
        return known["id"] if known else None

    def _see_that_it_can_be_read(self, delivery: Delivery) -> None:
        """Translating is pure, so what cannot be understood is found before anything is sent in."""
        feed = self.house.feeds.get(delivery.source)
        if feed is None:
            return
        try:
            faults = feed.parse(delivery).faults
        except Exception as failure:
            what = f"letter {self.letter.id} cannot be read yet: {type(failure).__name__}: {failure}"
            raise not_in_order(what, "change the field it speaks of with --set FIELD=VALUE") from failure
        if faults:
            raise not_in_order(f"letter {self.letter.id} cannot be read yet: {faults[0].reason}", faults[0].remedy)

    async def _receive(self, delivery: Delivery) -> tuple[int, int | None]:
        """Keep the mended delivery, in the place of the parked one; return its number and that place."""
        letter, position = self.letter, None
        if letter.is_in_inbox:
            place = await letters.inbox_place(self.connection, letter.delivery)
            position = place[1] if place else None
        async with self.connection.transaction():
            await Inbox(self.connection, self.house.names, self.house.keyring).receive([delivery], position)
            if position is not None and letter.delivery is not None:
                await letters.take_out(self.connection, letter.delivery)
            sent = (await letters.mends(self.connection, delivery.source, delivery.id))[0].delivery
            await letters.let_try_again(self.connection, sent)
        return sent, position

    async def _withdraw(self, sent: int, position: int | None) -> None:
        """What could not be taken does not stay in the way; the parked delivery stands where it stood."""
        place = await letters.inbox_place(self.connection, sent)
        async with self.connection.transaction():
            if place is not None and place[0] == PARKED:
                await letters.take_out(self.connection, sent)
                if position is not None:
                    await letters.put_back(self.connection, self.letter, position)


def mended(feed: FileFeed | None, body: bytes, changes: Mapping[str, str]) -> bytes:
    """Return *body* with *changes*, by the connector that knows its form; without one, by the fields of a JSON object."""
    if not changes:
        return body
    if feed is None:
        raise not_in_order("nothing here can change this body", "ask the sender to send it right, and drop this one")
    try:
        return feed.mended(body, changes)
    except (LookupError, ValueError) as wrong:
        raise _not_mendable(wrong) from wrong


def _not_mendable(wrong: Exception) -> Complaint:
    return not_in_order(str(wrong.args[0] if wrong.args else wrong), "`tally dead show` shows the fields it has")
