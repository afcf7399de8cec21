"""Reports that do not fit the order, or cannot be booked at all."""

from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tallystick.engine.answer import Status
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised, SettlementReported
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.sales import (
    BadDebtLine,
    BadDebtReported,
    CreditReported,
    OrderLine,
    OrderPlaced,
    SaleLine,
    SaleReported,
    ServiceLine,
)
from tallystick.messages.stock import (
    AdjustmentLine,
    AdjustmentReported,
    DeclaredCost,
    HeldLine,
    ReceiptLine,
    ReceiptReported,
)
from tests.scenarios.shop import Shop

HUGE = 2**53
TWICE = (SaleLine(1, "LAMP", 1, 900), SaleLine(1, "SHADE", 1, 900))
FOUND = AdjustmentLine(1, "LAMP", 1)
RESERVED: Any = "reserved"
POST = ServiceLine(1, "POST", "postage", 1, 390)
ORDER = OrderPlaced("W1", "web", "WH1", "EUR/2", "stripe", ())
SALE = SaleReported("7", "till", "WH1", "EUR/2", "cash")
CREDIT = CreditReported("7", "till", "WH1", "EUR/2", "cash")
COUNT = AdjustmentReported("7", "WH1", "EUR/2")
RECEIPT = ReceiptReported("7", "WH1", "EUR/2", "supplier", ())


def test_the_wrong_product_left(shop: Shop) -> None:
    """A shade left for a lamp: the shade is gone at no price, the lamp is still to be sent, and somebody is told."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    shop.receives(2, "SHADE", cost="1.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships_instead(order, 1, "SHADE")
    assert (shop.told, shop.state(order, "fulfilment/1")) == (["wrong_item"], "PARTLY")
    shop.book_shows("""
        stock:sellable:WH1        1  SHADE
        stock:reserved:WH1        1  LAMP
        revenue:web            0.00  EUR
        cost_of_sales:web      1.00  EUR
    """)

    shop.ships(order)
    assert (shop.state(order), shop.state(order, "fulfilment/1")) == ("SHIPPED", "DISPATCHED")
    shop.book_shows("""
        stock:reserved:WH1        0  LAMP
        outside:customer          1  LAMP
        outside:customer          1  SHADE
        revenue:web          -12.00  EUR
    """)


def test_the_wrong_product_comes_back(shop: Shop) -> None:
    """The customer sends the shade back: it stands on its own shelf at the cost it left at, and no money moves."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    shop.receives(2, "SHADE", cost="1.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships_instead(order, 1, "SHADE")
    shop.says(order, ReturnReceived(order, "R1", "WH1", (ReturnedLine(1, "SHADE", 1, "sellable"),)))

    assert shop.told == ["wrong_item"]
    shop.book_shows("""
        stock:sellable:WH1        2  SHADE
        cost_of_sales:web      0.00  EUR
        inventory:WH1         10.00  EUR
    """)


def test_another_product_comes_back_than_was_sold(shop: Shop) -> None:
    """A shade comes back for a lamp: what came is taken in, what did not is not, and nothing is refunded."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "12.00 EUR")
    shop.says(order, ReturnReceived(order, "R1", "WH1", (ReturnedLine(1, "SHADE", 1, "sellable"),)))

    assert shop.told == ["return_exceeds_sale"]
    shop.book_shows("""
        stock:sellable:WH1        1  LAMP
        stock:sellable:WH1        1  SHADE
        sales_credits:web      0.00  EUR
    """)


@pytest.mark.parametrize(
    ("subject", "report", "field"),
    [
        ("order/W1", replace(ORDER, lines=(OrderLine(1, "LAMP", 1, 9), OrderLine(1, "LAMP", 2, 9))), "lines: line 1"),
        ("order/W1", replace(ORDER, lines=(OrderLine(1, "LAMP", 0, 900),)), "quantity 0"),
        ("order/W1", replace(ORDER, lines=(OrderLine(1, "LAMP", 1, -900),)), "net -900"),
        ("order/W1", replace(ORDER, lines=(OrderLine(1, "LAMP", HUGE, 900),)), "quantity"),
        ("sale/7", replace(SALE, goods=TWICE), "goods: line 1"),
        ("sale/7", replace(SALE, goods=TWICE[:1], services=(POST,)), "services: line 1"),
        ("sale/7", replace(SALE, giveaways=(SaleLine(1, "LAMP", -1, 0),)), "giveaways: line 1"),
        ("sale/7", replace(SALE, charges=(ServiceLine(1, "F", "fee", 1, -HUGE),)), "charges: line 1"),
        ("credit/7", replace(CREDIT, goods=TWICE), "goods: line 1"),
        ("credit/7", replace(CREDIT, vouchers=(ServiceLine(1, "G", "gift", 0, 100),)), "vouchers: line 1"),
        ("baddebt/7", BadDebtReported("7", "web", "EUR/2", (BadDebtLine(1, "DEBT", 1, HUGE),)), "written_off"),
        ("count/7", replace(COUNT, lines=(FOUND,), unstocked=(FOUND,)), "unstocked: line 1"),
        ("count/7", replace(COUNT, lines=(AdjustmentLine(1, "LAMP", 0),)), "quantity 0"),
        ("stock/7", replace(RECEIPT, lines=(ReceiptLine(1, "LAMP", 1, -1),)), "value -1"),
        ("stock/7", replace(RECEIPT, declared_costs=(DeclaredCost("LAMP", -1),)), "unit_cost -1"),
        ("order/W1", DispatchReported("W1", "S1", (HeldLine(1, "LAMP", -1),)), "quantity -1"),
        ("order/W1", ReturnReceived("W1", "R1", "WH1", (ReturnedLine(1, "LAMP", 1, RESERVED),)), "disposition"),
        ("order/W1", PaymentAuthorised("W1", "stripe", -1), "amount -1"),
        ("order/W1", CaptureReported("W1", "stripe", 0), "amount 0"),
        ("order/W1", SettlementReported("W1", "stripe", "po", "main", HUGE, 0), "gross"),
    ],
)
def test_what_cannot_be_booked_is_refused_by_its_field(shop: Shop, subject: str, report: Struct, field: str) -> None:
    """No stock is held and no money moves for a report that makes no sense; its sender learns which field to mend."""
    shop.receives(9, "LAMP", cost="4.00 EUR")
    answer = shop.hears(subject, report)

    assert answer.status is Status.REFUSED
    assert field in answer.reason
    assert "mend the field" in answer.remedy
    shop.book_shows("""
        stock:sellable:WH1        9  LAMP
        inventory:WH1         36.00  EUR
    """)
    shop.leaves_waiting = True


def test_a_layer_never_grows_beyond_what_can_be_stored(shop: Shop) -> None:
    """Each report is sound and their sum is not: the one that would overflow is refused, and the book stays as it was."""
    shop.hears("stock/a", ReceiptReported("a", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 1, 4_000),)))
    dear = ReceiptReported("b", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 1, HUGE - 1),))
    answer = shop.hears("stock/b", dear)

    assert (answer.status, "too large to store" in answer.reason) == (Status.REFUSED, True)
    shop.book_shows("inventory:WH1  40.00  EUR")
    shop.leaves_waiting = True
