"""The chart, postings, entries, layers and periods."""

from datetime import date

import pytest

from tallystick.journal.chart import CHART, AccountType, ChartError, account_of, holes
from tallystick.journal.layer import Layer, column_of, layers_of
from tallystick.journal.period import booked_on, seal
from tallystick.journal.posting import Entry, Posting, PostingError, balances, checked

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
IN = Posting(1, "stock:sellable:WH1", "outside:supplier", "sku:LAMP", 10, "LAMP")
WORTH = Posting(2, "inventory:WH1", "goods_received:WH1", "EUR/2", 4000, "LAMP")
OUT = Posting(3, "outside:customer", "stock:sellable:WH1", "sku:LAMP", 4, "LAMP")


def test_each_commodity_balances_by_construction() -> None:
    """Both legs carry one amount, so every commodity sums to nothing, whatever is posted."""
    book = balances([IN, WORTH, OUT])
    assert book["stock:sellable:WH1", "sku:LAMP"] == 6
    for commodity in ("sku:LAMP", "EUR/2"):
        assert sum(n for (_, c), n in book.items() if c == commodity) == 0


@pytest.mark.parametrize("wrong", [IN._replace(number=0), IN._replace(number=-1), IN._replace(credit=IN.debit)])
def test_a_posting_moves_something_somewhere(wrong: Posting) -> None:
    """Corrections are reversals, so no posting is below zero, none moves nothing, and none stays where it is."""
    with pytest.raises(PostingError):
        checked(wrong)
    assert checked(IN) is IN


def test_a_reversal_leaves_the_book_as_it_was() -> None:
    """Nothing is edited: a mistake is answered by its mirror, dated when it was found."""
    entry = Entry(1, MONDAY, MONDAY, (IN, WORTH))
    back = entry.reversal(2, TUESDAY)
    assert not any(balances([*entry.postings, *back.postings]).values())
    assert (back.event, back.effective_on) == (2, TUESDAY)


def test_layers_are_what_the_journal_says() -> None:
    """Units by state and their value, rebuilt from nothing but postings."""
    assert layers_of([IN, WORTH, OUT]) == {("LAMP", "WH1"): Layer(sellable=6, value=4000)}


def test_the_unexplained_is_a_debt_of_the_layer() -> None:
    """Units lent by the unexplained are short until they are paid back."""
    lent = [
        Posting(1, "stock:sellable:WH1", "outside:unexplained:WH1", "sku:LAMP", 2, "LAMP"),
        Posting(2, "inventory:WH1", "unexplained_stock:WH1", "EUR/2", 800, "LAMP"),
    ]
    assert layers_of(lent)["LAMP", "WH1"] == Layer(sellable=2, value=800, short=2, short_value=800)


def test_a_location_may_contain_no_colon_but_anything_else() -> None:
    """An address is read back to its location."""
    assert column_of("stock:reserved:SHOP-1") == ("reserved", "SHOP-1", 1)
    assert column_of("revenue:web") is None


def test_an_address_belongs_to_one_family() -> None:
    """Filled or as a template, an address is found in the chart; anything else is a mistake."""
    assert account_of("revenue:web") is account_of("revenue:{channel}")
    assert holes("stock:{disposition}:{location}") == ("disposition", "location")
    for wrong in ("revenue", "revenue:web:de", "turnover:web"):
        with pytest.raises(ChartError):
            account_of(wrong)


def test_goods_on_hand_can_never_be_below_zero() -> None:
    """The chart says so of every stock account and of its value, and only of those."""
    never = {a.address for a in CHART if not a.may_go_below_zero and a.type is not AccountType.STOCK}
    assert never == {"inventory:{location}"}
    assert all(not a.may_go_below_zero for a in CHART if a.type is AccountType.STOCK)


def test_the_chart_names_each_family_once() -> None:
    """Two families that look alike would make an address ambiguous."""
    shapes = [tuple("*" if "{" in p else p for p in a.address.split(":")) for a in CHART]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(
    ("closed_through", "day"),
    [(None, MONDAY), (date(2026, 11, 22), MONDAY), (MONDAY, TUESDAY), (TUESDAY, date(2026, 11, 25))],
)
def test_what_comes_late_lands_in_the_first_open_day(closed_through: date | None, day: date) -> None:
    """A closed period refuses everything; the entry keeps its own date beside."""
    assert booked_on(MONDAY, closed_through) == day


def test_a_seal_is_of_the_entries_not_of_their_order_or_batches() -> None:
    """The same facts in other batches have the same seal; any other number has another."""
    first, second = Entry(1, MONDAY, MONDAY, (IN, WORTH)), Entry(2, MONDAY, MONDAY, (OUT,))
    other_batches = [Entry(9, MONDAY, MONDAY, (OUT,)), Entry(7, MONDAY, MONDAY, (WORTH, IN))]
    assert seal([first, second]) == seal(other_batches)
    assert seal([first, second]) != seal([first, Entry(2, MONDAY, MONDAY, (OUT._replace(number=5),))])
    assert seal([first, second]) != seal([first, Entry(2, MONDAY, TUESDAY, (OUT,))])
    assert seal([first]) != seal([first, first])
