"""The proofs of the two doors and of closed periods: what came in or goes out has its event, what is sealed stays."""

from typing import Final

import asyncpg

from tallystick.storage.periods import broken_seals, closed_periods
from tallystick.storage.reading.proving.finding import Findings, Proof

_INBOX: Final = (
    "select coalesce(o.name, '#' || coalesce(s.source, e.source)), coalesce(s.ext_id, e.ext_id), s.event, e.id "
    "from seen s full join event e on (e.source, e.ext_id) = (s.source, s.ext_id) "
    "left join source o on o.id = coalesce(s.source, e.source) where s.event is distinct from e.id order by 1, 2"
)
_OUTBOX: Final = (
    "select x.event, x.n, x.subject, e.subject from (select event, n, subject from outbox "
    "union all select event, n, subject from kept_command) x left join event e on e.id = x.event "
    "where e.subject is distinct from x.subject order by 1, 2"
)


async def prove_inbox(connection: asyncpg.Connection) -> Proof:
    """Every key seen has its event, every event its key, and each names the other."""
    findings = Findings("inbox")
    for source, ext_id, seen, event in await connection.fetch(_INBOX):
        key = f"{source}:{ext_id}"
        if seen is None:
            findings.say(f"{key}: event {event} is not among the keys seen, and could be taken a second time")
        elif event is None:
            findings.say(f"{key}: was seen as event {seen}, which is missing or another's")
        else:
            findings.say(f"{key}: was seen as event {seen}, but is event {event}")
    return findings.proof(f"{await connection.fetchval('select count(*) from seen')} keys")


async def prove_outbox(connection: asyncpg.Connection) -> Proof:
    """Every command stands under the event that decided it, and under its subject."""
    findings = Findings("outbox")
    for event, n, subject, told in await connection.fetch(_OUTBOX):
        findings.say(
            f"event {event} n {n} to {subject}: " + ("no such event" if told is None else f"the event is of {told}")
        )
    return findings.proof(f"{await connection.fetchval('select count(*) from outbox')} commands")


async def prove_seals(connection: asyncpg.Connection) -> Proof:
    """The entries of each closed period still make the root hash it was sealed with."""
    findings = Findings("seals")
    for through in await broken_seals(connection):
        findings.say(f"period through {through}: its entries are not those it was sealed with")
    return findings.proof(f"{len(await closed_periods(connection))} closed periods")
