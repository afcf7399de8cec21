"""The book's side of reconciliation, read from PostgreSQL: the same as the memory book tells it, for the same messages."""

from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest
from msgspec.structs import replace

from tallystick.engine.answer import Status, Unit
from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.posting.table import TABLE
from tallystick.reconciliation.book_side import BookSide, book_side
from tallystick.reconciliation.comparison import Comparison
from tallystick.reconciliation.comparisons import COMPARISONS, reconcile
from tallystick.reconciliation.limits import Limits
from tallystick.simulator.estate.estate_run import LYING, EstateRun
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.book import BookInfo, connect, create_book
from tallystick.storage.names import names_of
from tallystick.storage.reading.proofs import check_book
from tallystick.storage.reading.reconciling.side import read_side
from tallystick.storage.reading.reconciling.statements import kept_statements, open_differences

BY_MESSAGES = tuple(name for name in COMPARISONS if name != "ledger")
"""What a ledger has been handed over goes by the day of recording, which is another in a book written today."""


async def written(url: str, run: EstateRun) -> BookInfo:
    """Write everything that a history committed into a real book, in the order it was committed."""
    info = await create_book(url, f"estate_{run.seed}", "EUR/2", TABLE)
    connection, names = await connect(url, info.schema), await names_of(url, info)
    gate = Gate(PgGateStore(connection, names, info.currency, 0), TABLE, GateMetrics())
    messages = [replace(f.message, body=msgspec.json.encode(f.message.data)) for f in run.book.entries]
    for answers in await gate.flush([Unit((m,), m.subject) for m in messages]):
        assert answers[0].status is Status.ACCEPTED, answers
    await names.close()
    await connection.close()
    return info


def sums(side: BookSide) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]]:
    """Money by kind, party and key; units by keeper and product."""
    money = Counter[tuple[str, ...]]()
    for kind, records in (*side.money.items(), ("payout", side.payouts), ("till", side.till_sales)):
        for r in records:
            money[kind, r.party, r.key] += r.number
    units = Counter[tuple[str, ...]]()
    for name, moves in (("on hand", side.on_hand), ("promised", side.promised)):
        for m in moves:
            units[name, m.keeper, m.sku] += m.units
    return money, units


@pytest.mark.parametrize("seed", [3, 11, 46])
async def test_both_books_tell_the_same(database_url: str, seed: int) -> None:
    """A history of the estate, written to PostgreSQL, is reconciled to the same differences and proves itself."""
    run = EstateRun(seed, LYING)
    run.live()
    info = await written(database_url, run)
    assert [p for p in await check_book(database_url, info) if not p.ok] == []

    as_of, limits = run.town.moment(), Limits()
    connection = await connect(database_url, info.schema)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        statements = await kept_statements(connection)
        side = await read_side(connection, statements, as_of, limits)
        told = await open_differences(connection)
    await connection.close()

    memory = book_side(run.controller.seen)
    assert sums(side) == sums(memory)
    assert len(statements) == len(run.controller.statements)
    found = reconcile(Comparison(side, statements, as_of, limits), BY_MESSAGES)
    kept = tuple(run.controller.statements.values())
    expected = reconcile(Comparison(memory, kept, as_of, limits), BY_MESSAGES)
    assert {(d.name, d.kind, d.amount) for d in found.differences} == {
        (d.name, d.kind, d.amount) for d in expected.differences
    }
    assert len(found.differences) > 2
    assert sorted(told) == sorted(f"difference/{name}" for name in run.controller.open)


async def test_a_book_without_statements_has_nothing_to_say(database_url: str) -> None:
    """Nothing is read for what nobody stated."""
    info = await create_book(database_url, "empty", "EUR/2", TABLE)
    connection = await connect(database_url, info.schema)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        side = await read_side(connection, [], datetime(2026, 12, 1, tzinfo=UTC), Limits())
    await connection.close()
    assert (side.money, side.on_hand, side.promised, side.ledger) == ({}, [], [], [])
