"""What has happened at the till and on the shelf, and can no longer be refused."""

from tallystick.engine.answer import Status
from tallystick.messages.sales import SaleLine, SaleReported
from tests.scenarios.shop import Shop


def test_a_sale_from_a_till_is_never_refused(shop: Shop) -> None:
    """The lamp is gone although the book had none: it is taken from the unexplained at the last known cost."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    answer = shop.rings_up((3, "LAMP", "10.00 EUR"))

    assert (answer.status, shop.told) == (Status.ACCEPTED, ["shortage"])
    shop.book_shows("""
        stock:sellable:WH1            0  LAMP
        outside:customer              3  LAMP
        outside:unexplained:WH1      -2  LAMP
        inventory:WH1              0.00  EUR
        unexplained_stock:WH1     -8.00  EUR
        cost_of_sales:till        12.00  EUR
        revenue:till             -30.00  EUR
    """)


def test_a_shortage_explains_itself_when_the_goods_come_in(shop: Shop) -> None:
    """The late receipt was dearer than the guess: the suspense is paid back, the difference is an expense."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    shop.rings_up((3, "LAMP", "10.00 EUR"))
    shop.receives(5, "LAMP", cost="5.00 EUR")

    shop.book_shows("""
        stock:sellable:WH1            3  LAMP
        outside:unexplained:WH1       0  LAMP
        inventory:WH1             15.00  EUR
        unexplained_stock:WH1      0.00  EUR
        cost_differences:WH1       2.00  EUR
    """)


def test_opening_stock_is_marked_as_declared(shop: Shop) -> None:
    """Stock that nobody saw arrive is no purchase: it stands against the opening, in units and in value."""
    shop.declares(5, "LAMP", cost="3.90 EUR")
    shop.book_shows("""
        stock:sellable:WH1            5  LAMP
        outside:opening:WH1          -5  LAMP
        outside:supplier              0  LAMP
        inventory:WH1             19.50  EUR
        opening_stock:WH1        -19.50  EUR
        goods_received:WH1         0.00  EUR
    """)


def test_a_declared_cost_is_used_while_the_book_knows_no_better(shop: Shop) -> None:
    """A product sold before it was ever received costs what somebody declared."""
    shop.declares(0, "LAMP", cost="3.90 EUR")
    shop.rings_up((1, "LAMP", "10.00 EUR"))
    shop.book_shows("cost_of_sales:till  3.90  EUR")


def test_a_count_finds_and_loses(shop: Shop) -> None:
    """What is found is gained and what is missing is lost, both at the average cost."""
    shop.receives(4, "LAMP", cost="4.00 EUR")
    shop.counts(2, "LAMP")
    shop.counts(-1, "LAMP")
    shop.book_shows("""
        stock:sellable:WH1            5  LAMP
        inventory:WH1             20.00  EUR
        stock_gains:WH1           -8.00  EUR
        stock_losses:WH1           4.00  EUR
    """)


def test_a_voucher_is_owed_not_earned(shop: Shop) -> None:
    """A gift voucher sold for cash is a debt until somebody redeems it."""
    shop.sells_voucher("20.00 EUR")
    shop.book_shows("""
        tender_clearing:cash      20.00  EUR
        gift_vouchers:till       -20.00  EUR
        revenue:till               0.00  EUR
    """)


def test_a_bad_debt_is_given_up_and_revived(shop: Shop) -> None:
    """A claim written off is an expense; when the customer pays after all, the claim is back and the expense gone."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    shop.rings_up((1, "LAMP", "10.00 EUR"))
    shop.gives_up("10.00 EUR")
    shop.book_shows("""
        receivable:till            0.00  EUR
        bad_debt:till             10.00  EUR
    """)
    shop.gives_up("-10.00 EUR")
    shop.book_shows("""
        receivable:till           10.00  EUR
        bad_debt:till              0.00  EUR
    """)


def test_a_duplicate_gets_the_originals_answer(shop: Shop) -> None:
    """A till that repeats itself is told what it was told before, and nothing is sold twice."""
    sale = SaleReported("7", "till", "WH1", "EUR/2", "cash", (SaleLine(1, "LAMP", 1, 1000),))
    first = shop.hears("sale/till/7", sale, again="once")
    second = shop.hears("sale/till/7", sale, again="once")

    assert (second.status, second.event, second.outcome) == (Status.DUPLICATE, first.event, first.outcome)
    shop.book_shows("revenue:till  -10.00  EUR")


def test_a_line_is_posted_once_whatever_its_message_is_called(shop: Shop) -> None:
    """The same sale under another id adds only the lines that are new: the business key decides."""
    lines = (SaleLine(1, "LAMP", 1, 1000), SaleLine(2, "LAMP", 1, 1000))
    shop.hears("sale/till/7", SaleReported("7", "till", "WH1", "EUR/2", "cash", lines[:1]))
    again = shop.hears("sale/till/7", SaleReported("7", "till", "WH1", "EUR/2", "cash", lines))
    repeated = shop.hears("sale/till/7", SaleReported("7", "till", "WH1", "EUR/2", "cash", lines))

    assert (again.outcome, repeated.outcome) == ("recorded", "repeated")
    shop.book_shows("revenue:till  -20.00  EUR")


def test_an_early_message_waits_for_its_order(shop: Shop) -> None:
    """A payment that overtook its order is kept, and the order is released as soon as it comes."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    order = shop.writes((1, "LAMP", "10.00 EUR"))
    assert shop.pays(order).status is Status.EARLY
    shop.says(order, shop.placed[order])
    assert shop.state(order) == "RELEASED"


def test_a_message_for_an_order_that_never_comes_blocks_nobody(shop: Shop) -> None:
    """It waits for ever, where it can be seen, and everything else goes on."""
    order = shop.writes((1, "LAMP", "10.00 EUR"))
    shop.pays(order)
    assert shop.receives(1, "LAMP", cost="4.00 EUR").status is Status.ACCEPTED
    assert list(shop.book.held) == [f"order/{order}"]
    shop.leaves_waiting = True
