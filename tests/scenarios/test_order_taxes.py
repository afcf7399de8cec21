"""The tax of orders: each line's to its own tax office, back at the rate it was sold at, and told where it is not ours."""

from msgspec.structs import replace

from tallystick.messages.returns import LossClaimed
from tallystick.messages.sales import OrderLine, RefundRequested
from tallystick.messages.selling.taxes import LineTax
from tallystick.messages.stock import HeldLine
from tests.scenarios.shop import Shop


def _taxed(shop: Shop, *lines: tuple[int, str, int, int, LineTax]) -> str:
    """Order lines of (units, product, net, tax) with what is said of the tax of each; the order's own is Germany's."""
    order = shop.writes((1, "LAMP", "1.00 EUR"))
    bought = tuple(OrderLine(n, sku, units, net, tax) for n, (units, sku, net, tax, _) in enumerate(lines, 1))
    taxes = tuple(replace(told, line=n) for n, (*_, told) in enumerate(lines, 1))
    placed = replace(shop.placed[order], lines=bought, jurisdiction="DE", taxes=taxes, tax_source="2026-11-24")
    shop.placed[order] = placed
    shop.says(order, placed)
    return order


def test_two_tax_offices_in_one_order(shop: Shop) -> None:
    """Each line's tax is owed where the line says; what comes back, or is lost, is taken off the same office's at the rate sold."""
    shop.receives(5, "LAMP", "4.00 EUR")
    shop.receives(5, "ATLAS", "2.00 EUR")
    german, french = (
        LineTax(0, "DE", 570, 190_000, "standard", "taxed"),
        LineTax(0, "FR", 165, 55_000, "reduced", "taxed"),
    )
    order = _taxed(shop, (3, "LAMP", 3000, 570, german), (3, "ATLAS", 3000, 165, french))
    shop.pays(order)
    shop.ships(order)
    shop.book_shows("""
        revenue:web           -60.00 EUR
        tax_payable:DE         -5.70 EUR
        tax_payable:FR         -1.65 EUR
        receivable:web         67.35 EUR
    """)
    shop.captures(order, "67.35 EUR")
    shop.takes_back(order, 1)
    shop.refunds(order)
    shop.says(order, LossClaimed(order, "C1", (HeldLine(2, "ATLAS", 1),)))
    shop.refunds(order)
    shop.book_shows("""
        revenue:web           -60.00 EUR
        sales_credits:web      20.00 EUR
        tax_payable:DE         -3.80 EUR
        tax_payable:FR         -1.10 EUR
        receivable:web          0.00 EUR
        psp_clearing:stripe    44.90 EUR
    """)
    shop.says(order, RefundRequested(order, 449, "scratched"))
    shop.refunds(order)
    shop.book_shows("""
        allowances:web          4.00 EUR
        tax_payable:DE         -3.42 EUR
        tax_payable:FR         -0.99 EUR
        receivable:web          0.00 EUR
        psp_clearing:stripe    40.41 EUR
    """)
    assert shop.told == []


def test_a_tax_that_is_not_ours_is_told_and_stays(shop: Shop) -> None:
    """The customer was told 19 % where the rates make it 20 %: sold so, posted so, and somebody is told what it comes to."""
    shop.receives(5, "LAMP", "4.00 EUR")
    order = _taxed(shop, (2, "LAMP", 2000, 380, LineTax(0, "FR", 400, 200_000, "standard", "taxed")))
    assert shop.told == ["tax_differs"]
    found = shop.book.entries[-1].breaks[0]
    assert (found.amount, found.detail) == (
        -20,
        f"{order}: line 1 -20 minor units of tax against the rates of 2026-11-24",
    )
    shop.pays(order)
    shop.ships(order)
    shop.book_shows("""
        tax_payable:FR         -3.80 EUR
        receivable:web         23.80 EUR
    """)


def test_a_cent_of_rounding_is_no_difference(shop: Shop) -> None:
    """A document rounded once and lines rounded each may lie a minor unit apart: nobody is told."""
    shop.receives(5, "LAMP", "4.00 EUR")
    _taxed(shop, (2, "LAMP", 2000, 379, LineTax(0, "", 380)), (1, "LAMP", 1000, 191, LineTax(0, "", 190)))
    assert shop.told == []


def test_a_refused_order_has_no_tax_to_differ(shop: Shop) -> None:
    """Nothing was sold, so nothing differs."""
    _taxed(shop, (2, "LAMP", 2000, 1, LineTax(0, "", 380)))
    assert shop.told == []
