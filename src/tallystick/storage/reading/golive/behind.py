"""What is behind a difference: the messages that moved the shelf, the account or the order, and what is known of it already."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from tallystick.model.amount import units
from tallystick.processes.family import data_of, decode_family
from tallystick.reconciliation.golive.comparing import MONEY, ORDER, STOCK
from tallystick.reconciliation.matching import Difference

NAMED_MAX: Final = 3
LOOK_BACK: Final = timedelta(days=7)
_SHELF: Final = (
    "with mine as (select id from account where name like 'stock:%:' || $1), legs as ("
    "select p.event, case when p.debit in (select id from mine) then p.amount else 0 end "
    "- case when p.credit in (select id from mine) then p.amount else 0 end as moved from posting p "
    "join commodity c on c.id = p.commodity where c.name = $2 and (p.debit in (select id from mine) or p.credit in (select id from mine))) "
    "select l.event, e.subject, split_part(k.name, '.', 3) as kind, sum(l.moved)::bigint as moved from legs l "
    "join event e on e.id = l.event join kind k on k.id = e.kind where e.effective_at <= $3 and e.effective_at > $4 "
    "group by 1, 2, 3, e.effective_at having sum(l.moved) <> 0 order by (sum(l.moved) = -$5::bigint) desc, e.effective_at desc limit $6"
)
_ACCOUNT: Final = (
    "with mine as (select id from account where name = $1), legs as ("
    "select event, amount as moved from posting where debit in (select id from mine) "
    "union all select event, -amount from posting where credit in (select id from mine)) "
    "select l.event, e.subject, split_part(k.name, '.', 3) as kind, sum(l.moved)::bigint as moved from legs l "
    "join event e on e.id = l.event join kind k on k.id = e.kind where e.effective_at <= $2 and e.effective_at > $3 "
    "group by 1, 2, 3, e.effective_at order by (sum(l.moved) = -$4::bigint) desc, e.effective_at desc limit $5"
)
_ORDER: Final = (
    "select e.id as event, e.subject, split_part(k.name, '.', 3) as kind, 0 as moved from event e join kind k on k.id = e.kind "
    "where e.subject = $1 order by e.id desc limit $2"
)
_LETTERS: Final = (
    "select d.id, d.subject, d.reason from dead_letter d where d.closed_at is null and d.subject = any($1::text[])"
)
_WORDS: Final = (
    "select distinct on (b.subject) b.subject, b.closed_at, b.closed_as from break b join batch t on t.id = b.event >> 12 "
    "where b.subject = any($1::text[]) order by b.subject, t.recorded_at desc, b.event desc, b.n desc"
)
_STANDS: Final = (
    "select subject, body from process where kind = 'difference' and state = 'OPEN' and subject = any($1::text[])"
)


async def behind(connection: asyncpg.Connection, difference: Difference, at: datetime) -> tuple[str, ...]:
    """Return the messages that are likeliest behind a difference: of the very amount first, then the newest of a week."""
    since = at - LOOK_BACK
    if difference.rule == STOCK.name:
        location, _, sku = difference.key.partition("/")
        what: tuple[object, ...] = (location, units(sku), at, since, difference.amount, NAMED_MAX)
        rows = await connection.fetch(_SHELF, *what)
    elif difference.rule == MONEY.name:
        rows = await connection.fetch(_ACCOUNT, difference.key, at, since, difference.amount, NAMED_MAX)
    else:
        rows = await connection.fetch(_ORDER, f"order/{difference.key}", NAMED_MAX)
    if not rows:
        return (f"no message of {difference.key} ever came",)
    return tuple(f"event {r['event']}: {r['kind']} of {r['subject']}{_moved(r['moved'])}" for r in rows)


def _moved(number: int) -> str:
    return f" moved {number:+d}" if number else ""


async def known_of(connection: asyncpg.Connection, differences: Sequence[Difference]) -> list[tuple[str, str]]:
    """Return (name, why) of differences that are explained: a letter waits for its mending, or a person closed the break."""
    orders = {f"order/{d.key}": d.name for d in differences if d.rule == ORDER}
    found = [
        (orders[row["subject"]], f"dead letter {row['id']} waits: {row['reason']}")
        for row in await connection.fetch(_LETTERS, sorted(orders))
    ]
    named = {f"difference/{d.name}": d for d in differences}
    stands = {row["subject"] for row in await _standing(connection, named)}
    words = await connection.fetch(_WORDS, sorted(stands))
    return [*found, *((named[r["subject"]].name, r["closed_as"]) for r in words if r["closed_at"] is not None)]


async def _standing(connection: asyncpg.Connection, named: dict[str, Difference]) -> list[asyncpg.Record]:
    """Return those that were told before and are the same still: of a changed one nobody has said anything yet."""
    same = []
    for row in await connection.fetch(_STANDS, sorted(named)):
        data = data_of(decode_family(row["body"]), "difference")
        if (data.kind, data.amount) == (named[row["subject"]].kind, named[row["subject"]].amount):
            same.append(row)
    return same
