"""Shopify's orders as the book takes them: to the cent in the customer's currency, or not at all."""

from typing import Any

import pytest

from tallystick.connectors.shopify import placed
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.sales import (
    OrderCancellationRequested,
    OrderLine,
    OrderLineCancellationRequested,
    OrderPlaced,
    ServiceLine,
)
from tallystick.messages.stock import HeldLine
from tests.connectors.shopify.shopfront import order, plain, said_of, told, with_line

TIP = {"id": 9, "quantity": 1, "price": "2.50", "requires_shipping": False, "tip_payment_gateway": "shopify_payments"}


def one_placed(said: Any, **settings: Any) -> OrderPlaced:
    """Return the one order that is placed."""
    (found,) = said_of(told(said, **settings), OrderPlaced)
    assert isinstance(found, OrderPlaced)
    return found


def test_an_order_is_counted_in_what_the_customer_pays() -> None:
    """The shop counts 72.10 CAD, the customer pays 49.38 EUR: receivable, tax and refunds are in euros."""
    found = one_placed(order())
    assert (found.currency, found.lines[0]) == ("EUR/2", OrderLine(1, "LÄMP/1", 3, 2003, 201))
    assert sum(x.net + x.tax for x in found.lines) + sum(x.net + x.tax for x in found.services) == 4938


def test_tax_is_taken_out_of_a_price_that_holds_it() -> None:
    """Where prices include tax, a line of 11.90 with 1.90 tax is 10.00 net."""
    said = plain(taxes_included=True, total_price="11.90")
    said = with_line(said, price="11.90", tax_lines=[{"price": "1.90"}])
    assert one_placed(said).lines == (OrderLine(1, "LAMP", 1, 1000, 190),)


@pytest.mark.parametrize(
    ("currency", "price", "minor"), [("JPY", "1000", 1000), ("KWD", "1.250", 1250), ("USD", 10.5, 1050)]
)
def test_digits_are_the_currencys_own(currency: str, price: Any, minor: int) -> None:
    """Yen have no cents and dinars a thousand fils (ISO 4217); an amount may be text or a JSON number."""
    said = plain(currency=currency, presentment_currency=currency, total_price=price)
    assert one_placed(with_line(said, price=price)).lines[0].net == minor


@pytest.mark.parametrize(
    ("lines", "tips", "expected"),
    [
        ([TIP], "2.50", (ServiceLine(2, "tips", "tips", 1, 250),)),
        ([], "2.50", (ServiceLine(2, "tips", "tips", 1, 250),)),
    ],
    ids=["as-a-line", "as-a-sum"],
)
def test_a_tip_is_no_goods(lines: list[Any], tips: str, expected: tuple[ServiceLine, ...]) -> None:
    """It is a service of its own, told once, whether Shopify makes a line of it or not."""
    said = plain(total_price="12.50", total_tip_received=tips)
    said["line_items"] = [*said["line_items"], *lines]
    assert one_placed(said).services == expected


def test_duties_shipping_and_what_is_not_shipped_are_services() -> None:
    """Each under a name of its own, discounts taken off, with its tax."""
    duty = {"presentment_money": {"amount": "3.00", "currency_code": "USD"}, "tax_lines": [{"price": "0.30"}]}
    said = with_line(plain(total_price="24.30"), duties=[duty])
    said["line_items"].append({"id": 2, "sku": "WRAP", "quantity": 2, "price": "3.00", "requires_shipping": False})
    said["shipping_lines"] = [{"code": "air", "price": "6.00", "discount_allocations": [{"amount": "1.00"}]}]
    assert one_placed(said).services == (
        ServiceLine(2, "WRAP", "services", 2, 600),
        ServiceLine(3, "air", "shipping", 1, 500),
        ServiceLine(4, "duties", "duties", 1, 300, 30),
    )


def test_a_gift_card_that_pays_all_is_a_provider() -> None:
    """What its provider owes is what cards owe: the retailer's setting names the account."""
    said = plain(payment_gateway_names=["gift_card"])
    assert one_placed(said, providers="gift_card=cards").provider == "cards"


def test_a_gift_card_that_pays_a_part_waits_unless_one_account_takes_both() -> None:
    """An order has one provider; the retailer may say that one account takes both."""
    said = plain(payment_gateway_names=["gift_card", "shopify_payments"])
    assert told(said, providers="gift_card=cards").faults
    assert one_placed(said).provider == "web"


def test_a_test_order_says_nothing_unless_it_is_wanted() -> None:
    """A gateway's test mode moves no money."""
    assert told(plain(test=True)) == told(plain(test=True), test_orders="no")
    assert told(plain(test=True)).reports == ()
    assert one_placed(plain(test=True), test_orders="yes").order == "web-1000"


def test_an_order_is_placed_without_an_unknown_fee_only_by_a_careless_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: without the total, a fee of 1.00 that nobody reads would be lost."""
    said = plain(total_price="11.00")
    assert told(said).faults
    monkeypatch.setattr(placed, "_refuse_other_total", lambda *_: None)
    assert one_placed(said).lines[0].net == 1000


def test_a_cancelled_order_is_ended_on_the_day_it_was() -> None:
    """In the shop's zone, once, whatever else changes afterwards."""
    said = plain(cancelled_at="2026-04-01T23:30:00Z", cancel_reason="customer")
    found = told(said, zone="Europe/Berlin")
    (report,) = [r for r in found.reports if isinstance(r.data, OrderCancellationRequested)]
    assert (report.id, str(report.on)) == ("web-1000/cancelled", "2026-04-02")


def refund(restock: str, note: str = "", units: int = 1) -> Any:
    """Return a refund without money for units of the first line."""
    said = {"id": 5, "order_id": 1000, "created_at": "2026-04-01T10:00:00Z", "note": note}
    return {**said, "refund_line_items": [{"line_item_id": 100001, "quantity": units, "restock_type": restock}]}


def parcel(units: int = 1, status: str = "success") -> Any:
    """Return a parcel with units of the first line."""
    said = {"id": 6, "status": status, "created_at": "2026-04-01T09:00:00Z"}
    return {**said, "line_items": [{"id": 100001, "quantity": units}]}


OURS = "broken [tally 7.0 0123abcd]"


@pytest.mark.parametrize(
    ("refunds", "parcels", "expected"),
    [
        ([refund("cancel", units=2)], [], [(1, 2)]),
        ([refund("cancel", OURS)], [], []),
        ([refund("no_restock")], [], [(1, 1)]),
        ([refund("no_restock")], [parcel()], []),
        ([refund("no_restock")], [parcel(status="cancelled")], [(1, 1)]),
        ([refund("return")], [parcel()], []),
    ],
    ids=["taken-off", "by-us", "never-sent", "sent", "parcel-called-back", "came-back"],
)
def test_units_a_clerk_takes_off_are_not_wanted_any_more(
    refunds: list[Any], parcels: list[Any], expected: list[tuple[int, int]]
) -> None:
    """What never left is taken off the order; what left and is paid back has no line to give up."""
    found = said_of(told(order(refunds=refunds, fulfillments=parcels)), OrderLineCancellationRequested)
    assert [(x.line, x.quantity) for x in found] == expected


def test_units_an_edit_takes_off_are_told_one_by_one() -> None:
    """One is off, later three: the first is known by then, two are new."""
    first, later = (
        {r.id for r in told(with_line(order(), current_quantity=left)).reports if "edited-off" in r.id}
        for left in (2, 0)
    )
    assert (len(first), len(later), first < later) == (1, 3, True)


def test_a_refunded_unit_is_not_an_edit() -> None:
    """`current_quantity` falls by both; each is told once."""
    said = with_line(order(refunds=[refund("return")]), current_quantity=2)
    assert said_of(told(said), OrderLineCancellationRequested) == []


def test_the_shop_is_the_word_for_parcels_and_returns_only_where_it_is_told_so() -> None:
    """Else a warehouse says what left and what came back, and a second word would book it twice."""
    said = order(refunds=[refund("return")], fulfillments=[parcel(2), {**parcel(), "id": 7, "status": "cancelled"}])
    assert not any(isinstance(r.data, DispatchReported | ReturnReceived) for r in told(said).reports)
    there = told(said, ships="shop", returns="shop")
    assert said_of(there, DispatchReported) == [DispatchReported("web-1000", "web-1000-6", (HeldLine(1, "LÄMP/1", 2),))]
    lines = (ReturnedLine(1, "LÄMP/1", 1, "sellable"),)
    assert said_of(there, ReturnReceived) == [ReturnReceived("web-1000", "refund-5", "WH1", lines, "refund-5")]


def test_lines_are_numbered_by_their_ids() -> None:
    """However Shopify lists them, a line of the book is the same line."""
    said = order()
    turned = {**said, "line_items": said["line_items"][::-1]}
    assert one_placed(turned) == one_placed(said)
