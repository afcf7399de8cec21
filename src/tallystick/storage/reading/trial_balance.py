"""The trial balance: what every account holds, now or over some days, and how it came to it day by day."""

from datetime import date
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.model.amount import UNITS_PREFIX

_OF_PREFIX: Final = "with mine as (select id, name from account where starts_with(name, $1)) "
_LEGS: Final = (
    "(select event, debit as account, commodity, amount from posting where debit in (select id from mine) "
    "union all select event, credit, commodity, -amount from posting where credit in (select id from mine))"
)
_NAMED: Final = (
    _OF_PREFIX + "select a.name as account, c.name as commodity, x.balance from ({rows}) x "
    "join mine a on a.id = x.account join commodity c on c.id = x.commodity order by a.name, c.name"
)
_MONEY_NOW: Final = (
    "select account, commodity, sum(amount)::bigint as balance from "
    "(select account, commodity, amount from delta union all select account, commodity, amount from rolled_delta) d "
    "group by account, commodity"
)
_UNITS_NOW: Final = (
    f"select account, commodity, sum(amount)::bigint as balance from {_LEGS} l "
    f"where commodity in (select id from commodity where starts_with(name, '{UNITS_PREFIX}')) group by account, commodity"
)
_NOW: Final = _NAMED.format(rows=f"{_MONEY_NOW} union all {_UNITS_NOW}")
_DAYS: Final = "join event e on e.id = l.event where ($2::date is null or e.booked_on >= $2) and ($3::date is null or e.booked_on <= $3)"
_RANGE: Final = _NAMED.format(
    rows=f"select account, commodity, sum(amount)::bigint as balance from {_LEGS} l {_DAYS} group by account, commodity"
)
_DAILY: Final = (
    f"{_OF_PREFIX}select x.day, a.name as account, c.name as commodity, x.change, (sum(x.change) over w)::bigint as balance "
    "from (select e.booked_on as day, l.account, l.commodity, sum(l.amount)::bigint as change "
    f"from {_LEGS} l join event e on e.id = l.event where ($2::date is null or e.booked_on <= $2) "
    "group by 1, 2, 3) x join mine a on a.id = x.account join commodity c on c.id = x.commodity "
    "window w as (partition by x.account, x.commodity order by x.day) order by 1, 2, 3"
)


class Balance(Struct, frozen=True):
    """What *account* holds of *commodity*, in units or minor units.

    `balance` is debits less credits; it stands in `debit` or, as a positive number, in `credit`.
    """

    account: str
    commodity: str
    debit: int
    credit: int
    balance: int


class DayBalance(Struct, frozen=True):
    """What *account* held of *commodity* when *day* ended, and what that day changed. Days without change are left out."""

    day: date
    account: str
    commodity: str
    change: int
    balance: int


class Days(Struct, frozen=True):
    """The booked days to look at, both included; an end left out is open."""

    first: date | None = None
    last: date | None = None


async def trial_balance(connection: asyncpg.Connection, prefix: str = "", days: Days | None = None) -> list[Balance]:
    """Return the balance of every account whose name starts with *prefix*, by account and commodity.

    Without *days* it is the book as it stands, money out of the deltas; with *days* it is what those days moved, out
    of the postings: a range without a first day gives the balances at the end of its last.
    """
    if days is None:
        rows = await connection.fetch(_NOW, prefix)
    else:
        rows = await connection.fetch(_RANGE, prefix, days.first, days.last)
    return [Balance(a, c, max(n, 0), max(-n, 0), n) for a, c, n in rows]


async def daily_balances(
    connection: asyncpg.Connection, prefix: str = "", through: date | None = None
) -> list[DayBalance]:
    """Return the balance at the end of each day an account moved, up to *through*, in the order of days."""
    return [DayBalance(*row) for row in await connection.fetch(_DAILY, prefix, through)]
