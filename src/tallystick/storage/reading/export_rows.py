"""Rows for other ledgers: what each day moved between two accounts, added up."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Final

import asyncpg

DayPosting = tuple[date, str, str, str, int]
"""(day, debit account, credit account, commodity, amount): booked day, our own names, units or minor units."""

_ROWS_AT_ONCE: Final = 5000
_SQL: Final = (
    "select x.day, d.name, c.name, m.name, x.amount from "
    "(select e.booked_on as day, p.debit, p.credit, p.commodity, sum(p.amount)::bigint as amount "
    "from posting p join event e on e.id = p.event group by 1, 2, 3, 4) x "
    "join account d on d.id = x.debit join account c on c.id = x.credit join commodity m on m.id = x.commodity "
    'order by x.day, d.name collate "C", c.name collate "C", m.name collate "C"'
)


async def day_postings(connection: asyncpg.Connection) -> AsyncIterator[DayPosting]:
    """Yield the postings of the whole book, added up by day, accounts and commodity, in that order, from one instant."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        cursor = await connection.cursor(_SQL)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            for row in rows:
                yield tuple(row)
