"""The year in a real Tryton: its trial balance is ours, by account and day, after one push, after two, and after ten cuts."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tallystick.storage.book import connect, schema_of
from tallystick.storage.reading.trial_balance import daily_balances
from tests.counterparts.tryton.cutting import CUTS, PUSHES_MAX, WRITES, Cut, cut, pushed
from tests.counterparts.tryton.proxy import Fault, Proxy
from tests.counterparts.tryton.told import Book, Cells, Ledger, told
from tests.year.conftest import Shop

BOOK = "clean"


@pytest.fixture
def ledger(request: pytest.FixtureRequest, shop: Shop, loaded: Any, tmp_path: Path) -> Iterator[Ledger]:
    """The year's book, drawn for a Tryton of this test's own; the parameter is (name, decimals)."""
    name, digits = request.param
    with told(Book(shop.home, shop.url, BOOK, digits=digits), name, tmp_path) as found:
        yield found


@pytest.mark.parametrize("ledger", [("once", 3)], indirect=True)
async def test_trytons_trial_balance_is_ours_after_one_push_and_after_two(ledger: Ledger) -> None:
    """Summarised journals per channel and day; pushing them, or drawing them, twice adds nothing."""
    pushed = ledger.tally("journal", "push")
    assert (pushed["ok"], pushed["dead"], pushed["waiting"]) == (True, 0, 0)
    once, wanted = ledger.balances(), await ledger.wanted()
    assert once == wanted
    assert len(wanted) > 1000
    assert ledger.tally("journal", "draw")["changed"] == {}
    assert ledger.tally("journal", "push")["arrived"] == 0
    assert ledger.balances() == once
    compared = ledger.tally("reconcile", "ledger")
    assert (compared["ok"], compared["differences"], compared["uncovered"]) == (True, [], [])
    assert compared["entries"] == pushed["arrived"]


@pytest.mark.parametrize("ledger", [("cut", 3)], indirect=True)
async def test_a_push_cut_ten_times_in_the_middle_ends_the_same(ledger: Ledger) -> None:
    """Killed before and after the effect, while entries are created and while they are posted; then pushed to the end."""
    proxy = Proxy(ledger.tryton.url)
    ledger.environment = {"TALLYSTICK_TRYTON_URL": proxy.url}
    cuts = 0
    try:
        for number in range(CUTS):
            batch, fault = number // 2 % 2, (Fault.LOST, Fault.ANSWER_LOST)[number // 4 % 2]
            cuts += await asyncio.to_thread(cut, ledger, proxy, Cut(WRITES[number % 2], fault, batch))
        proxy.plan = lambda _method, _before: Fault.NONE
        assert any(pushed(ledger) == 0 for _ in range(PUSHES_MAX))
        assert cuts == CUTS
    finally:
        proxy.close()
        ledger.environment = {}
    assert ledger.balances() == await ledger.wanted()
    assert ledger.tally("reconcile", "ledger")["ok"]


@pytest.mark.parametrize("ledger", [("pence", 2)], indirect=True)
async def test_a_ledger_with_fewer_decimals_stays_within_half_a_unit_of_each_account(ledger: Ledger) -> None:
    """Thousandths go to a ledger of pence by running balance; the rounding account holds the rest, openly and bounded."""
    assert ledger.tally("journal", "push")["ok"]
    assert ledger.tally("reconcile", "ledger")["ok"]
    theirs, ours = _totals(ledger.balances()), _totals(await ledger.wanted())
    rounding = theirs.pop(ledger.policy.rounding_account, Decimal(0))
    connection = await connect(ledger.database_url, schema_of(BOOK))
    try:
        accounts = len({b.account for b in await daily_balances(connection) if not b.commodity.startswith("sku:")})
    finally:
        await connection.close()
    half_a_penny, channels = Decimal("0.005"), 3
    assert abs(rounding) <= half_a_penny * accounts * channels
    assert all(abs(theirs[code] - amount) <= half_a_penny * accounts for code, amount in ours.items() if code in theirs)
    assert sum(theirs.values()) + rounding == 0


def _totals(cells: Cells) -> dict[str, Decimal]:
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (_, code), amount in cells.items():
        totals[code] += amount
    return dict(totals)
