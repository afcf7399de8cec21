"""Returns in bad weather: whatever is lost, doubled, late or out of order, nobody is refunded beyond what he paid."""

from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.decisions.returning.kept import kept_of
from tallystick.processes.orders import ruled_returns
from tallystick.processes.orders.order_data import OpenLine
from tallystick.processes.payments.payment_data import PaymentData
from tallystick.processes.returning.rma_data import RmaData
from tallystick.processes.returning.rma_steps import _Judging
from tallystick.simulator.coverage import RETURNING, Coverage
from tallystick.simulator.returning.returning_history import returning_history
from tallystick.simulator.weather import STORM, USUAL

HISTORIES = 300
SAID_AGAIN = (", repeated to ", ", conflicting to ")
"""Every report said again is lived, not each in every state: these rows share one decision."""


def test_every_history_ties_out_and_every_row_is_reached() -> None:
    """Units, fees, refunds and claims agree in each history, and no row of the tables is dead."""
    coverage = Coverage(RETURNING)
    for seed in range(HISTORIES):
        story = returning_history(seed, STORM if seed % 4 == 0 else USUAL, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert [name for name in coverage.missed() if not any(word in name for word in SAID_AGAIN)] == []
    lived = [name for name, n in coverage.counts().items() if n]
    for message in ("ReturnReceived", "ReturnInspected", "ReturnRefurbished"):
        for word in SAID_AGAIN:
            assert any(message in name and word in name for name in lived), (message, word)


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert returning_history(7) == returning_history(7)


def _kept_twice(lines: Any, fees: Any) -> Any:
    """Keep the fee once more."""
    return tuple(replace(fee, net=fee.net * 2, tax=fee.tax * 2) for fee in kept_of(lines, fees))


def _forgets_rejected(data: Any, _: Any) -> Any:
    """Count what went to the customer again as still here."""
    return data


def _pays_what_it_has_not(self: PaymentData) -> int:
    """Give back all that nobody owes, whether it was ever taken or not."""
    return -self.missing if self.ended else min(-self.missing, self.credited + self.cut_open)


def _never_paid_ahead(self: RmaData) -> Any:
    """Forget that the customer has the money already."""
    return replace(_SETTLES(self), advanced=0)


def _no_limit(self: RmaData) -> Any:
    """Ask nobody, however much it is."""
    return replace(_SETTLES(self), approval_above=None)


def _still_waits(self: Any) -> Any:
    """Leave what was looked at waiting."""
    return tuple(self.held.values())


def _keeps_the_cost(self: OpenLine, quantity: int) -> Any:
    """Take the goods in at their cost, and keep it with the sale."""
    line, cost = _ARRIVES(self, quantity)
    return replace(line, sent_cost=self.sent_cost), cost


_SETTLES, _ARRIVES = RmaData.settles, OpenLine.arrives


@pytest.mark.parametrize(
    ("place", "twin", "found"),
    [
        ((ruled_returns, "kept_of"), _kept_twice, "fee_off"),
        ((ruled_returns, "_sent_again"), _forgets_rejected, "back_off"),
        ((PaymentData, "surplus"), property(_pays_what_it_has_not), "refunds_off"),
        ((RmaData, "settles"), _never_paid_ahead, "paid_twice"),
        ((RmaData, "settles"), _no_limit, "not_approved"),
        ((_Judging, "left"), _still_waits, "return_units_off"),
        ((OpenLine, "arrives"), _keeps_the_cost, "cost_left"),
    ],
    ids=[
        "a fee kept twice",
        "rejected goods still here",
        "refunded beyond what was paid",
        "refunded ahead and again",
        "nobody asked above the limit",
        "inspected goods still waiting",
        "a cost in two places",
    ],
)
def test_twins_are_found(monkeypatch: pytest.MonkeyPatch, place: Any, twin: Any, found: str) -> None:
    """Each of these mistakes breaks a promise within two hundred histories."""
    room, name = place
    monkeypatch.setattr(room, name, twin)
    assert any(v.kind == found for seed in range(200) for v in returning_history(seed).violations)
