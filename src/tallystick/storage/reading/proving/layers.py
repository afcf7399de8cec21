"""The proofs of stock: live rows are the sum of their postings, and worth what the inventory accounts say."""

from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX
from tallystick.storage.reading.layer_columns import COLUMNS, LEGS, PLACE, layer_places
from tallystick.storage.reading.proving.finding import Findings, Proof

_VALUES: Final = ", ".join(f"('{column}', s.{column})" for column in COLUMNS)
_KEPT: Final = (
    "kept as (select (s.id >> 32)::int as item, coalesce(o.name, '#' || ((s.id >> 16) & 65535)) as location, v.col, "
    "sum(v.n)::bigint as n from stock s left join location o on o.id = ((s.id >> 16) & 65535), "
    f"lateral (values {_VALUES}) v(col, n) group by 1, 2, 3)"
)
_LAYERS: Final = (
    f"with {PLACE}, {_KEPT}, moved as (select item, location, col, sum(change)::bigint as n "
    f"from ({LEGS.format(where='')}) legs group by 1, 2, 3) "
    "select coalesce(c.name, '#' || item) as item, location, col, coalesce(k.n, 0) as kept, coalesce(m.n, 0) as moved "
    "from kept k full join moved m using (item, location, col) left join commodity c on c.id = item "
    "where coalesce(k.n, 0) <> coalesce(m.n, 0) order by 1, 2, 3"
)
_WORTH: Final = (
    "with booked as (select split_part(a.name, ':', 1) as family, split_part(a.name, ':', 2) as location, "
    "sum(d.amount)::bigint as amount from (select account, amount from delta union all "
    "select account, amount from rolled_delta) d join account a on a.id = d.account "
    "where a.name like 'inventory:%' or a.name like 'unexplained\\_stock:%' group by 1, 2), "
    "worth as (select o.name as location, sum(s.value)::bigint as value, sum(s.short_value)::bigint as short_value "
    "from stock s left join location o on o.id = ((s.id >> 16) & 65535) group by 1), "
    "both_sides as (select 'inventory' as family, location, value as amount from worth "
    "union all select 'unexplained_stock', location, -short_value from worth) "
    "select coalesce(w.family, b.family), coalesce(w.location, b.location), coalesce(w.amount, 0), coalesce(b.amount, 0) "
    "from both_sides w full join booked b on (b.family, b.location) = (w.family, w.location) order by 1, 2"
)


async def prove_layers(connection: asyncpg.Connection) -> Proof:
    """Each column of each stock row is the sum of the postings that move it, by product and location."""
    findings = Findings("layers")
    for item, location, column, kept, moved in await connection.fetch(_LAYERS, *await layer_places(connection)):
        findings.say(
            f"{item.removeprefix(UNITS_PREFIX)} at {location}: {column} is {kept}, its postings come to {moved}"
        )
    rows = await connection.fetchval("select count(*) from stock")
    return findings.proof(f"{rows} layers")


async def prove_stock_value(connection: asyncpg.Connection) -> Proof:
    """What the layers of a location are worth is its inventory account; what they suspend, its unexplained stock."""
    findings = Findings("stock_value")
    places = await connection.fetch(_WORTH)
    for family, location, worth, booked in places:
        if worth != booked:
            findings.say(f"{family}:{location}: the layers come to {worth}, the account to {booked}")
    return findings.proof(f"{len(places)} accounts")
