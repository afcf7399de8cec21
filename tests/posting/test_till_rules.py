"""What tills write in the book, as an accountant would read it."""

from datetime import date

from tallystick.messages.sales import ReversedLine, SaleRecorded, SaleReversed, ScanLine, SoldLine
from tallystick.messages.tills import CashCounted, CountedLine
from tests.posting.test_rules import as_text, written

SCAN = ScanLine(9, "COUPON", 100, 20, 10, 50)


def test_a_basket_at_the_till() -> None:
    """The shelf price is revenue; what came off it stands against it; who pays which part is a claim on each."""
    line = SoldLine(1, "LAMP", 2, 2400, 0, 800, 300, 50, 150)
    fact = SaleRecorded("7", "shop", "S1", "EUR/2", "cash", "none", 0, (line,), scans=(SCAN,), taken=2300)
    assert written(fact) == as_text("""
        outside:customer < stock:sellable:S1  2 LAMP
        receivable:shop < revenue:shop  24.00 EUR
        cost_of_sales:shop < inventory:S1  8.00 EUR
        loyalty_discounts:shop < revenue:shop  3.00 EUR
        coupon_matches:shop < revenue:shop  0.50 EUR
        coupon_claims:shop < receivable:shop  1.50 EUR
        receivable:shop < revenue:shop  1.00 EUR
        loyalty_discounts:shop < revenue:shop  0.20 EUR
        coupon_matches:shop < revenue:shop  0.10 EUR
        coupon_claims:shop < receivable:shop  0.50 EUR
        till_takings:S1:cash < receivable:shop  23.00 EUR
    """)


def test_a_reversed_basket_is_its_mirror() -> None:
    """Every posting of the sale the other way round, cost and discounts included; a refund of a coupon swaps sides."""
    line = ReversedLine(1, "LAMP", 2, 2400, 100, 800, 5, 300, 50, 150)
    gift = ReversedLine(2, "BULB", 1, 0, 0, 90, 5)
    fact = SaleReversed("7", "shop", "S1", "EUR/2", "cash", "DE", 2300, (line,), (gift,), (SCAN,))
    assert written(fact) == as_text("""
        stock:sellable:S1 < outside:customer  2 LAMP
        revenue:shop < receivable:shop  24.00 EUR
        tax_payable:DE < receivable:shop  1.00 EUR
        inventory:S1 < cost_of_sales:shop  8.00 EUR
        revenue:shop < loyalty_discounts:shop  3.00 EUR
        revenue:shop < coupon_matches:shop  0.50 EUR
        receivable:shop < coupon_claims:shop  1.50 EUR
        stock:sellable:S1 < outside:customer  1 BULB
        inventory:S1 < giveaways:shop  0.90 EUR
        revenue:shop < receivable:shop  1.00 EUR
        revenue:shop < loyalty_discounts:shop  0.20 EUR
        revenue:shop < coupon_matches:shop  0.10 EUR
        receivable:shop < coupon_claims:shop  0.50 EUR
        receivable:shop < till_takings:S1:cash  23.00 EUR
    """)


def test_a_count_clears_the_till() -> None:
    """Cash to the safe, cards to who settles them; what is short is a cost, what is over the opposite."""
    cash, card = CountedLine("cash", 990, 10), CountedLine("card", 2010, -10)
    assert written(CashCounted("S1", date(2026, 11, 23), "EUR/2", (cash,), (card,))) == as_text("""
        safe:S1 < till_takings:S1:cash  9.90 EUR
        over_short:S1 < till_takings:S1:cash  0.10 EUR
        tender_clearing:card < till_takings:S1:card  20.10 EUR
        till_takings:S1:card < over_short:S1  0.10 EUR
    """)
