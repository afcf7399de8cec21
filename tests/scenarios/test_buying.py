"""Procure-to-stock: what is ordered comes, is invoiced, is matched, is paid; and everything else that happens on the way."""

from typing import Any

import pytest

from tallystick.messages.buying.reports import PurchaseReceiptLine, Tolerance
from tests.scenarios.buyer import Buyer
from tests.scenarios.shop import Shop


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """The buyer of the shop; the shop's tie-out speaks for both."""
    return Buyer(shop)


def test_order_goods_invoice_payment(shop: Shop, buyer: Buyer) -> None:
    """The plain way: nothing is left in GR/IR, the supplier has his money, the goods cost what was agreed."""
    buyer.orders((10, "LAMP", "4.00 EUR"), (5, "SHADE", "1.50 EUR"))
    assert buyer.expected("LAMP") == {"7": 10}
    buyer.receives(10, 5)
    assert (buyer.state(), buyer.expected("LAMP"), buyer.expected("SHADE")) == ("RECEIVED", {}, {})
    shop.book_shows("""
        goods_received:WH1        -47.50 EUR
        inventory:WH1              47.50 EUR
    """)
    buyer.is_invoiced((10, "40.00 EUR"), (5, "7.50 EUR"), tax="9.50 EUR")
    assert buyer.state("supplier_invoice/I1") == "PAYABLE"
    buyer.pays("57.00 EUR")
    assert buyer.state("supplier_invoice/I1") == "PAID"
    shop.book_shows("""
        stock:sellable:WH1            10 LAMP
        stock:sellable:WH1             5 SHADE
        inventory:WH1              47.50 EUR
        goods_received:WH1          0.00 EUR
        tax_receivable:GB           9.50 EUR
        payable:acme                0.00 EUR
        bank:main                 -57.00 EUR
    """)
    assert shop.told == []


def test_goods_in_parts_and_an_invoice_for_all(shop: Shop, buyer: Buyer) -> None:
    """Three-way: an invoice for more than came waits, and is payable when the rest is here. Pennies never stay behind."""
    buyer.orders((3, "LAMP", "3.33 EUR"), days=7)
    buyer.receives(1)
    assert (buyer.state(), buyer.expected("LAMP")) == ("OPEN", {"7": 2})
    buyer.is_invoiced((3, "9.99 EUR"))
    assert buyer.state("supplier_invoice/I1") == "BLOCKED"
    assert shop.told == ["invoice_blocked"]
    buyer.receives(1)
    assert buyer.state("supplier_invoice/I1") == "BLOCKED"
    buyer.receives(1)
    assert buyer.state("supplier_invoice/I1") == "PAYABLE"
    shop.book_shows("""
        inventory:WH1               9.99 EUR
        goods_received:WH1          0.00 EUR
        payable:acme               -9.99 EUR
    """)


def test_an_invoice_before_its_goods(shop: Shop, buyer: Buyer) -> None:
    """Invoice first, as agreed: owed at once, not to be paid, and payable when the goods come."""
    buyer.orders((4, "LAMP", "5.00 EUR"), matching="invoice_first")
    buyer.is_invoiced((4, "20.00 EUR"))
    assert buyer.state("supplier_invoice/I1") == "BLOCKED"
    shop.book_shows("""
        goods_received:WH1         20.00 EUR
        payable:acme              -20.00 EUR
    """)
    assert shop.told == []
    shop.waits(15 * 24)
    assert shop.told == ["inbound_overdue", "invoice_overdue"]
    buyer.receives(4)
    assert buyer.state("supplier_invoice/I1") == "PAYABLE"


def test_two_way_asks_for_no_goods(shop: Shop, buyer: Buyer) -> None:
    """Against the order alone: payable before anything came, but not for more than was ordered."""
    buyer.orders((4, "LAMP", "5.00 EUR"), matching="two_way")
    buyer.is_invoiced((4, "20.00 EUR"))
    assert buyer.state("supplier_invoice/I1") == "PAYABLE"
    buyer.is_invoiced((1, "5.00 EUR"), invoice="I2")
    assert buyer.state("supplier_invoice/I2") == "BLOCKED"


def test_a_dearer_invoice_is_disputed_and_released(shop: Shop, buyer: Buyer) -> None:
    """What is asked beyond the ordered price is nobody's cost until a person accepts it: then it is what the goods cost."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.receives(10)
    buyer.is_invoiced((10, "50.00 EUR"))
    assert buyer.state("supplier_invoice/I1") == "BLOCKED"
    shop.book_shows("""
        inventory:WH1              40.00 EUR
        goods_received:WH1          0.00 EUR
        disputed_invoices:acme     10.00 EUR
        payable:acme              -50.00 EUR
    """)
    shop.ships(shop.sells(4, "LAMP", "9.00 EUR"))
    buyer.releases()
    assert buyer.state("supplier_invoice/I1") == "PAYABLE"
    shop.book_shows("""
        inventory:WH1              30.00 EUR
        cost_of_sales:web          16.00 EUR
        cost_differences:WH1        4.00 EUR
        disputed_invoices:acme      0.00 EUR
    """)


def test_a_dearer_invoice_is_credited(shop: Shop, buyer: Buyer) -> None:
    """The supplier gives in: his credit note ends the dispute, and the goods cost what was agreed."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.receives(10)
    buyer.is_invoiced((10, "50.00 EUR"))
    buyer.is_credited(10, "6.00 EUR", "price", invoice="I1")
    assert buyer.state("supplier_invoice/I1") == "BLOCKED"
    buyer.is_credited(10, "4.00 EUR", "price", invoice="I1")
    assert buyer.state("supplier_invoice/I1") == "PAYABLE"
    shop.book_shows("""
        inventory:WH1              40.00 EUR
        disputed_invoices:acme      0.00 EUR
        payable:acme              -40.00 EUR
    """)


def test_small_differences_are_tolerated(shop: Shop, buyer: Buyer) -> None:
    """Within two per cent, or the pennies agreed, nobody is asked: the goods cost what is paid for them."""
    buyer.orders((10, "LAMP", "4.00 EUR"), tolerance=Tolerance(price_basis_points=200, price_minor=50))
    buyer.receives(10)
    buyer.is_invoiced((10, "40.80 EUR"))
    assert buyer.state("supplier_invoice/I1") == "PAYABLE"
    shop.book_shows("""
        inventory:WH1              40.80 EUR
        payable:acme              -40.80 EUR
    """)


def test_a_cheaper_invoice_is_welcome(shop: Shop, buyer: Buyer) -> None:
    """A lower price lowers what the goods here cost; the part of those that are gone lowers cost."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.receives(10)
    shop.counts(-5, "LAMP")
    buyer.is_invoiced((10, "30.00 EUR"))
    shop.book_shows("""
        inventory:WH1              15.00 EUR
        stock_losses:WH1           20.00 EUR
        cost_differences:WH1       -5.00 EUR
        payable:acme              -30.00 EUR
    """)


def test_rejected_damaged_wrong_and_too_much(shop: Shop, buyer: Buyer) -> None:
    """What is rejected never came in; damaged goods are here and not for sale; strangers and surplus are told."""
    buyer.orders((10, "LAMP", "4.00 EUR"), (5, "SHADE", "1.50 EUR"))
    buyer.receives_lines(
        PurchaseReceiptLine(1, "LAMP", 8, rejected=2),
        PurchaseReceiptLine(2, "SHADE", 2, "damaged"),
        PurchaseReceiptLine(2, "SHADE", 4),
        PurchaseReceiptLine(0, "VASE", 3, "quarantine"),
    )
    assert sorted(shop.told) == ["goods_damaged", "over_delivered", "unordered_goods"]
    assert (buyer.state(), buyer.expected("LAMP")) == ("OPEN", {"7": 2})
    shop.book_shows("""
        stock:sellable:WH1             8 LAMP
        stock:damaged:WH1              2 SHADE
        stock:sellable:WH1             4 SHADE
        stock:quarantine:WH1           3 VASE
        goods_received:WH1        -41.00 EUR
    """)


def test_damaged_goods_go_back_and_are_credited(shop: Shop, buyer: Buyer) -> None:
    """Goods sent back are not owed any more; invoiced already, the credit note clears them, and replacements are expected."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.receives_lines(PurchaseReceiptLine(1, "LAMP", 7), PurchaseReceiptLine(1, "LAMP", 3, "damaged"))
    buyer.is_invoiced((10, "40.00 EUR"))
    buyer.sends_back(3)
    assert buyer.expected("LAMP") == {"7": 3}
    shop.book_shows("""
        stock:damaged:WH1              0 LAMP
        inventory:WH1              28.00 EUR
        goods_received:WH1         12.00 EUR
    """)
    buyer.is_credited(3, "12.00 EUR", "returned")
    shop.book_shows("""
        goods_received:WH1          0.00 EUR
        payable:acme              -28.00 EUR
    """)


def test_goods_go_back_at_another_cost_than_they_came(shop: Shop, buyer: Buyer) -> None:
    """They leave at the average; the supplier owes what he was to get; the rest is a difference of cost."""
    shop.receives(10, "LAMP", "2.00 EUR")
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.receives(10)
    buyer.sends_back(5, condition="sellable")
    shop.book_shows("""
        inventory:WH1              45.00 EUR
        cost_differences:WH1       -5.00 EUR
        goods_received:WH1        -40.00 EUR
    """)


@pytest.mark.parametrize(
    ("spread", "lamps"),
    [(("value",), "48.00"), (("quantity",), "50.00"), (("weight", 100, 300), "45.00")],
    ids=["value", "quantity", "weight"],
)
def test_freight_is_part_of_the_cost(shop: Shop, buyer: Buyer, spread: tuple[Any, ...], lamps: str) -> None:
    """Freight is spread by value, units or weight over what came, and carried by what is still here."""
    buyer.orders((10, "LAMP", "4.00 EUR"), (10, "SHADE", "6.00 EUR"))
    buyer.receives(10, 10)
    buyer.pays_freight("20.00 EUR", *spread)
    shop.counts(-10, "LAMP")
    shop.book_shows(f"""
        stock_losses:WH1           {lamps} EUR
        payable:hauler            -20.00 EUR
    """)


def test_freight_without_goods_goes_to_cost(shop: Shop, buyer: Buyer) -> None:
    """Nothing is here to carry it: it is a cost, and somebody is told."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.pays_freight("20.00 EUR")
    assert shop.told == ["cost_not_spread"]
    shop.book_shows("cost_differences:WH1 20.00 EUR")


def test_advice_moves_the_day(shop: Shop, buyer: Buyer) -> None:
    """What is on its way is expected on its own day; the rest on the day ordered, or as the supplier said."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.is_advised(6, days=3)
    assert buyer.expected("LAMP") == {"3": 6, "7": 4}
    buyer.hears_from_supplier(8, days=20)
    assert shop.told == ["supplier_short"]
    assert buyer.expected("LAMP") == {"3": 6, "20": 2}
    buyer.receives(5, asn="A1")
    assert buyer.expected("LAMP") == {"3": 1, "20": 2}
    buyer.receives(3, final=True)
    assert (buyer.state(), buyer.expected("LAMP"), buyer.purchase().short()) == ("RECEIVED", {}, 2)


def test_expected_goods_that_do_not_come_are_told(shop: Shop, buyer: Buyer) -> None:
    """The day passes: no promise counts on them any more."""
    buyer.orders((10, "LAMP", "4.00 EUR"), days=1)
    shop.waits(72)
    assert shop.told == ["inbound_overdue"]


def test_cancelled_and_yet_they_come(shop: Shop, buyer: Buyer) -> None:
    """Nothing is expected of a cancelled purchase; goods that come all the same are here, and owed."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    from tallystick.messages.buying.reports import PurchaseCancelled

    buyer.says(PurchaseCancelled("P1", "sold out"))
    assert (buyer.state(), buyer.expected("LAMP")) == ("CANCELLED", {})
    buyer.receives(10)
    shop.book_shows("""
        stock:sellable:WH1            10 LAMP
        goods_received:WH1        -40.00 EUR
    """)


def test_everything_is_booked_once(shop: Shop, buyer: Buyer) -> None:
    """The same receipt, invoice or payment again changes nothing; another under its number is somebody's case."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    line = PurchaseReceiptLine(1, "LAMP", 10)
    assert buyer.receives_lines(line, receipt="R9").outcome == "all"
    assert buyer.receives_lines(line, receipt="R9").outcome == "repeated"
    assert buyer.receives_lines(PurchaseReceiptLine(1, "LAMP", 9), receipt="R9").outcome == "conflicting"
    assert buyer.is_invoiced((10, "40.00 EUR")).outcome == "payable"
    assert buyer.is_invoiced((10, "40.00 EUR")).outcome == "repeated"
    assert buyer.is_invoiced((10, "41.00 EUR")).outcome == "conflicting"
    assert shop.told == ["conflicting_report", "conflicting_report"]
    shop.book_shows("""
        goods_received:WH1          0.00 EUR
        payable:acme              -40.00 EUR
    """)


def test_paid_while_blocked_and_too_much(shop: Shop, buyer: Buyer) -> None:
    """Money that left has left: the book says so, and so is somebody told."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.is_invoiced((10, "40.00 EUR"))
    buyer.pays("41.00 EUR")
    assert shop.told == ["invoice_blocked", "paid_while_blocked", "overpaid"]
    shop.book_shows("payable:acme 1.00 EUR")


def test_a_revision_before_and_after_goods_came(shop: Shop, buyer: Buyer) -> None:
    """An order may change; a price at which goods were booked stands, and the change is told."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.orders((12, "LAMP", "3.00 EUR"), revision=2)
    assert buyer.expected("LAMP") == {"7": 12}
    buyer.receives(2)
    shop.book_shows("goods_received:WH1 -6.00 EUR")
    buyer.orders((20, "LAMP", "5.00 EUR"), revision=3)
    assert (shop.told, buyer.expected("LAMP")) == (["revision_differs"], {"7": 18})
    assert buyer.orders((20, "LAMP", "5.00 EUR"), revision=3).outcome == "repeated"
    assert buyer.orders((1, "LAMP", "1.00 EUR"), revision=3).outcome == "conflicting"


def test_a_line_that_was_never_ordered_is_disputed(shop: Shop, buyer: Buyer) -> None:
    """An invoice for what nobody ordered is owed on paper and disputed in full."""
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.receives(10)
    buyer.is_invoiced((10, "40.00 EUR"), (1, "3.00 EUR"))
    assert buyer.state("supplier_invoice/I1") == "BLOCKED"
    shop.book_shows("""
        disputed_invoices:acme      3.00 EUR
        payable:acme              -43.00 EUR
    """)


def test_missing_units_explain_themselves(shop: Shop, buyer: Buyer) -> None:
    """Units sold before the book had them are the ones that come now."""
    shop.rings_up((2, "LAMP", "9.00 EUR"))
    buyer.orders((10, "LAMP", "4.00 EUR"))
    buyer.receives(10)
    shop.book_shows("""
        stock:sellable:WH1             8 LAMP
        outside:unexplained:WH1        0 LAMP
        inventory:WH1              32.00 EUR
    """)


def test_goods_before_the_order_wait_for_it(shop: Shop, buyer: Buyer) -> None:
    """A receipt that overtook its order waits until the order has come."""
    buyer.skus = {1: "LAMP"}
    buyer.receives(10)
    buyer.orders((10, "LAMP", "4.00 EUR"))
    assert buyer.state() == "RECEIVED"
