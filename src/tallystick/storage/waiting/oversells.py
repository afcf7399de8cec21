"""What shops sold although it was not there: how soon it was known, what it is worth, and how the order stands now."""

from datetime import date, datetime
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from tallystick.messages.stock import HeldLine

ROWS_MAX: Final = 1000
_FOUND: Final = (
    "select o.subject, o.channel, o.location, o.policy, o.units, o.amount, o.currency, o.sold_at, b.recorded_at, "
    "o.expected_on, coalesce(p.state, ''), o.lines from oversell o join batch b on b.id = o.event >> 12 "
    "left join process p on p.subject = o.subject "
    "where ($1 = '' or o.channel = $1) and b.recorded_at > $2 order by b.recorded_at desc, o.event desc limit $3"
)


class Oversold(Struct, frozen=True):
    """An order whose *units* (all lines together) lacked when they were asked for; *amount* is what those are sold for, with tax.

    It was sold at *sold_at* by the shop's clock and known here at *known_at*; *stands* is the order's state now.
    """

    order: str
    channel: str
    location: str
    policy: str
    units: int
    amount: int
    currency: str
    sold_at: datetime
    known_at: datetime
    expected_on: date | None
    stands: str
    lines: tuple[HeldLine, ...]

    @property
    def known_after_seconds(self) -> float:
        """How long nobody here knew; below zero where the shop's clock is fast."""
        return (self.known_at - self.sold_at).total_seconds()


async def oversells(connection: asyncpg.Connection, since: datetime, channel: str = "") -> list[Oversold]:
    """Return what was found since a moment, newest first, at most `ROWS_MAX`; of all channels, or of one."""
    found = []
    for subject, *row, lines in await connection.fetch(_FOUND, channel, since, ROWS_MAX):
        parts = tuple(HeldLine(*x) for x in msgspec.json.decode(lines, type=list[tuple[int, str, int]]))
        found.append(Oversold(*(subject.partition("/")[2], *row, parts)))
    return found
