"""The proofs of balances: nothing is out of balance, and the deltas are what the postings say."""

from typing import Final

import asyncpg

from tallystick.journal.chart import ChartError, Holds, account_of
from tallystick.model.amount import UNITS_PREFIX, is_money
from tallystick.storage.reading.proving.finding import Findings, Proof

_CROOKED: Final = "select event, n, amount, debit from posting where amount <= 0 or debit = credit order by event, n"
_HELD: Final = (
    "select a.name, c.name, x.event from (select account, commodity, min(event) as event from "
    "(select debit as account, commodity, min(event) as event from posting group by 1, 2 "
    "union all select credit, commodity, min(event) from posting group by 1, 2) y group by 1, 2) x "
    "left join account a on a.id = x.account left join commodity c on c.id = x.commodity order by x.event"
)
_KEPT_SUMS: Final = (
    "select c.name, sum(d.amount)::bigint as amount from (select commodity, amount from delta "
    "union all select commodity, amount from rolled_delta) d left join commodity c on c.id = d.commodity "
    "group by c.name having sum(d.amount) <> 0 order by 1"
)
_MOVED: Final = (
    f"money as (select id from commodity where not starts_with(name, '{UNITS_PREFIX}')), "
    "legs as (select event >> 12 as batch, debit as account, commodity, amount from posting "
    "where commodity in (select id from money) union all select event >> 12, credit, commodity, -amount from posting "
    "where commodity in (select id from money)), "
    "moved as materialized "
    "(select batch, account, commodity, sum(amount)::bigint as amount from legs group by batch, account, commodity)"
)
_DELTAS: Final = (
    f"with {_MOVED}, kept as materialized (select m.batch as moved_in, d.batch as kept_in, account, commodity, "
    "m.amount as moved, d.amount as kept from moved m full join delta d using (batch, account, commodity)), "
    "rolled as (select account, commodity, sum(moved)::bigint as moved from kept where kept_in is null group by 1, 2), "
    "wrong as (select kept_in as batch, account, commodity, coalesce(moved, 0) as moved, kept from kept "
    "where kept_in is not null and coalesce(moved, 0) <> kept union all "
    "select null, account, commodity, coalesce(r.moved, 0), coalesce(d.amount, 0) from rolled r "
    "full join rolled_delta d using (account, commodity) where coalesce(r.moved, 0) <> coalesce(d.amount, 0)) "
    "select w.batch, a.name, c.name, w.moved, w.kept, (select min(moved_in) from kept k where w.batch is null "
    "and k.kept_in is null and k.account = w.account and k.commodity = w.commodity) "
    "from wrong w left join account a on a.id = w.account left join commodity c on c.id = w.commodity order by 1, 2, 3"
)


async def prove_balanced(connection: asyncpg.Connection) -> Proof:
    """Every posting moves something between two accounts that may hold it, and every commodity comes to nothing."""
    findings = Findings("balanced")
    for event, n, amount, debit in await connection.fetch(_CROOKED):
        findings.say(
            f"event {event} n {n}: moves {amount} out of and into account {debit}"
            if amount > 0
            else f"event {event} n {n}: moves {amount}"
        )
    held = await connection.fetch(_HELD)
    for account, commodity, event in held:
        complaint = _misplaced(account, commodity)
        if complaint:
            findings.say(f"event {event}: {complaint}")
    for commodity, amount in await connection.fetch(_KEPT_SUMS):
        findings.say(f"{commodity}: the balances of all accounts come to {amount}, not to nothing")
    return findings.proof(f"{len(held)} balances come to nothing in every commodity")


def _misplaced(account: str | None, commodity: str | None) -> str | None:
    if account is None or commodity is None:
        return f"a posting to an account or commodity without a name ({account}, {commodity})"
    try:
        holds = account_of(account).holds
    except ChartError as unknown:
        return str(unknown)
    if (holds is Holds.MONEY) != is_money(commodity):
        return f"{account} holds {holds}, not {commodity}"
    return None


async def prove_deltas(connection: asyncpg.Connection) -> Proof:
    """Each delta is what its batch moved; what has no delta any more was rolled up, and the rolled total is its sum."""
    findings = Findings("deltas")
    for batch, account, commodity, moved, kept, first in await connection.fetch(_DELTAS):
        if batch is not None:
            findings.say(f"batch {batch} {account}: its delta is {kept} {commodity}, its postings moved {moved}")
        else:
            since = f" (from batch {first} on)" if first is not None else ""
            findings.say(f"{account} rolled: {kept} {commodity}, its batches without a delta{since} moved {moved}")
    rows = await connection.fetchval("select count(*) from delta")
    rolled = await connection.fetchval("select count(*) from rolled_delta")
    return findings.proof(f"{rows} deltas and {rolled} rolled balances")
