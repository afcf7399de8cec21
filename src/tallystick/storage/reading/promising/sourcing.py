"""What was decided of orders' locations, and by which policies, out of the events that hold it."""

from datetime import datetime
from typing import Final

import asyncpg

from tallystick.decisions.sourcing.atlas import PolicyVersion
from tallystick.messages.sourcing.decided import OrderSourced
from tallystick.messages.sourcing.policy import SourcingPolicySet
from tallystick.processes.members import RULES_SUBJECT
from tallystick.storage.reading.facts import decode_facts

DECISIONS_MAX: Final = 100_000
_OF: Final = "select facts from event where subject = $1 order by id"
# Most events decide nothing of the kind: the bytes of the name are looked for before anything is read.
_SINCE: Final = (
    "select e.facts from event e join batch b on b.id = e.id >> 12 where b.recorded_at >= $1 and b.recorded_at < $2 "
    "and position('\"order_sourced\"'::bytea in e.facts) > 0 order by b.recorded_at, e.id limit $3"
)


async def policies(connection: asyncpg.Connection) -> list[PolicyVersion]:
    """Return every version of the policy that was ever set, by its number."""
    facts = [fact for (body,) in await connection.fetch(_OF, RULES_SUBJECT) for fact in decode_facts(body)]
    found = (PolicyVersion(f.version, f.effective_from, f.policy) for f in facts if isinstance(f, SourcingPolicySet))
    return sorted(found, key=lambda v: v.version)


async def decided_of(connection: asyncpg.Connection, subject: str) -> list[OrderSourced]:
    """Return what was decided of one order's locations, one after the other."""
    facts = [fact for (body,) in await connection.fetch(_OF, subject) for fact in decode_facts(body)]
    return sorted((f for f in facts if isinstance(f, OrderSourced)), key=lambda f: f.at)


async def decided_between(connection: asyncpg.Connection, since: datetime, until: datetime) -> list[OrderSourced]:
    """Return what was decided of all orders recorded from *since* to before *until*, no more than `DECISIONS_MAX`."""
    rows = await connection.fetch(_SINCE, since, until, DECISIONS_MAX)
    return [f for (body,) in rows for f in decode_facts(body) if isinstance(f, OrderSourced)]
