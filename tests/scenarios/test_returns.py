"""Goods that come back: refunded, resold or not, and never more than left."""

from tallystick.messages.payments import PayRefund
from tests.scenarios.shop import Shop


def test_a_damaged_return_is_refunded_but_never_resold(shop: Shop) -> None:
    """A customer sends back a broken lamp; money goes back, the lamp does not."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "12.00 EUR")
    shop.takes_back(order, disposition="damaged")
    shop.refunds(order)

    shop.book_shows("""
        stock:sellable:WH1        9  LAMP
        stock:damaged:WH1         1  LAMP
        outside:customer          0  LAMP
        revenue:web          -12.00  EUR
        sales_credits:web     12.00  EUR
        receivable:web         0.00  EUR
        psp_clearing:stripe    0.00  EUR
        inventory:WH1         40.00  EUR
    """)


def test_more_came_back_than_was_sold(shop: Shop) -> None:
    """Two come back where one was sold: both stand on the shelf, one is refunded, and somebody is told."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "12.00 EUR")
    shop.takes_back(order, 2)

    assert shop.told == ["return_exceeds_sale"]
    assert [c.amount for c in shop.asks(PayRefund)] == [1200]
    shop.book_shows("""
        stock:sellable:WH1       11  LAMP
        sales_credits:web     12.00  EUR
    """)


def test_a_refund_that_fails_is_in_somebodys_hands(shop: Shop) -> None:
    """The provider cannot pay: somebody is told; when it is paid after all, the book takes it."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.sells(1, "LAMP", price="12.00 EUR")
    shop.ships(order)
    shop.captures(order, "12.00 EUR")
    shop.takes_back(order)
    shop.fails_to_refund(order)
    assert (shop.told, shop.state(order, "refund/1")) == (["refund_failed"], "FAILED")

    shop.refunds(order)
    shop.book_shows("receivable:web  0.00  EUR")


def test_a_credit_finds_the_sale_at_its_own_price(shop: Shop) -> None:
    """Sold at two prices and costs, one brought back at the first price: it comes back at the first cost."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    shop.rings_up((1, "LAMP", "10.00 EUR"), customer="person:1")
    shop.receives(1, "LAMP", cost="6.00 EUR")
    shop.rings_up((1, "LAMP", "15.00 EUR"), customer="person:1")
    shop.credits((1, "LAMP", "10.00 EUR"), customer="person:1")

    assert shop.told == []
    shop.book_shows("""
        inventory:WH1          4.00  EUR
        cost_of_sales:till     6.00  EUR
        receivable:till       15.00  EUR
    """)


def test_a_blind_credit_is_booked_and_told(shop: Shop) -> None:
    """A stranger brings a lamp we cannot trace: it is taken in at today's cost, credited, and somebody is told."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    shop.credits((1, "LAMP", "10.00 EUR"))

    assert shop.told == ["blind_return"]
    shop.book_shows("""
        stock:sellable:WH1        3  LAMP
        inventory:WH1         12.00  EUR
        sales_credits:till    10.00  EUR
    """)


def test_a_lamp_is_brought_back_once(shop: Shop) -> None:
    """One was sold and two are brought: the second is a blind one."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    shop.rings_up((1, "LAMP", "10.00 EUR"), customer="person:1")
    shop.credits((1, "LAMP", "10.00 EUR"), (1, "LAMP", "10.00 EUR"), customer="person:1")
    assert shop.told == ["blind_return"]
