"""Buying in bad weather: whatever is lost, doubled, late or out of order, the book says what suppliers and dock did."""

from typing import Any

import pytest

from tallystick.decisions.buying.cost_spread import revalued
from tallystick.decisions.buying.three_way_match import Counted, Match
from tallystick.messages.buying.reports import InvoicedLine
from tallystick.processes.buying import invoicing, purchase_steps
from tallystick.processes.buying.purchase_data import PurchaseData
from tallystick.simulator.buying.buying_history import buying_history
from tallystick.simulator.coverage import BUYING, Coverage
from tallystick.simulator.weather import STORM, USUAL

HISTORIES = 400


def test_every_history_ties_out_and_every_row_is_reached() -> None:
    """Shelves, payables, GR/IR and disputes agree with the truth in each history, and no row of the tables is dead."""
    coverage = Coverage(BUYING)
    for seed in range(HISTORIES):
        story = buying_history(seed, STORM if seed % 4 == 0 else USUAL, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert coverage.missed() == []


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert buying_history(7) == buying_history(7)


def _at_the_price_asked(known: Counted, told: InvoicedLine, *_: Any) -> Match:
    """Clear GR/IR by what is asked instead of what was agreed."""
    return Match(told.net, 0)


def _kept(data: PurchaseData) -> tuple[PurchaseData, tuple[Any, ...]]:
    """Never look at blocked invoices again."""
    return data, ()


def _nothing_noted(data: PurchaseData, *_: Any) -> PurchaseData:
    """Forget what was booked under which key."""
    return data


def _all_to_stock(shelf: Any, goods: Any, amount: int) -> tuple[int, int]:
    """Say that the goods here bear all of it, and that those gone bear it too."""
    to_stock, to_cost = revalued(shelf, goods, amount)
    return to_stock, to_cost + to_stock


@pytest.mark.parametrize(
    ("place", "twin", "found"),
    [
        ((invoicing, "match"), _at_the_price_asked, "gr_ir_off"),
        ((purchase_steps, "_unblocked"), _kept, "blocked_off"),
        ((purchase_steps, "noted"), _nothing_noted, "units_off"),
        ((invoicing, "noted"), _nothing_noted, "payable_off"),
        ((invoicing, "revalued"), _all_to_stock, "payable_off"),
    ],
    ids=[
        "cleared at the price asked",
        "never unblocked",
        "receipts booked twice",
        "credits booked twice",
        "borne twice",
    ],
)
def test_twins_are_found(monkeypatch: pytest.MonkeyPatch, place: Any, twin: Any, found: str) -> None:
    """Each of these mistakes breaks a promise within a hundred histories."""
    room, name = place
    monkeypatch.setattr(room, name, twin)
    kinds = {v.kind for seed in range(100) for v in buying_history(seed).violations}
    assert found in kinds
