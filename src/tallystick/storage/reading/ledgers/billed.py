"""The events of a channel that may be told in documents: those that moved what its customers owe."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import asyncpg

from tallystick.messages.masters import ProductReported
from tallystick.processes.ledgers.billing import RECEIVABLE, EventTold
from tallystick.storage.reading.facts import decode_facts
from tallystick.storage.reading.ledgers.journal_sums import READ_SECONDS_MAX
from tallystick.storage.reading.ledgers.masters import masters

_EVENTS: Final = (
    "select e.id, e.booked_on, e.subject, e.facts from event e where e.booked_on {days} and ($3::date is null or "
    "e.booked_on >= $3) and exists (select from posting p join account a on a.id in (p.debit, p.credit) "
    "where p.event = e.id and a.name = $1) order by e.id"
)
_THROUGH: Final = _EVENTS.format(days="<= $2")
_ON: Final = _EVENTS.format(days="= any($2)")


async def events_told(
    connection: asyncpg.Connection, channel: str, days: date | Collection[date], since: date | None
) -> list[EventTold]:
    """Return the events of *channel* that moved what its customers owe: through a day or on days, none before *since*."""
    asked, wanted = (_THROUGH, days) if isinstance(days, date) else (_ON, list(days))
    rows = await connection.fetch(asked, RECEIVABLE.format(channel=channel), wanted, since, timeout=READ_SECONDS_MAX)
    return [EventTold(r["id"], r["booked_on"], r["subject"], tuple(decode_facts(r["facts"]))) for r in rows]


async def product_names(connection: asyncpg.Connection) -> Mapping[str, str]:
    """Return what products are called by our code, as their system of record says."""
    known = await masters(connection, "product")
    return {p.sku: p.name for p in known if isinstance(p, ProductReported) and p.sku and p.name}
