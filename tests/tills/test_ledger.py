"""A week of all tills in a real Tryton: its trial balance is ours, by account and day, after one push and after two."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.counterparts.tryton.told import Book, Ledger, told
from tests.tills.conftest import Grocer

FIRST, LAST = date(2017, 3, 6), date(2017, 3, 12)


@pytest.fixture
def ledger(grocer: Grocer, tills_file: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A book of one week of the grocer's tills, drawn for a Tryton that counts in cents."""
    week = tmp_path / "week.parquet"
    at = "timezone('America/New_York', timezone('UTC', transaction_timestamp))::date"
    duckdb.execute(f"copy (select * from '{tills_file}' where {at} between '{FIRST}' and '{LAST}') to '{week}'")
    loaded = grocer.load(week, "week")
    assert loaded["total"]["lines"] > 20_000
    folder = tmp_path / "tryton"
    folder.mkdir()
    with told(Book(grocer.home, grocer.url, "week", "USD", 2), "cents", folder) as found:
        yield found


async def test_trytons_trial_balance_is_ours_for_a_week_of_all_tills(ledger: Ledger) -> None:
    """Tens of thousands of till lines are a few journals a day; pushing twice adds nothing; both trial balances are one."""
    pushed = ledger.tally("journal", "push")
    assert (pushed["ok"], pushed["waiting"], pushed["dead"]) == (True, 0, 0)
    once, wanted = ledger.balances(), await ledger.wanted()
    assert once == wanted
    assert {day for day, _ in wanted} >= {FIRST.isoformat(), LAST.isoformat()}
    assert ledger.tally("journal", "draw")["changed"] == {}
    assert ledger.tally("journal", "push")["arrived"] == 0
    assert ledger.balances() == once
    compared = ledger.tally("reconcile", "ledger")
    assert (compared["ok"], compared["differences"], compared["uncovered"]) == (True, [], [])
