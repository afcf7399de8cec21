"""Medusa's own turns: amounts that are not rounded, items in any order, and what is refused before it is sent."""

import json
from typing import Any

import pytest

from tallystick.connectors.medusa.money import minor, number_of, units
from tallystick.connectors.medusa.setup import setup_of
from tallystick.connectors.medusa.translate import delivery_of, translation_of
from tallystick.connectors.medusa.twin import order_of
from tallystick.messages.sales import OrderPlaced
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Connection, Misconfigured

SETTINGS = {"location": "WH1", "stock_location": "sloc_1"}
SETUP = setup_of(Connection(name="shop", url="https://shop.example", secret=lambda name: name, settings=SETTINGS))


def read(**changed: Any) -> Any:
    """An order as the client hands it on: amounts as text."""
    return json.loads(json.dumps({**order_of("order_1", 0), **changed}), parse_float=str)


@pytest.mark.parametrize(
    ("figure", "currency", "expected"),
    [
        ("46.7789", "eur", 4678),
        ("5.015", "eur", 502),
        ("5.025", "eur", 502),
        (7, "eur", 700),
        ("-1.5", "jpy", -2),
        ("0.0015", "kwd", 2),
        ("0.1", "kwd", 100),
    ],
)
def test_amounts_are_rounded_once_halves_to_the_even_one(figure: Any, currency: str, expected: int) -> None:
    """In the currency's own digits, and never by way of a binary fraction."""
    assert minor(figure, currency) == expected


@pytest.mark.parametrize("figure", ["1e-7", "NaN", "", "1.2.3", "--1"])
def test_what_is_no_amount_is_said(figure: str) -> None:
    """A number in another writing is not guessed."""
    with pytest.raises(AmountError):
        minor(figure, "eur")


def test_half_a_unit_is_said() -> None:
    """Medusa can count in parts; the book does not."""
    assert units("3.00") == 3
    with pytest.raises(AmountError):
        units("0.5")


def test_an_amount_leaves_as_it_is_and_in_no_other_digits() -> None:
    """The JSON number is the shortest that means it; another scale is refused."""
    assert json.dumps(number_of(1_005, "EUR/2")) == "10.05"
    with pytest.raises(AmountError, match="EUR/3"):
        number_of(1, "EUR/3")


def test_items_in_another_order_are_the_same_order() -> None:
    """Lines keep their numbers, and the delivery is known already."""
    order = read()
    turned = {**order, "items": order["items"][::-1]}
    assert delivery_of(turned, SETUP).id == delivery_of(order, SETUP).id
    first, second = (translation_of(delivery_of(o, SETUP), SETUP).reports[0].data for o in (order, turned))
    assert first == second
    assert isinstance(first, OrderPlaced)
    assert [(x.line, x.sku) for x in first.lines] == [(1, "LÄMP/1"), (2, "MUG")]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"currency_code": "xxx"}, "xxx"),
        ({"items": [{"id": "i", "variant_sku": None, "quantity": 1, "subtotal": 1, "tax_total": 0}]}, "variant_sku"),
        ({"items": [{"id": "i", "variant_sku": "MUG", "quantity": 0, "subtotal": 1, "tax_total": 0}]}, "0 units"),
        ({"items": [{"id": "i", "variant_sku": "MUG", "quantity": 1, "subtotal": -1, "tax_total": 0}]}, "-100"),
    ],
)
def test_what_cannot_be_is_a_fault(changed: dict[str, Any], named: str) -> None:
    """Nothing is guessed or passed over."""
    (fault,) = translation_of(delivery_of(read(**changed), SETUP), SETUP).faults
    assert named in fault.reason


def test_a_setting_that_is_missing_is_named() -> None:
    """Which place of the shop shows our stock is never guessed."""
    with pytest.raises(Misconfigured, match="stock_location"):
        setup_of(Connection(name="shop", url="https://shop.example", secret=str, settings={"location": "WH1"}))
