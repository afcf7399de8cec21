"""A week of all tills in a real Tryton: its trial balance is ours, by account and day, after one push and after two."""

import asyncio
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pytest

from tests.counterparts.tryton.cutting import CUTS, PUSHES_MAX, WRITES, Cut, cut, pushed
from tests.counterparts.tryton.proxy import Fault, Proxy
from tests.counterparts.tryton.told import Book, Ledger, told
from tests.tills.conftest import Grocer

FIRST, LAST = date(2017, 3, 6), date(2017, 3, 12)


@pytest.fixture
def ledger(request: pytest.FixtureRequest, grocer: Grocer, tills_file: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A book of one week of the grocer's tills, drawn for a Tryton that counts in cents; the parameter names both."""
    name = request.param
    week = tmp_path / "week.parquet"
    at = "timezone('America/New_York', timezone('UTC', transaction_timestamp))::date"
    duckdb.execute(f"copy (select * from '{tills_file}' where {at} between '{FIRST}' and '{LAST}') to '{week}'")
    loaded = grocer.load(week, f"week_{name}")
    assert loaded["total"]["lines"] > 20_000
    folder = tmp_path / "tryton"
    folder.mkdir()
    with told(Book(grocer.home, grocer.url, f"week_{name}", "USD", 2), f"cents_{name}", folder) as found:
        yield found


@pytest.mark.parametrize("ledger", ["once"], indirect=True)
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


@pytest.mark.parametrize("ledger", ["cut"], indirect=True)
async def test_a_week_of_all_tills_cut_ten_times_in_the_middle_ends_the_same(ledger: Ledger) -> None:
    """Killed while entries are created, and while they are posted, with and without effect; then pushed to the end."""
    proxy = Proxy(ledger.tryton.url)
    ledger.environment = {"TALLYSTICK_TRYTON_URL": proxy.url}
    create, post = (partial(Cut, method) for method in WRITES)
    drafting = [create(Fault.LOST)] * 5 + [create(Fault.ANSWER_LOST)]
    posting = [post(Fault.LOST)] * 3 + [post(Fault.ANSWER_LOST)]
    try:
        cuts = [await asyncio.to_thread(cut, ledger, proxy, where) for where in (*drafting, *posting)]
        proxy.plan = lambda _method, _before: Fault.NONE
        assert any(pushed(ledger) == 0 for _ in range(PUSHES_MAX))
    finally:
        proxy.close()
        ledger.environment = {}
    assert cuts == [True] * CUTS
    assert ledger.balances() == await ledger.wanted()
    assert ledger.tally("reconcile", "ledger")["ok"]
