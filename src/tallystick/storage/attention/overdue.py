"""Early deliveries whose time is over: a person is told. They stay where they are, and are taken up if their turn comes."""

from datetime import datetime
from typing import Final

import asyncpg

from tallystick.storage.attention.dead_letters import OVERDUE
from tallystick.storage.line import told_when_away

EARLY_DAYS_MAX: Final = 7
LETTERS_AT_ONCE_MAX: Final = 1000
_REASON: Final = f"it came before what it depends on, and that has not come for {EARLY_DAYS_MAX} days"
_REMEDY: Final = "ask the sender for what is missing: then it is taken up by itself; or drop it"
_OPEN: Final = (
    "insert into dead_letter (delivery, source, ext_id, subject, place, reason, remedy, body, person) "
    f"select d.id, d.source, d.ext_id, d.subject, '{OVERDUE}', $2, $3, d.body, d.person "
    "from inbox i join delivery d on d.id = i.delivery where i.state = 1 and d.received_at < $1 and not exists "
    f"(select 1 from dead_letter l where l.delivery = d.id and l.place = '{OVERDUE}' and l.closed_at is null) "
    "order by d.id limit $4"
)
_CLOSE: Final = (
    "update dead_letter l set closed_at = now(), closed_as = 'taken up' "
    f"where l.place = '{OVERDUE}' and l.closed_at is null and not exists (select 1 from inbox i where i.delivery = l.delivery)"
)


async def tell_overdue(connection: asyncpg.Connection, before: datetime) -> None:
    """Open a dead letter for each early delivery that arrived *before* (UTC), and close those that were taken up since."""
    with told_when_away():
        await connection.fetch(_CLOSE)
        await connection.fetch(_OPEN, before, _REASON, _REMEDY, LETTERS_AT_ONCE_MAX)
