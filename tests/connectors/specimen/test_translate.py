"""Specimen's own turns: what its contract bench does not show of its currencies and refusals."""

import json
from typing import Any

import pytest

from tallystick.connectors.specimen.bench import ORDER
from tallystick.connectors.specimen.translate import delivery_of, request_of, translation_of
from tallystick.messages.payments import CapturePayment
from tallystick.messages.sales import OrderPlaced, RefuseOrder
from tallystick.ports.connector import Connection, Delivery, Rejected

CONNECTION = Connection(name="shop", url="https://shop.example", secret=lambda name: name)


def sent(**changed: Any) -> Delivery:
    """The bench's order, changed, as the shop would send it."""
    return delivery_of("shop", {**ORDER, "change": 1, **changed})


@pytest.mark.parametrize(
    ("currency", "net", "expected"), [("JPY", "1200", 1200), ("KWD", "0.005", 5), ("EUR", "9", 900)]
)
def test_each_currency_has_its_digits(currency: str, net: str, expected: int) -> None:
    """A yen has no cents, a dinar a thousand fils; an amount without a point is whole."""
    line = {"sku": "MUG", "quantity": 1, "net": net, "tax": "0"}
    (report,) = translation_of(sent(currency=currency, lines=[line]), CONNECTION).reports
    assert isinstance(report.data, OrderPlaced)
    assert report.data.lines[0].net == expected


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"currency": "XXX"}, "XXX"),
        ({"currency": "JPY"}, "20.03"),
        ({"placed_at": "2026-03-29T00:30:00"}, "offset"),
        ({"lines": [{"sku": "MUG", "quantity": 0, "net": "1", "tax": "0"}]}, "quantity 0"),
        ({"lines": [{"sku": "MUG", "quantity": 1, "net": "-1", "tax": "0"}]}, "net -1"),
    ],
)
def test_what_cannot_be_is_a_fault(changed: dict[str, Any], named: str) -> None:
    """Nothing is rounded, guessed or passed over."""
    (fault,) = translation_of(sent(**changed), CONNECTION).faults
    assert named in fault.reason
    assert json.loads(fault.body)["number"] == ORDER["number"]


def test_what_the_shop_does_not_take_is_refused_before_it_is_sent() -> None:
    """Another command, or money it counts in other units."""
    with pytest.raises(Rejected, match="not pushed"):
        request_of(RefuseOrder("S-1", "out of stock"))
    with pytest.raises(Rejected, match="EUR/3"):
        request_of(CapturePayment("S-1", "shop", "EUR/3", 12_300))
