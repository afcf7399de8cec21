"""What an order does of returns under a policy is the same in every state, and leaves the state alone."""

import pytest
from msgspec import Struct

from tallystick.messages.returning.tells import HoldReturned, LapseReturn, SettleReturn, WeighReturn
from tallystick.processes.orders.order import ORDER
from tallystick.processes.table import Action, Early, Unexpected

LEFT = ("SHIPPED_AHEAD", "PARTLY_SHIPPED", "CANCELLING", "SHIPPED", "COMPLETED", "CANCELLED", "REFUSED")
"""States in which goods may have left."""


@pytest.mark.parametrize("state", [s for s in ORDER.states if s != "NEW"])
@pytest.mark.parametrize("message", [WeighReturn, HoldReturned, SettleReturn, LapseReturn])
def test_a_return_leaves_its_order_alone(state: str, message: type[Struct]) -> None:
    """One decision whatever is under way; goods that come before they left wait for the dispatch."""
    found, shipped = ORDER.find(state, message), ORDER.find("SHIPPED", message)
    if state not in LEFT and message in {HoldReturned, SettleReturn}:
        assert isinstance(found, Early | Unexpected)
        return
    assert isinstance(found, Action)
    assert isinstance(shipped, Action)
    assert found.decide is shipped.decide
    assert set(found.outcomes) == set(shipped.outcomes)
    assert all(row.to_state == state and not row.moves for row in found.outcomes.values())
