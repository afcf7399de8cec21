"""Returns in bad weather: whatever is lost, doubled, late or out of order, nobody is refunded beyond what he paid."""

from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.decisions.returning.kept import kept_of
from tallystick.processes.orders.order_data import OpenLine
from tallystick.processes.orders.returns import ruled_returns
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
    coverage = Coverage(world=RETURNING)
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


def _never_paid_ahead(self: RmaData) -> Any:
    """Forget that the customer has the money already."""
    return replace(_SETTLES(self), advanced=0)


def _no_limit(self: RmaData) -> Any:
    """Ask nobody, however much it is."""
    return replace(_SETTLES(self), approval_above=None)


def _loses_the_rest(_: Any) -> Any:
    """Forget what was not looked at."""
    return ()


def _keeps_the_cost(self: OpenLine, quantity: int) -> Any:
    """Take the goods in at their cost, and keep it with the sale."""
    line, cost = _ARRIVES(self, quantity)
    return replace(line, sent_cost=self.sent_cost), cost


_SETTLES, _ARRIVES = RmaData.settles, OpenLine.arrives


@pytest.mark.parametrize(
    ("place", "twin", "caught"),
    [
        ((ruled_returns, "kept_of"), _kept_twice, (3, "fee_off")),
        ((ruled_returns, "_sent_again"), _forgets_rejected, (1, "back_off")),
        ((RmaData, "settles"), _never_paid_ahead, (5, "paid_twice")),
        ((RmaData, "settles"), _no_limit, (3, "not_approved")),
        ((_Judging, "left"), _loses_the_rest, (1, "return_units_off")),
        ((OpenLine, "arrives"), _keeps_the_cost, (0, "cost_left")),
    ],
    ids=[
        "a fee kept twice",
        "rejected goods still here",
        "refunded ahead and again",
        "nobody asked above the limit",
        "what was not looked at is forgotten",
        "a cost in two places",
    ],
)
def test_twins_are_found(monkeypatch: pytest.MonkeyPatch, place: Any, twin: Any, caught: tuple[int, str]) -> None:
    """Each of these mistakes breaks a promise in a history near the kept one, all of which are sound without it."""
    room, name = place
    monkeypatch.setattr(room, name, twin)
    seed, kind = caught
    assert any(v.kind == kind for near in range(seed, seed + 30) for v in returning_history(near).violations)
