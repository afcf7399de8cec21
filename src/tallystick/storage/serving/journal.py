"""The journal and the names of a book, read page by page."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX
from tallystick.ports.reading import JournalEntry, PostedLine, Story, StoryStep, Wanted
from tallystick.storage.reading.explaining.event import NothingSuch
from tallystick.storage.reading.explaining.trace import trace
from tallystick.storage.serving.pool import lent

_ENTRIES: Final = (
    "select e.id, k.name, o.name, e.subject, e.effective_on, e.booked_on, b.recorded_at, e.rules, e.correlation "
    "from event e join kind k on k.id = e.kind join source o on o.id = e.source join batch b on b.id = e.id >> 12 "
)
_AFTER: Final = (
    "select g.id as gate, g.batch, coalesce(max(x), g.id::bigint << 52) as event "
    "from gate g left join unnest($1::bigint[]) x on x >> 52 = g.id group by g.id, g.batch"
)
_FOUND: Final = (
    "select e.id, b.recorded_at from event e join batch b on b.id = e.id >> 12 "
    "where e.id > p.event and e.id < (p.gate + 1)::bigint << 52 and ($3::text is null or e.subject = $3) "
    "and ($4::date is null or e.booked_on >= $4) and ($5::date is null or e.booked_on <= $5) "
    "and ($6::text is null or exists (select 1 from posting p join account a on a.id in (p.debit, p.credit) "
    "where p.event = e.id and a.name = $6)) order by e.id limit $2"
)
# Batches of one gate commit one after the other: within a gate nothing appears below its position (decision 19).
_PAGE: Final = (
    f"with p as ({_AFTER}), fresh as "
    "(select f.id, max(f.recorded_at) over (partition by p.gate order by f.id) as at "
    f"from p cross join lateral ({_FOUND}) f where p.batch << 12 | 4095 > p.event), "
    "page as (select * from fresh order by at, id limit $2) "
    f"{_ENTRIES} join page on page.id = e.id order by page.at, e.id"
)
_LINES: Final = (
    "select p.event, p.n, d.name, c.name, m.name, i.name, p.amount, coalesce(r.because, '') from posting p "
    "join event e on e.id = p.event join account d on d.id = p.debit join account c on c.id = p.credit "
    "join commodity m on m.id = p.commodity left join commodity i on i.id = p.item "
    "left join posting_rule r on (r.version, r.number) = (e.rules, p.rule) "
    "where p.event = any($1::bigint[]) order by p.event, p.n"
)
_PRODUCTS: Final = (
    "select substr(name, 5) as sku from commodity where starts_with(name, 'sku:') and name > $1 collate \"C\" "
    'order by name collate "C" limit $2'
)


class Journal:
    """Implements `ports.reading.JournalReader` and `MasterReader`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Ask over *pool*."""
        self._pool = pool

    async def entries(self, wanted: Wanted) -> Sequence[JournalEntry]:
        """Return entries in the order of recording, those of one gate in the order of their numbers."""
        w = wanted
        async with lent(self._pool) as connection:
            rows = await connection.fetch(
                _PAGE, w.after, w.limit, w.subject, w.booked_from, w.booked_through, w.account
            )
            return await _with_lines(connection, rows)

    async def entry(self, event: int) -> JournalEntry | None:
        """Return one entry."""
        async with lent(self._pool) as connection:
            rows = await connection.fetch(f"{_ENTRIES} where e.id = $1", event)
            found = await _with_lines(connection, rows)
        return found[0] if found else None

    async def story(self, reference: str) -> Story | None:
        """Return the story of an event, subject, message or correlation."""
        async with lent(self._pool) as connection:
            try:
                found = await trace(connection, reference)
            except NothingSuch:
                return None
        steps = [StoryStep(s.at, s.what, s.subject, s.event, s.text) for s in found.steps]
        return Story(found.reference, found.subjects, found.correlations, steps, found.left_out)

    async def products(self, after: str, limit: int) -> Sequence[str]:
        """Return product codes after *after*, in their order."""
        return [row["sku"] for row in await self._pool.fetch(_PRODUCTS, UNITS_PREFIX + after, limit)]

    async def locations(self) -> Sequence[str]:
        """Return every location."""
        return [row["name"] for row in await self._pool.fetch("select name from location order by name")]


async def _with_lines(connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> list[JournalEntry]:
    lines: dict[int, list[PostedLine]] = {row["id"]: [] for row in rows}
    for event, n, debit, credit, commodity, item, amount, because in await connection.fetch(_LINES, list(lines)):
        product = item[len(UNITS_PREFIX) :] if item else None
        lines[event].append(PostedLine(n, debit, credit, commodity, product, amount, because))
    entries = []
    for event, *rest in rows:
        columns: tuple[Any, ...] = (str(event), *rest, tuple(lines[event]))
        entries.append(JournalEntry(*columns))
    return entries
