"""What journals are made of: money moved by booked day, channel and account; and the events behind one such sum.

An event belongs to the channel whose account it touches, or, touching none, to the trade area of its message, written
`~area`. So each event is in exactly one journal, whole, and every journal balances.
"""

from collections.abc import Collection
from datetime import date
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.decisions.journal_lines import DaySum
from tallystick.journal.chart import CHART, Holds
from tallystick.messages.books.ledger import AREA_PREFIX
from tallystick.model.amount import UNITS_PREFIX

READ_SECONDS_MAX: Final = 3600
"""A first draw reads the whole book."""
_OF_CHANNEL: Final = [
    a.address.partition(":")[0] for a in CHART if a.holds is Holds.MONEY and a.address.endswith(":{channel}")
]
_CHANNEL_ACCOUNT: Final = (
    "channel_account as (select id, substr(name, strpos(name, ':') + 1) as channel from account "
    "where split_part(name, ':', 1) = any($1::text[])), "
    f"money as (select id from commodity where not starts_with(name, '{UNITS_PREFIX}'))"
)
_PLACE: Final = f"coalesce(c.channel, '{AREA_PREFIX}' || split_part(k.name, '.', 2))"
_SUMS: Final = (
    f"with {_CHANNEL_ACCOUNT}, "
    "moved as (select e.booked_on, e.kind, p.event, p.debit, p.credit, p.amount from event e join posting p on p.event = e.id "
    "where e.booked_on {days} and p.commodity in (select id from money)), "
    "of_event as (select p.event, min(least(d.channel, c.channel)) as channel from moved p "
    "left join channel_account d on d.id = p.debit left join channel_account c on c.id = p.credit group by p.event), "
    f"pair as (select p.booked_on as day, {_PLACE} as channel, p.debit, p.credit, sum(p.amount) as amount "
    "from moved p join kind k on k.id = p.kind join of_event c on c.event = p.event group by 1, 2, 3, 4) "
    "select x.day, x.channel, a.name, sum(x.amount)::bigint from ("
    "select day, channel, debit as account, amount from pair union all "
    "select day, channel, credit, -amount from pair) x join account a on a.id = x.account "
    'group by 1, 2, 3 order by x.channel collate "C", x.day, a.name collate "C"'
)
_THROUGH: Final = _SUMS.format(days="<= $2")
_ON: Final = _SUMS.format(days="= any($2)")
_BEHIND: Final = (
    f"with {_CHANNEL_ACCOUNT}, "
    "leg as (select p.event, sum(case when p.debit = a.id then p.amount else -p.amount end)::bigint as amount "
    "from account a join posting p on a.id in (p.debit, p.credit) join event e on e.id = p.event "
    "where a.name = $4 and e.booked_on = $2 and p.commodity in (select id from money) group by p.event) "
    "select e.id, s.name, e.ext_id, e.subject, k.name, l.amount from leg l join event e on e.id = l.event "
    "join source s on s.id = e.source join kind k on k.id = e.kind left join lateral ("
    "select min(least(d.channel, r.channel)) as channel from posting p left join channel_account d on d.id = p.debit "
    "left join channel_account r on r.id = p.credit where p.event = e.id and p.commodity in (select id from money)) c on true "
    f"where {_PLACE} = $3 order by abs(l.amount) desc, e.id"
)


class EventBehind(Struct, frozen=True):
    """An event that moved an account: its number, the message it came from, and what it moved (debits less credits)."""

    event: int
    source: str
    id: str
    subject: str
    kind: str
    amount: int


async def journal_sums(
    connection: asyncpg.Connection, through: date, days: Collection[date] | None = None
) -> list[DaySum]:
    """Return what every money account moved, by channel, booked day and account: up to *through*, or on *days* alone."""
    if days is None:
        rows = await connection.fetch(_THROUGH, _OF_CHANNEL, through, timeout=READ_SECONDS_MAX)
    else:
        wanted = [day for day in days if day <= through]
        rows = await connection.fetch(_ON, _OF_CHANNEL, wanted, timeout=READ_SECONDS_MAX)
    return [DaySum(*row) for row in rows]


async def events_behind(connection: asyncpg.Connection, line: DaySum) -> list[EventBehind]:
    """Return the events that add up to what *line*'s account moved on its day in its channel, the largest first."""
    rows = await connection.fetch(_BEHIND, _OF_CHANNEL, line.day, line.channel, line.account)
    return [EventBehind(*row) for row in rows]
