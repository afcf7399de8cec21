"""The built-in judge: takes `ScreenOrder` where no service is connected for its channel, and says `OrderScreened`."""

from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.app.house import House
from tallystick.decisions.screening import Known, Opinion, hours_of, opinion, references_of
from tallystick.engine.delivery import Route
from tallystick.engine.envelopes import delivery_of
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.partners.screening import OrderScreened, ScreeningRule, ScreenOrder
from tallystick.ports.connector import Acknowledgement, Delivery
from tallystick.storage.book import Connection, connect
from tallystick.storage.inbox import Inbox
from tallystick.storage.line import hang_up
from tallystick.storage.partners.seen import see, seen_before, seen_lately
from tallystick.storage.reading.promising.rules import rulebook
from tallystick.storage.vault import who_is

SOURCE: Final = "tallystick/screening"
BY: Final = "checks"
SCREEN_ORDER: Final = CATALOGUE.of(ScreenOrder).type


class Checks:
    """Implements `ports.screening.Screener` by the checks of the channel's rule, as in force now."""

    def __init__(self, house: House, connection: Connection) -> None:
        """Read over *connection*."""
        self._house, self._connection = house, connection

    async def judge(self, asked: ScreenOrder) -> Opinion:
        """Judge an order, and remember it for its customer's next one."""
        now, references = datetime.now(UTC), references_of(asked)
        subject = f"order/{asked.order}"
        await see(self._connection, references, (subject, now))
        found = (await rulebook(self._connection)).at(now).screening(asked.channel)
        rule = found or ScreeningRule(asked.channel)
        known = Known(
            asked,
            await self._country(asked.recipient),
            await seen_before(self._connection, references, subject),
            await seen_lately(self._connection, references, now, hours_of(rule)),
        )
        return opinion(rule, known)

    async def _country(self, recipient: str) -> str:
        """Return where the goods go, as the vault knows it: the letters of the country, and nothing else of it."""
        person = await who_is(self._connection, self._house.keyring, recipient) if recipient else None
        return str((person or {}).get("country", ""))


def judging(house: House) -> dict[str, Route]:
    """Return the way of orders to be judged: in this house, where no connection takes them."""

    async def push(command: Struct, key: str) -> Acknowledgement:
        assert isinstance(command, ScreenOrder)  # noqa: S101 - it is routed by its type
        connection = await connect(house.url, house.info.schema)
        try:
            said = await Checks(house, connection).judge(command)
            await Inbox(connection, house.names, house.keyring).receive([_report(command, said, key)])
        finally:
            await hang_up(connection)
        return Acknowledgement(f"{SOURCE}/{key}")

    async def ask(_: Struct, __: str) -> Acknowledgement | None:
        """Judging again changes nothing: the report is known by its key."""
        return None

    return {SCREEN_ORDER: Route(push, ask)}


def _report(asked: ScreenOrder, said: Opinion, key: str) -> Delivery:
    data = OrderScreened(asked.order, said.verdict, said.score, said.reasons, BY)
    return delivery_of(
        Envelope(
            id=f"screened/{key}",
            source=SOURCE,
            type=CATALOGUE.of(OrderScreened).type,
            subject=f"order/{asked.order}",
            time=datetime.now(UTC),
            data=Raw(msgspec.json.encode(data)),
        )
    )
