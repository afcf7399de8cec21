"""What Amazon says, as the book takes it: to the cent, with its tax on the right side, or not at all."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tallystick.connectors.amazon import faults as names
from tallystick.connectors.amazon import translate
from tallystick.connectors.amazon.connector import AmazonMarket
from tallystick.connectors.amazon.faults import QUARANTINED
from tallystick.connectors.amazon.twin.samples import (
    PLACED,
    items_of,
    money,
    number,
    order_of,
    refund_of,
    settlement_of,
    settlement_text,
    shipment_of,
)
from tallystick.messages.marketplaces.reports import MarketplaceChargeReported, MarketplaceSettlementReported
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced, ServiceLine
from tallystick.ports.connector import Translation
from tests.connectors.amazon.marketfront import NUMBER, happened, only, raw, settled, told, with_item

CHANGE = {
    "NotificationType": "ORDER_CHANGE",
    "EventTime": "2026-03-29T10:00:00Z",
    "Payload": {
        "OrderChangeNotification": {
            "AmazonOrderId": NUMBER,
            "Summary": {"OrderStatus": "Unshipped", "FulfillmentType": "MFN", "OrderItems": []},
        }
    },
}


def changed(
    status: str = "Unshipped", *wished: bool, fulfilled: str = "MFN", kind: str = "ORDER_CHANGE"
) -> Translation:
    """Translate a notification of an order whose lines' buyers wish to cancel them, or not."""
    items = [{"IsBuyerRequestedCancel": w} for w in wished]
    summary = {"OrderStatus": status, "FulfillmentType": fulfilled, "OrderItems": items}
    notice = {"OrderChangeNotification": {"AmazonOrderId": NUMBER, "Summary": summary}}
    return raw(json.dumps({**CHANGE, "NotificationType": kind, "Payload": notice}).encode())


def placed(order: Any = None, items: Any = None) -> OrderPlaced:
    """Return the order there is."""
    found = only(told(order, items))
    assert isinstance(found, OrderPlaced)
    return found


def test_prices_with_tax_in_them_are_told_by_the_total() -> None:
    """The same prices: the total says that tax is in them, so net is what is left of it."""
    found = placed(order_of(NUMBER, 0, OrderTotal=money("44.77")))
    assert found.lines == (OrderLine(1, "LÄMP/1", 3, 1802, 201), OrderLine(2, "MUG", 1, 1774, 200))
    assert found.services == (ServiceLine(3, "shipping", "shipping", 1, 450, 50),)
    assert sum(x.net + x.tax for x in (*found.lines, *found.services)) == 4477


def test_the_tax_of_each_line_is_amazons_or_ours() -> None:
    """A facilitator's line, a deemed reseller's, and ours; shipping goes with its line, so here it is two services."""
    items = with_item(TaxCollection=None, DeemedResellerCategory="IOSS")
    items[1].update(ShippingPrice=money("1.00"), ShippingTax=money("0.10"))
    found = placed(order_of(NUMBER, 0, OrderTotal=money("50.38")), items)
    assert found.marketplace is not None
    assert found.marketplace.collects_tax_of == (1, 3)
    assert [(s.line, s.net, s.tax) for s in found.services] == [(3, 500, 50), (4, 100, 10)]
    assert placed(None, with_item(TaxCollection=None)).marketplace.collects_tax_of == ()  # type: ignore[union-attr]


def test_a_cancelled_line_keeps_its_number() -> None:
    """Its buyer took the lamps off: the mug stays line 2, as our parcels know it."""
    gone = with_item(
        QuantityOrdered=0, ItemPrice=None, ItemTax=None, PromotionDiscount=None, ShippingPrice=None, ShippingTax=None
    )
    assert placed(order_of(NUMBER, 0, OrderTotal=money("21.74")), gone).lines == (OrderLine(2, "MUG", 1, 1974, 200),)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"CountryCode": "US", "StateOrRegion": "ca"}, "US-CA"),
        ({"CountryCode": "US", "StateOrRegion": "California"}, "US"),
        ({"CountryCode": "DE", "StateOrRegion": "BY"}, "DE"),
        (None, "none"),
    ],
)
def test_tax_that_is_ours_is_owed_where_the_goods_go(address: Any, expected: str) -> None:
    """A state of the US, or a country; a setting says otherwise."""
    assert placed(order_of(NUMBER, 0, ShippingAddress=address)).jurisdiction == expected
    assert only(told(order_of(NUMBER, 0, ShippingAddress=address), jurisdiction="GB")).jurisdiction == "GB"


@pytest.mark.parametrize("status", ["Shipped", "PartiallyShipped", "Pending", "InvoiceUnconfirmed"])
def test_what_has_left_or_is_not_paid_says_nothing(status: str) -> None:
    """It was taken when it waited, or will be."""
    assert told(order_of(NUMBER, 0, OrderStatus=status)) == Translation()


def test_a_cancelled_order_is_one_cancellation() -> None:
    """By poll and by notification it is the same message."""
    polled, notified = told(order_of(NUMBER, 0, OrderStatus="Canceled"), []), changed("Canceled")
    assert only(polled) == OrderCancellationRequested("amazon-O-1", "cancelled on Amazon") == only(notified)
    assert polled.reports[0].id == notified.reports[0].id


def test_a_buyers_wish_to_cancel_is_heard_from_the_queue() -> None:
    """Of all lines: the order is asked to stop. Of none, or of goods that Amazon sends: nothing."""
    assert only(changed("Unshipped", True, True)) == OrderCancellationRequested("amazon-O-1", "the buyer asks for it")
    assert changed("Unshipped", False) == changed("Canceled", fulfilled="AFN") == Translation()


def test_an_event_is_known_by_what_it_says() -> None:
    """Fees and withheld tax move nothing here; the same event read twice is one capture."""
    first, again = (happened("ShipmentEventList", shipment_of(NUMBER, PLACED)) for _ in range(2))
    assert first == again
    assert only(first).amount == 4928
    other = happened("ShipmentEventList", shipment_of(NUMBER, PLACED, 10.0))
    assert only(other).reference != only(first).reference


@pytest.mark.parametrize("name", ["RefundEventList", "GuaranteeClaimEventList", "ChargebackEventList"])
def test_what_amazon_paid_back_is_a_refund_whatever_it_is_called(name: str) -> None:
    """Above zero, under a reference that tells which."""
    found = only(happened(name, refund_of(NUMBER, PLACED)))
    assert (found.amount, found.reference.partition("-")[0] in {"refund", "claim", "chargeback"}) == (668, True)


def test_a_settlement_is_divided_among_orders_and_what_belongs_to_none() -> None:
    """Gross, commission and tax of the order; the subscription is a cost, the reserve is none; all of it is the payout."""
    found = settled(settlement_of("77"))
    assert found.faults == ()
    (part,) = [r.data for r in found.reports if isinstance(r.data, MarketplaceSettlementReported)]
    assert (part.gross, part.commission, part.tax_withheld) == (4928, 675, 200)
    charges = [r.data for r in found.reports if isinstance(r.data, MarketplaceChargeReported)]
    assert [(c.amount, c.is_reserve) for c in charges] == [(500, False), (999, True)]
    assert part.gross - part.commission - part.tax_withheld - sum(c.amount for c in charges) == 2554


def test_a_settlement_comes_as_a_file_too_with_commas() -> None:
    """Dropped into a folder, with a mark of its encoding, in Europe's way of writing."""
    text = settlement_of("77")
    lines = [text.partition("\n")[0], *(x.replace(".", ",") for x in text.splitlines()[1:])]
    european = "\r\n".join(lines).replace("2026-03-29 06:00:00 UTC", "29.03.2026 06:00:00 UTC")
    assert raw(b"\xef\xbb\xbf" + european.encode()).reports == raw(text.encode()).reports != ()


FBA_ROWS = [("Order", "O-7", "ItemPrice", "Principal", "5.00", "AFN")]
ODD_ROWS = [("Order", "O-7", "Mystery", "Principal", "5.00", "MFN")]
CASES: list[tuple[str, Callable[[], Translation]]] = [
    (names.UNREADABLE, lambda: told(order_of(NUMBER, 0, PurchaseDate="late"))),
    (names.UNREADABLE, lambda: told(order_of(NUMBER, 0, PurchaseDate="2026-03-28T23:30:00"))),
    (names.UNREADABLE, lambda: told(order_of(NUMBER, 0, LatestShipDate="2026-03-28T23:30:00"))),
    (names.UNREADABLE, lambda: told(None, with_item(ItemPrice=money("21.031")))),
    (names.UNREADABLE, lambda: raw(b'{"kind": ')),
    (names.UNREADABLE, lambda: settled("settlement-id\tcurrency\n1\tEUR\n")),
    (names.UNREADABLE, lambda: settled(settlement_of("77").replace("2026-03-29 06:00:00 UTC", "soon"))),
    (names.FBA, lambda: told(order_of(NUMBER, 0, FulfillmentChannel="AFN"))),
    (names.FBA, lambda: settled(settlement_text("7", "5.00", FBA_ROWS))),
    (names.NO_SKU, lambda: told(None, with_item(SellerSKU=None))),
    (names.OTHER_TOTAL, lambda: told(order_of(NUMBER, 0, OrderTotal=money("49.29")))),
    (names.OTHER_TOTAL, lambda: told(order_of(NUMBER, 0, OrderTotal=None))),
    (
        names.STRANGE_LINE,
        lambda: told(order_of(NUMBER, 0, OrderTotal=money("28.24")), with_item(ItemPrice=money("-0.01"))),
    ),
    (names.STRANGE_LINE, lambda: happened("RefundEventList", refund_of(NUMBER, PLACED, -1.0))),
    (names.OTHER_CURRENCY, lambda: told(None, with_item(ItemTax=money("2.01", "USD")))),
    (
        names.OTHER_CURRENCY,
        lambda: happened(
            "ShipmentEventList",
            {**shipment_of(NUMBER, PLACED), "OrderChargeList": [{"ChargeAmount": number(1, "USD")}]},
        ),
    ),
    (
        names.OTHER_CURRENCY,
        lambda: settled(settlement_of("77").replace("77\t\t\t\t\t\tOrder", "77\t\t\t\t\tUSD\tOrder", 1)),
    ),
    (names.REPLACEMENT, lambda: told(order_of(NUMBER, 0, IsReplacementOrder="true"))),
    (names.CASH, lambda: told(order_of(NUMBER, 0, PaymentMethod="COD"))),
    (names.IN_PART, lambda: changed("Unshipped", True, False)),
    (names.NO_NOTICE, lambda: changed(kind="PRICING_HEALTH")),
    (names.OTHER_PAYOUT, lambda: settled(settlement_of("77").replace("25.54", "25.55"))),
    (names.OTHER_PAYOUT, lambda: settled(settlement_of("77").replace("77\t\t\t\t\t\tOrder", "78\t\t\t\t\t\tOrder", 1))),
    (names.NEW_AMOUNT, lambda: settled(settlement_text("7", "5.00", ODD_ROWS))),
    (names.NO_BANK, lambda: settled(settlement_of("77"), bank="")),
]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{n}-{name}" for n, (name, _) in enumerate(CASES)])
def test_it_waits_under_its_name(name: str, case: Callable[[], Translation]) -> None:
    """Nothing of it is guessed: no report, one letter with a remedy, and what came is in it."""
    found = case()
    assert found.reports == ()
    (fault,) = found.faults
    assert fault.reason.startswith(f"{name}: "), fault.reason
    assert fault.remedy
    assert fault.body


def test_every_name_has_a_case_and_every_case_a_name() -> None:
    """A kind of letter that nobody tried, or that the list does not have, is a defect."""
    assert {name for name, _ in CASES} == set(QUARANTINED)
    assert AmazonMarket.manifest.quarantined == QUARANTINED


def test_an_order_with_something_unread_is_taken_only_by_a_careless_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: without the total, a cent that nobody reads would be lost."""
    said = order_of(NUMBER, 0, OrderTotal=money("49.29"))
    assert told(said).faults
    monkeypatch.setattr(translate, "_holds_tax", lambda *_: False)
    assert placed(said).lines


def test_one_order_that_is_not_ours_holds_up_no_other() -> None:
    """What Amazon sends itself waits; the rest of the settlement is booked."""
    rows = [*FBA_ROWS, ("Order", "O-8", "ItemPrice", "Principal", "3.00", "MFN")]
    found = settled(settlement_text("7", "8.00", rows))
    assert [f.where for f in found.faults] == ["O-7"]
    assert [r.subject for r in found.reports] == ["order/amazon-O-8"]


def test_nothing_of_a_buyer_is_in_what_the_book_is_told() -> None:
    """Even where Amazon sends a name, no report has it."""
    said = order_of(NUMBER, 0, BuyerInfo={"BuyerName": "Erika Mustermann", "BuyerEmail": "e@example.org"})
    assert "Erika" not in repr(told(said, items_of(NUMBER)).reports)
