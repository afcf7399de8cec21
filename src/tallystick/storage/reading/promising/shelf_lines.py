"""Availability of many products in one statement, by the same decision that makes the promise."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.decisions.availability import Availability, Question, availability
from tallystick.decisions.rulebook import EMPTY, Lookup, Rulebook, Terms
from tallystick.journal.layer import STATES, Layer
from tallystick.model.amount import units
from tallystick.storage.batches.batch_rows import decode_plans
from tallystick.storage.reading.promising.rules import rulebook, rules_event

SKUS_MAX: Final = 1000
# The offsets keep the planner from reading whole tables: one short range of a key for each product.
_LINES: Final = (
    "select w.place, (s.id >> 16) & 65535, s.event, b.recorded_at, s.plans, "
    "s.sellable, s.reserved, s.quarantine, s.damaged, s.refurbish, s.owed "
    "from unnest($1::text[]) with ordinality w(name, place) join commodity c on c.name = w.name "
    "cross join lateral (select * from stock t where t.id >= c.id::bigint << 32 and t.id < (c.id::bigint + 1) << 32 "
    "offset 0) s left join lateral (select recorded_at from batch where id = s.event >> 12 offset 0) b on true "
    "where $2::int[] is null or (s.id >> 16) & 65535 = any($2::int[])"
)
_LOCATIONS: Final = "select id, name from location"
_INBOX: Final = (
    "select count(*), min(d.received_at) from inbox i join delivery d on d.id = i.delivery where i.state = 0"
)


class Asked(Struct, frozen=True):
    """Which products, for which channel (empty: nobody in particular), where (empty: everywhere, or in a *group*).

    *at* is now, in UTC; *until* the day up to which announced goods count, None: as the channel's rules say.
    """

    skus: Sequence[str]
    at: datetime
    channel: str = ""
    locations: Sequence[str] = ()
    group: str = ""
    until: date | None = None


class ShelfLine(Struct, frozen=True):
    """One product at one location: its units (not their value), what may be promised and by which terms, and how fresh it is.

    `event` is the last that touched the row, recorded at `recorded_at` (0 and None: it was last touched by a release
    that did not keep it).
    """

    sku: str
    location: str
    layer: Layer
    numbers: Availability
    terms: Terms
    event: int
    recorded_at: datetime | None

    def unavailable(self) -> dict[str, int]:
        """Units on hand that the channel cannot promise, by reason; of those reserved and owed `numbers` speaks."""
        found = self.numbers
        states = {s: getattr(self.layer, s) for s in STATES if s != "reserved" and s not in self.terms.states}
        return states | {"safety_stock": found.safety, "buffer": found.buffer, "fenced": found.fenced}


class InboxLag(Struct, frozen=True):
    """What has arrived and is not in the book yet: how many deliveries, and since when the oldest of them waits."""

    deliveries: int
    oldest: datetime | None


class GroupUnknown(LookupError):
    """The rules know no group of that name."""


class AvailabilityReader:
    """Answers on a connection of its own. Rules are read anew only when another event has set them."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Read through *connection*."""
        self._connection = connection
        self._rules: tuple[int, Rulebook] = (0, EMPTY)
        self._locations: dict[int, str] = {}

    async def lines(self, asked: Asked) -> list[ShelfLine]:
        """Return a line for each product and location the book has ever stocked; unknown products have none.

        Raises `GroupUnknown`.
        """
        rules = await self.rules(asked.at)
        places = self._places(asked, rules)
        names = [units(sku) for sku in asked.skus]
        rows = await self._connection.fetch(_LINES, names, await self._numbers(places))
        if any(row[1] not in self._locations for row in rows):
            await self._learn_locations()
        question = Question(asked.channel, asked.at.date(), asked.until)
        return [_line(asked.skus[row[0] - 1], self._locations[row[1]], row, (rules, question)) for row in rows]

    async def rules(self, at: datetime) -> Lookup:
        """Return the rules in force at *at*."""
        stands = await rules_event(self._connection)
        if stands != self._rules[0]:
            self._rules = (stands, await rulebook(self._connection))
        return self._rules[1].at(at)

    async def inbox_lag(self) -> InboxLag:
        """Say how far the book is behind what has arrived."""
        ((count, oldest),) = await self._connection.fetch(_INBOX)
        return InboxLag(count, oldest)

    async def _learn_locations(self) -> None:
        self._locations = dict(map(tuple, await self._connection.fetch(_LOCATIONS)))

    async def _numbers(self, places: list[str] | None) -> list[int] | None:
        """Return the numbers of *places*; one the book has never heard of has none."""
        if places is None:
            return None
        if not set(places) <= set(self._locations.values()):
            await self._learn_locations()
        return [number for number, name in self._locations.items() if name in places]

    def _places(self, asked: Asked, rules: Lookup) -> list[str] | None:
        if not asked.group:
            return list(asked.locations) or None
        found = rules.group(asked.group)
        if not found:
            known = ", ".join(g.group for g in rules.rules.groups) or "none"
            raise GroupUnknown(f"the rules know no group {asked.group!r}: known are {known}")
        return [x for x in found if not asked.locations or x in asked.locations]


def _line(sku: str, location: str, row: Any, how: tuple[Lookup, Question]) -> ShelfLine:
    _, _, event, recorded_at, plans, sellable, reserved, quarantine, damaged, refurbish, owed = row
    rules, question = how
    layer = Layer(sellable, reserved, quarantine, damaged, refurbish, owed=owed)
    if plans is not None:
        layer.plans = decode_plans(plans)
    terms = rules.terms(question.channel, sku, location)
    return ShelfLine(sku, location, layer, availability(layer, terms, question), terms, event, recorded_at)
