"""Which accounts move which column of a stock layer: the meaning of `journal.layer`, as arrays for SQL."""

from typing import Final

import asyncpg

from tallystick.journal.layer import column_of

Places = tuple[list[int], list[str], list[str], list[int]]
"""Parallel arrays: account number, column, location, sign of a debit."""

LEGS: Final = (
    "select p.event, p.n, p.rule, p.item, l.location, l.col, l.sign * p.amount as change from posting p "
    "join place l on l.account = p.debit{where} union all "
    "select p.event, p.n, p.rule, p.item, l.location, l.col, -l.sign * p.amount from posting p "
    "join place l on l.account = p.credit{where}"
)
"""Every change of a layer column by a posting; needs `PLACE` before it. `where` narrows the postings `p`."""
PLACE: Final = (
    "place as (select * from unnest($1::int[], $2::text[], $3::text[], $4::int[]) u(account, col, location, sign))"
)
COLUMNS: Final = ("sellable", "reserved", "quarantine", "damaged", "refurbish", "short", "short_value", "value", "owed")


async def layer_places(connection: asyncpg.Connection) -> Places:
    """Return the accounts of a book that move stock layers."""
    accounts: list[int] = []
    columns: list[str] = []
    locations: list[str] = []
    signs: list[int] = []
    for number, name in await connection.fetch("select id, name from account order by id"):
        found = column_of(name)
        if found is not None:
            accounts.append(number)
            columns.append(found[0])
            locations.append(found[1])
            signs.append(found[2])
    return accounts, columns, locations, signs
