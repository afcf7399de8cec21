"""Whose turn it is: the orders that wait, laid beside the shelves they wait for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg

from tallystick.decisions.promises.turns import Claim, Shelf, turns
from tallystick.decisions.rulebook import EMPTY, Lookup, Rulebook
from tallystick.engine.timers import Turn
from tallystick.journal.layer import Layer
from tallystick.model.amount import UNITS_PREFIX
from tallystick.storage.batches.batch_rows import decode_plans
from tallystick.storage.line import Line, line_over, told_when_away
from tallystick.storage.reading.promising.rules import rulebook, rules_event

_PUT_AWAY: Final = "delete from waiting_order where units = 0"
# Where nothing is sellable nobody's turn can come, but for those that are only ranked.
_WAITING: Final = (
    "select w.subject, c.name, l.name, w.units, w.channel, w.since, w.turn_at, s.sellable, s.plans, s.event "
    "from waiting_order w join stock s on s.id = w.stock join commodity c on c.id = (w.stock >> 32)::int "
    "join location l on l.id = (w.stock >> 16) & 65535 "
    "where w.units > 0 and (s.sellable > 0 or w.turn_at is not null) order by w.since, w.subject, w.stock"
)
_NEXT: Final = "select min(turn_at) from waiting_order where units > 0"


class WaitingOrders:
    """Implements `engine.timers.WaitingStore`."""

    def __init__(self, connection: asyncpg.Connection | Line) -> None:
        """Use *connection* for single statements."""
        self._line = line_over(connection)
        self._rules: tuple[int, Rulebook] = (0, EMPTY)

    async def turns(self, now: datetime) -> Sequence[Turn]:
        """Return whose turn it is, first to be served first."""
        with told_when_away():
            connection = await self._line.live()
            await connection.execute(_PUT_AWAY)
            rows = await connection.fetch(_WAITING)
            if not rows:
                return ()
            rules = await self._rules_at(connection, now)
        claims, shelves, moved = list[Claim](), dict[Shelf, tuple[Layer, int]](), dict[str, int]()
        for subject, item, place, units, channel, since, turn_at, sellable, plans, event in rows:
            shelf = (item.removeprefix(UNITS_PREFIX), place)
            claims.append(Claim(subject, shelf, units, channel, since, turn_at))
            layer = Layer(sellable, plans=decode_plans(plans))
            shelves[shelf] = (layer, rules.terms("", *shelf).safety)
            moved[subject] = max(event, moved.get(subject, 0))
        return [Turn(s.subject, f"{s.key}/{moved[s.subject]}", s.most) for s in turns(claims, shelves, now)]

    async def next_due(self) -> datetime | None:
        """Return when the next rank is known, UTC; None while nobody is ranked."""
        with told_when_away():
            found: datetime | None = await (await self._line.live()).fetchval(_NEXT)
        return found

    async def _rules_at(self, connection: asyncpg.Connection, now: datetime) -> Lookup:
        stands = await rules_event(connection)
        if stands != self._rules[0]:
            self._rules = (stands, await rulebook(connection))
        return self._rules[1].at(now)
