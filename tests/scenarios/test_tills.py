"""A shop's day at its tills: discounts and coupons, the count when it closes, and what comes late."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.engine.answer import Status
from tallystick.messages.sales import CreditReported, SaleLine, SaleReported, ScanLine, ServiceLine
from tests.scenarios.shop import Shop
from tests.scenarios.till_desk import SUBJECT, TillDesk, item


@pytest.fixture
def till(shop: Shop) -> TillDesk:
    """The tills of a shop with ten lamps on its shelf."""
    shop.receives(10, "LAMP", cost="4.00 EUR", at="S1")
    return TillDesk(shop)


def test_a_controller_sees_shelf_price_discounts_coupons_and_takings(shop: Shop, till: TillDesk) -> None:
    """Shelf price 12.50: the card took 2.00 off, we added 0.50 to a coupon, the manufacturer owes 1.50, 8.50 are in the drawer."""
    till.rings_up("1", item("LAMP", "10.00 EUR", loyalty="2.00 EUR", match="0.50 EUR", coupon="1.50 EUR"))
    shop.book_shows("""
        revenue:shop              -12.50  EUR
        loyalty_discounts:shop      2.00  EUR
        coupon_matches:shop         0.50  EUR
        coupon_claims:shop          1.50  EUR
        till_takings:S1:cash        8.50  EUR
        receivable:shop             0.00  EUR
        cost_of_sales:shop          4.00  EUR
    """)


def test_a_coupon_scanned_by_itself_is_paid_out_of_the_drawer(shop: Shop, till: TillDesk) -> None:
    """A coupon worth more than the basket: nothing left the shelf, the manufacturer owes it, the drawer is lighter."""
    till.rings_up("1", scans=(ScanLine(1, "COUPON", coupon=250),))
    till.counts("1", cash="-2.50 EUR")
    assert till.state == "AGREED"
    shop.book_shows("""
        coupon_claims:shop          2.50  EUR
        till_takings:S1:cash        0.00  EUR
        safe:S1                    -2.50  EUR
    """)


def test_a_gift_at_the_till_costs_what_it_cost(shop: Shop, till: TillDesk) -> None:
    """No price on the shelf: the goods leave, nothing is earned, and the basket is in the count all the same."""
    till.rings_up("1", giveaways=(SaleLine(1, "LAMP", 1, 0),))
    till.counts("1")
    assert (till.state, till.day.baskets) == ("AGREED", ("1",))
    shop.book_shows("""
        giveaways:shop              4.00  EUR
        revenue:shop                0.00  EUR
        stock:sellable:S1              9  LAMP
    """)


def test_a_count_that_fits_clears_the_day_to_zero(shop: Shop, till: TillDesk) -> None:
    """Cash goes to the safe, cards are owed by who settles them; nothing is left at the till."""
    till.rings_up("1", item("LAMP", "10.00 EUR"))
    till.rings_up("2", item("LAMP", "11.00 EUR"), tender="card")
    till.counts("1", "2", cash="10.00 EUR", card="11.00 EUR")
    assert (till.state, shop.told) == ("AGREED", [])
    shop.book_shows("""
        till_takings:S1:cash        0.00  EUR
        till_takings:S1:card        0.00  EUR
        safe:S1                    10.00  EUR
        tender_clearing:card       11.00  EUR
        over_short:S1               0.00  EUR
    """)


@pytest.mark.parametrize("case", [("5.01 EUR", "4.99", []), ("16.00 EUR", "-6.00", ["cash_differs"])])
def test_over_and_short_are_posted_and_told_beyond_the_tolerance(
    shop: Shop, till: TillDesk, case: tuple[str, str, list[str]]
) -> None:
    """Up to five euros nobody is called; beyond that somebody is. The day is cleared to zero either way."""
    counted, short, told = case
    till.rings_up("1", item("LAMP", "10.00 EUR"))
    till.counts("1", cash=counted)
    assert shop.told == told
    shop.book_shows(f"""
        till_takings:S1:cash        0.00  EUR
        safe:S1  {counted}
        over_short:S1 {short} EUR
    """)


def test_a_missing_basket_is_named_until_its_journal_comes(shop: Shop, till: TillDesk) -> None:
    """The count knows of basket 2, the book does not: the difference is posted, told, and explained by the late journal."""
    till.rings_up("1", item("LAMP", "10.00 EUR"))
    till.counts("1", "2", cash="21.00 EUR")
    assert (till.state, shop.told) == ("DIFFERS", ["cash_differs", "missing_basket"])
    shop.book_shows("over_short:S1 -11.00 EUR")

    till.rings_up("2", item("LAMP", "11.00 EUR"))
    assert (till.state, till.explained) == ("AGREED", ["cash_differs", "missing_basket"])
    shop.book_shows("""
        over_short:S1               0.00  EUR
        till_takings:S1:cash        0.00  EUR
    """)


def test_a_basket_nobody_counted_is_named_until_the_day_is_counted_again(shop: Shop, till: TillDesk) -> None:
    """A journal comes late for a day that is cashed up: nothing is lost, and the revised count explains it."""
    till.rings_up("1", item("LAMP", "10.00 EUR"))
    till.counts("1", cash="10.00 EUR")
    till.rings_up("2", item("LAMP", "11.00 EUR"))
    assert (till.state, shop.told) == ("DIFFERS", ["cash_differs", "unlisted_basket"])

    till.counts("1", "2", cash="21.00 EUR")
    assert (till.state, till.explained) == ("AGREED", ["cash_differs", "unlisted_basket"])
    shop.book_shows("""
        safe:S1                    21.00  EUR
        over_short:S1               0.00  EUR
    """)


def test_a_basket_named_twice_by_the_count_is_told(shop: Shop, till: TillDesk) -> None:
    """Counting the same slip twice makes the count too high; both are visible and go when the count is mended."""
    till.rings_up("1", item("LAMP", "10.00 EUR"))
    till.counts("1", "1", cash="20.00 EUR")
    assert shop.told == ["cash_differs", "duplicate_basket"]
    till.counts("1", cash="10.00 EUR")
    assert till.explained == shop.told
    assert till.state == "AGREED"


def test_a_supplement_is_counted_on_top(shop: Shop, till: TillDesk) -> None:
    """A line that was mended brings its own part of the count: the day still agrees."""
    till.rings_up("1", item("LAMP", "10.00 EUR"), whole=False)
    till.counts("1", cash="10.00 EUR")
    till.rings_up("1", item("LAMP", "3.00 EUR", line=2), whole=False)
    till.counts("1", cash="3.00 EUR", on_top=True)
    assert (till.state, till.day.counted) == ("AGREED", {"cash": 1300})
    shop.book_shows("safe:S1 13.00 EUR")


def test_the_same_journal_again_posts_nothing(shop: Shop, till: TillDesk) -> None:
    """A basket and a count that come again, under whatever id, are known by what they say."""
    outcomes = [
        (till.rings_up("1", item("LAMP", "10.00 EUR")).outcome, till.counts("1", cash="10.00 EUR").outcome)
        for _ in range(2)
    ]
    assert outcomes == [("recorded", "agrees"), ("repeated", "repeated")]
    shop.book_shows("""
        revenue:shop              -10.00  EUR
        safe:S1                    10.00  EUR
        stock:sellable:S1              9  LAMP
    """)


def test_a_changed_line_is_reversed_and_posted_anew(shop: Shop, till: TillDesk) -> None:
    """Two lamps, not one: the first posting is taken back in full, at its own cost, and somebody is told."""
    till.rings_up(
        "1", item("LAMP", "10.00 EUR", loyalty="1.00 EUR", coupon="2.00 EUR"), item("LAMP", "9.00 EUR", line=2)
    )
    answer = till.rings_up(
        "1", item("LAMP", "20.00 EUR", units=2, loyalty="2.00 EUR"), item("LAMP", "9.00 EUR", line=2)
    )
    assert (answer.outcome, shop.told) == ("corrected", ["basket_changed"])
    shop.book_shows("""
        revenue:shop              -31.00  EUR
        loyalty_discounts:shop      2.00  EUR
        coupon_claims:shop          0.00  EUR
        till_takings:S1:cash       29.00  EUR
        cost_of_sales:shop         12.00  EUR
        stock:sellable:S1              7  LAMP
    """)


def test_a_line_taken_off_by_a_whole_journal_is_reversed(shop: Shop, till: TillDesk) -> None:
    """A whole journal that no longer names a line has voided it; a part of a basket says nothing of the rest."""
    both = (item("LAMP", "10.00 EUR"), item("LAMP", "9.00 EUR", line=2))
    till.rings_up("1", *both)
    assert till.rings_up("1", both[0], whole=False).outcome == "repeated"
    assert till.rings_up("1", both[0]).outcome == "corrected"
    shop.book_shows("""
        revenue:shop              -10.00  EUR
        till_takings:S1:cash       10.00  EUR
        stock:sellable:S1              9  LAMP
    """)


def test_another_tender_moves_the_takings(shop: Shop, till: TillDesk) -> None:
    """It was a card after all: the drawer is lighter, the terminal owes it, sales stay as they were."""
    till.rings_up("1", item("LAMP", "10.00 EUR"))
    till.rings_up("1", item("LAMP", "10.00 EUR"), tender="card")
    shop.book_shows("""
        till_takings:S1:cash        0.00  EUR
        till_takings:S1:card       10.00  EUR
        revenue:shop              -10.00  EUR
    """)


def test_what_came_back_meanwhile_cannot_be_taken_back_again(shop: Shop, till: TillDesk) -> None:
    """The customer returned the lamp before the journal was revised: the line stays, and somebody is told."""
    till.rings_up("1", item("LAMP", "10.00 EUR"), customer="person:1")
    shop.credits((1, "LAMP", "10.00 EUR"), customer="person:1")
    till.rings_up("1", item("LAMP", "12.00 EUR"), customer="person:1")
    assert shop.told == ["conflicting_report"]
    shop.book_shows("""
        revenue:shop              -10.00  EUR
        sales_credits:till         10.00  EUR
    """)


def test_another_customer_moves_what_can_be_brought_back(shop: Shop, till: TillDesk) -> None:
    """The card of somebody else was scanned: only the right customer can bring the lamp back to its sale."""
    till.rings_up("1", item("LAMP", "10.00 EUR"), customer="person:1")
    till.rings_up("1", item("LAMP", "10.00 EUR"), customer="person:2")
    shop.credits((1, "LAMP", "10.00 EUR"), customer="person:2")
    shop.credits((1, "LAMP", "10.00 EUR"), customer="person:1")
    assert shop.told == ["basket_changed", "blind_return"]


def test_a_basket_of_which_something_came_back_keeps_its_tender(shop: Shop, till: TillDesk) -> None:
    """What cannot be reversed any more stays as it was paid, and the rest of the basket with it."""
    both = (item("LAMP", "10.00 EUR"), item("LAMP", "9.00 EUR", line=2))
    till.rings_up("1", *both, customer="person:1")
    shop.credits((1, "LAMP", "10.00 EUR"), customer="person:1")
    till.rings_up("1", *both, customer="person:1", tender="card")
    assert "conflicting_report" in shop.told
    shop.book_shows("""
        till_takings:S1:cash       19.00  EUR
        revenue:shop              -19.00  EUR
    """)


def test_a_corrected_line_can_be_brought_back_once(shop: Shop, till: TillDesk) -> None:
    """What a customer may return is what the corrected basket sold, no more."""
    till.rings_up("1", item("LAMP", "20.00 EUR", units=2), customer="person:1")
    till.rings_up("1", item("LAMP", "10.00 EUR"), customer="person:1")
    shop.credits((2, "LAMP", "10.00 EUR"), customer="person:1")
    assert shop.told == ["basket_changed", "blind_return"]


def test_a_basket_of_more_than_there_is_is_a_shortage(shop: Shop, till: TillDesk) -> None:
    """A correction takes from the shelf like any sale: what is not there is unexplained, and told."""
    till.rings_up("1", item("LAMP", "10.00 EUR", units=9))
    till.rings_up("1", item("LAMP", "10.00 EUR", units=12))
    assert shop.told == ["basket_changed", "shortage"]
    shop.book_shows("outside:unexplained:S1 -2 LAMP")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (SaleLine(1, "LAMP", 1, 1000, 0, -1), "goods: line 1: loyalty -1 is below zero"),
        (SaleLine(1, "LAMP", 1, 1000, 0, 0, 0, 2**53), "goods: line 1: coupon 9007199254740992"),
    ],
)
def test_impossible_discounts_are_refused_by_name(shop: Shop, till: TillDesk, line: SaleLine, reason: str) -> None:
    """A discount below zero or beyond any amount parks its day, and the reason names line and field."""
    shop.leaves_waiting = True
    answer = till.rings_up("1", line)
    assert answer.status is Status.REFUSED
    assert reason in answer.reason


def test_what_no_till_can_say_is_refused_by_name(shop: Shop, till: TillDesk) -> None:
    """On account, no till has taken anything; a count names each tender once; a credit gives back the net only."""
    shop.leaves_waiting = True
    assert "tender: what is on account" in till.rings_up("1", item("LAMP", "1.00 EUR"), tender="account").reason
    other = Shop()
    discounted = SaleLine(1, "LAMP", 1, 100, 0, 5)
    credit = CreditReported("C", "till", "WH1", "EUR/2", "cash", (discounted,))
    assert "a credit gives back the net" in other.hears("credit/C", credit).reason
    fee = ServiceLine(2, "FEE", "fees", 1, 50)
    basket = SaleReported("1", "shop", "S1", "EUR/2", "cash", services=(fee,), till_day=till.shop.now.date())
    assert "till_day: a basket of a till" in other.hears(SUBJECT, basket).reason


changes = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3"]), st.integers(1, 3), st.integers(1, 4)), min_size=1, max_size=8
)


@given(changes, st.sampled_from([(), ("early",)]))
def test_whatever_was_told_before_the_last_word_counts(
    told: Sequence[tuple[str, int, int]], counted_early: tuple[str, ...]
) -> None:
    """However often baskets are changed, the book ends as if only the last journal of each had ever come."""
    shop = Shop()
    shop.receives(40, "LAMP", cost="4.00 EUR", at="S1")
    desk = TillDesk(shop)
    last: dict[str, tuple[int, int]] = {}
    for basket, units, price in told:
        desk.rings_up(basket, item("LAMP", f"{units * price}.00 EUR", units=units))
        last[basket] = (units, units * price)
        if counted_early:
            desk.counts(*last, cash="5.00 EUR")
    units, taken = sum(u for u, _ in last.values()), sum(n for _, n in last.values())
    desk.counts(*last, cash=f"{taken}.00 EUR")
    assert desk.state == "AGREED"
    shop.book_shows(f"""
        stock:sellable:S1     {40 - units}  LAMP
        cost_of_sales:shop    {4 * units}.00  EUR
        revenue:shop         -{taken}.00  EUR
        safe:S1               {taken}.00  EUR
        over_short:S1         0.00  EUR
        till_takings:S1:cash  0.00  EUR
    """)
    assert shop.tie_out() == []
