"""The rules of what may be promised: every version that was ever set, out of the events that set them."""

from typing import Final

import asyncpg

from tallystick.decisions.rulebook import Rulebook, RulesVersion
from tallystick.messages.availability import AvailabilityRulesSet
from tallystick.processes.members import RULES_SUBJECT
from tallystick.storage.reading.facts import decode_facts

_STANDS: Final = "select event from process where subject = $1"
_EVENTS: Final = "select facts from event where subject = $1"


async def rules_event(connection: asyncpg.Connection) -> int:
    """Return the event that last set the rules; 0 where none did. As long as it is the same, so are the rules."""
    return await connection.fetchval(_STANDS, RULES_SUBJECT) or 0


async def rulebook(connection: asyncpg.Connection) -> Rulebook:
    """Return all versions, those of the past included. They never reached back, so each is true of its own time."""
    facts = [fact for (body,) in await connection.fetch(_EVENTS, RULES_SUBJECT) for fact in decode_facts(body)]
    # Events of different gates do not order in time; the versions do, for their subject was locked.
    sets = sorted((f for f in facts if isinstance(f, AvailabilityRulesSet)), key=lambda f: f.version)
    versions: list[RulesVersion] = []
    for fact in sets:
        versions = [v for v in versions if v.effective_from < fact.effective_from]
        versions.append(RulesVersion(fact.version, fact.effective_from, fact.rules))
    return Rulebook(tuple(versions))
