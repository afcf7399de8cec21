"""The proof of takeovers: what was declared, and each order that came with it, leave nothing in `opening_balances`.

The left side comes from balances, stock and orders posted one by one, so that the proof is no tautology.
"""

from typing import Any, Final

import asyncpg

from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.golive.reports import OrderTakenOver
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.golive.takeover import REVERSED, TakeoverData
from tallystick.storage.reading.proving.finding import Findings, Proof

OPENING: Final = "opening_balances:"
_BALANCES: Final = (
    "select substr(a.name, length($1) + 1) as ledger, sum(d.amount)::bigint as balance from "
    "(select account, amount from delta union all select account, amount from rolled_delta) d "
    "join account a on a.id = d.account where starts_with(a.name, $1) group by 1"
)
_TAKEOVERS: Final = "select body from process where kind = 'takeover' order by subject"
_ORDERS: Final = (
    "select convert_from(e.body, 'UTF8')::jsonb ->> 'takeover', count(distinct e.subject) from event e "
    "join kind k on k.id = e.kind where k.name = $1 group by 1"
)


async def balances_of(connection: asyncpg.Connection) -> dict[str, int]:
    """Return what stands in `opening_balances`, by old ledger, debits less credits in minor units."""
    return {row["ledger"]: row["balance"] for row in await connection.fetch(_BALANCES, OPENING)}


async def takeovers_of(connection: asyncpg.Connection) -> list[tuple[str, TakeoverData]]:
    """Return each takeover with its state."""
    found = []
    for row in await connection.fetch(_TAKEOVERS):
        family = decode_family(row["body"])
        data: Any = data_of(family, "takeover")
        found.append((family["takeover"].state, data))
    return found


async def orders_of(connection: asyncpg.Connection) -> dict[str, int]:
    """Return how many orders have come, by old ledger."""
    return dict(map(tuple, await connection.fetch(_ORDERS, CATALOGUE.of(OrderTakenOver).type)))


def due(state: str, data: TakeoverData) -> int:
    """Return what must stand in `opening_balances` once all has come: nothing, or balances taken back and not declared anew."""
    return sum(x.amount for x in data.balances) if state == REVERSED else 0


async def prove_takeovers(connection: asyncpg.Connection) -> Proof:
    """Nothing stands in `opening_balances`, but for what was taken back and is to be declared anew."""
    findings, balances = Findings("takeovers"), await balances_of(connection)
    known, come = await takeovers_of(connection), await orders_of(connection)
    for state, data in known:
        stands, must = balances.pop(data.ledger, 0), due(state, data)
        if stands != must:
            orders = f"{come.get(data.ledger, 0)} of {data.orders} orders have come"
            findings.say(f"{OPENING}{data.ledger} holds {stands}, {must} by what was declared; {orders}")
    for ledger, stands in balances.items():
        if stands:
            findings.say(f"{OPENING}{ledger} holds {stands}, and nothing was taken over from {ledger}")
    return findings.proof(f"{len(known)} takeovers, {sum(come.values())} orders came with them")
