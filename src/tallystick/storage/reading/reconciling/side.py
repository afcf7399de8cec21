"""The book's side, read for exactly the statements there are: one pass over the events that matter, two sums of postings."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.marketplaces import reports as marketplaces
from tallystick.messages.payments import CaptureReported, ChargebackReported, RefundReported, SettlementReported
from tallystick.messages.sales import OrderPlaced, SaleReported
from tallystick.messages.statements import (
    BankStatementReported,
    LedgerStatementReported,
    ProviderStatementReported,
    StockStatementReported,
    TillJournalReported,
)
from tallystick.model.amount import UNITS_PREFIX
from tallystick.reconciliation.book_side import BookSide, Seen, book_side
from tallystick.reconciliation.comparison import Comparison, Statement
from tallystick.reconciliation.counts import ripe_counts
from tallystick.reconciliation.levels import Moved
from tallystick.reconciliation.limits import Limits
from tallystick.reconciliation.matching import Record
from tallystick.storage.reading.facts import decode_facts

_MONEY: Final = (
    *(CaptureReported, RefundReported, ChargebackReported, SettlementReported),
    *marketplaces.REPORTS,
)
_ROWS_AT_ONCE: Final = 5000
_EVENTS: Final = (
    "select e.subject, k.name, e.body, e.facts, e.effective_at, e.effective_on from event e join kind k on k.id = e.kind "
    "where k.name = any($1::text[]) or ($2 and starts_with(e.subject, 'order/')) order by e.id"
)
_ON_HAND: Final = (
    "with counted as (select * from unnest($1::text[], $2::timestamptz[]) c(location, at)), "
    "shelf as (select id, split_part(name, ':', 3) as location from account "
    "where (starts_with(name, 'stock:') and not starts_with(name, 'stock:in_transit:')) or starts_with(name, 'outside:unexplained:')), "
    "legs as (select p.event, p.commodity, s.location, p.amount from posting p join shelf s on s.id = p.debit "
    "union all select p.event, p.commodity, s.location, -p.amount from posting p join shelf s on s.id = p.credit) "
    "select l.location, c.name, greatest(e.effective_at, t.at - $3::interval - interval '1 second') as at, "
    "sum(l.amount)::bigint as units from legs l join counted t on t.location = l.location "
    "join event e on e.id = l.event join commodity c on c.id = l.commodity "
    "where e.effective_at <= t.at + $3 group by 1, 2, 3"
)
_LEDGER: Final = (
    "with legs as (select event, debit as account, commodity, amount from posting "
    "union all select event, credit, commodity, -amount from posting) "
    "select a.name as account, c.name as commodity, (b.recorded_at at time zone 'UTC')::date as day, "
    "sum(l.amount)::bigint as number from legs l join batch b on b.id = l.event >> 12 "
    f"join account a on a.id = l.account join commodity c on c.id = l.commodity "
    f"where not starts_with(c.name, '{UNITS_PREFIX}') group by 1, 2, 3"
)


class Wanted(Struct, frozen=True):
    """What of the book is asked for, by the statements there are."""

    money: bool
    tills: bool
    promised: bool
    ledger: bool


async def read_side(
    connection: asyncpg.Connection, statements: Sequence[Statement], as_of: datetime, limits: Limits
) -> BookSide:
    """Return the book's side of *statements*. Needs a transaction that sees one instant."""
    said = [s.said for s in statements]
    wanted = Wanted(
        any(isinstance(s, ProviderStatementReported | BankStatementReported) for s in said),
        any(isinstance(s, TillJournalReported) for s in said),
        any(isinstance(s, StockStatementReported) and s.measure == "promised" for s in said),
        any(isinstance(s, LedgerStatementReported) for s in said),
    )
    side = book_side([seen async for seen in _events(connection, wanted)])
    side.on_hand = await _on_hand(connection, Comparison(side, statements, as_of, limits))
    if wanted.ledger:
        side.ledger = [Record("", *row) for row in await _ledger(connection)]
    return side


async def _events(connection: asyncpg.Connection, wanted: Wanted) -> AsyncIterator[Seen]:
    kinds = [*(_MONEY if wanted.money else ()), *((SaleReported,) if wanted.tills else ())]
    names = [CATALOGUE.of(kind).type for kind in kinds]
    placed = CATALOGUE.of(OrderPlaced).type
    if not names and not wanted.promised:
        return
    async for row in connection.cursor(_EVENTS, names, wanted.promised, prefetch=_ROWS_AT_ONCE):
        facts = tuple(decode_facts(row["facts"]))
        report = CATALOGUE.decode(placed, row["body"]) if row["name"] == placed else _NOTHING
        if facts or report is not _NOTHING:
            on: date = row["effective_on"]
            yield Seen(row["subject"], report, facts, (), row["effective_at"], on, on)


class _Nothing(Struct, frozen=True):
    """A report nobody looks into."""


_NOTHING: Final = _Nothing()


async def _on_hand(connection: asyncpg.Connection, c: Comparison) -> list[Moved]:
    """Return the movements near each count that can be judged, and all earlier ones as one."""
    counts = [s for s in ripe_counts(c) if isinstance(s.said, StockStatementReported) and s.said.measure == "on_hand"]
    if not counts:
        return []
    keepers = [s.said.keeper for s in counts if isinstance(s.said, StockStatementReported)]
    near = timedelta(hours=c.limits.clock_hours_max)
    return await moved_near(connection, (keepers, [s.at for s in counts]), near)


async def moved_near(
    connection: asyncpg.Connection, counts: tuple[Sequence[str], Sequence[datetime]], near: timedelta
) -> list[Moved]:
    """Return the movements *near* each count, a location and a moment, and all earlier ones as one."""
    rows = await connection.fetch(_ON_HAND, *counts, near)
    return [Moved(r["location"], r["name"].removeprefix(UNITS_PREFIX), r["units"], r["at"]) for r in rows]


async def _ledger(connection: asyncpg.Connection) -> list[tuple[str, str, int, date]]:
    rows = await connection.fetch(_LEDGER)
    return [(r["account"], r["commodity"], r["number"], r["day"]) for r in rows]
