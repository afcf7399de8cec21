"""Counts: blind, counted again by somebody else where they differ, and posted as corrections."""

import pytest

from tallystick.messages.stocking.counts import CountLimits, CountStock
from tests.scenarios.shop import Shop
from tests.scenarios.stockroom import Stockroom

GENEROUS = CountLimits(units=2, minor=10_000)


@pytest.fixture
def room(shop: Shop) -> Stockroom:
    """The stock room of the shop, with ten lamps at 4.00; the shop's tie-out speaks for both."""
    shop.receives(10, "LAMP", "4.00 EUR")
    return Stockroom(shop)


def count_state(room: Stockroom) -> str:
    """Where the count stands."""
    return room.state("cycle_count/C1", "cycle_count")


def test_a_count_that_fits(shop: Shop, room: Stockroom) -> None:
    """Reserved units stand on the shelf too; nothing is corrected."""
    shop.orders((3, "LAMP", "9.00 EUR"))
    room.plans("LAMP")
    room.counted("ann", 10)
    assert count_state(room) == "SETTLED"
    assert "correction" not in shop.book.loaded.families["cycle_count/C1"]
    assert shop.told == []


def test_a_small_difference_is_posted(shop: Shop, room: Stockroom) -> None:
    """Within the limits of its plan, the first count is believed: fewer is shrinkage, more is found."""
    shop.receives(5, "SHADE", "1.00 EUR")
    room.plans("LAMP", "SHADE", limits=GENEROUS)
    room.counted("ann", 9, 6)
    assert count_state(room) == "SETTLED"
    shop.book_shows("""
        stock:sellable:WH1                      9 LAMP
        stock:sellable:WH1                      6 SHADE
        stock_adjustments:shrinkage:WH1      4.00 EUR
        stock_adjustments:found:WH1         -1.00 EUR
        inventory:WH1                       42.00 EUR
    """)


def test_another_counts_again_what_differs(shop: Shop, room: Stockroom) -> None:
    """Beyond the limit somebody else is sent, told neither the book's number nor what was counted first."""
    room.plans("LAMP")
    first = room.counted("ann", 7)
    assert (first.outcome, first.state) == ("taken", "COUNTING")
    asked = shop.asks(CountStock)
    assert [(c.round, c.not_by) for c in asked] == [(1, ()), (2, ("ann",))]
    assert room.counted("ann", 7).outcome == "not_taken"
    room.counted("bob", 7)
    assert count_state(room) == "SETTLED"
    shop.book_shows("""
        stock:sellable:WH1                      7 LAMP
        stock_adjustments:shrinkage:WH1     12.00 EUR
    """)


def test_the_third_decides(shop: Shop, room: Stockroom) -> None:
    """Two that do not agree are no count."""
    room.plans("LAMP")
    room.counted("ann", 7)
    room.counted("bob", 8)
    assert count_state(room) == "COUNTING"
    room.counted("cyd", 9)
    assert count_state(room) == "SETTLED"
    shop.book_shows("""
        stock:sellable:WH1                      9 LAMP
    """)


def test_the_second_may_say_that_the_book_is_right(shop: Shop, room: Stockroom) -> None:
    """Then nothing is corrected."""
    room.plans("LAMP")
    room.counted("ann", 7)
    room.counted("bob", 10)
    assert count_state(room) == "SETTLED"
    shop.book_shows("""
        stock:sellable:WH1                     10 LAMP
    """)


def test_what_moves_meanwhile_may_lie_on_either_side(shop: Shop, room: Stockroom) -> None:
    """Three lamps leave between the plan and the count: ten, seven, and all between fit; another number is counted again."""
    order = shop.sells(3, "LAMP", "9.00 EUR")
    room.plans("LAMP")
    shop.ships(order)
    room.counted("ann", 9)
    assert count_state(room) == "SETTLED"
    shop.book_shows("""
        stock:sellable:WH1                      7 LAMP
    """)


def test_who_begins_later_has_what_moved_before_behind_him(shop: Shop, room: Stockroom) -> None:
    """Whoever says when he begins is blurred by nothing that moved before."""
    order = shop.sells(3, "LAMP", "9.00 EUR")
    room.plans("LAMP", limits=GENEROUS)
    shop.ships(order)
    room.begins("ann")
    room.counted("ann", 6)
    assert count_state(room) == "SETTLED"
    shop.book_shows("""
        stock:sellable:WH1                      6 LAMP
    """)


def test_a_moving_difference_is_never_posted_by_one(shop: Shop, room: Stockroom) -> None:
    """Even within its limits: how much it is, nobody knows while goods move."""
    order = shop.sells(3, "LAMP", "9.00 EUR")
    room.plans("LAMP", limits=GENEROUS)
    shop.ships(order)
    room.counted("ann", 6)
    assert count_state(room) == "COUNTING"
    room.counted("bob", 6)
    assert count_state(room) == "COUNTING"
    room.counted("cyd", 6)
    assert count_state(room) == "SETTLED"


def test_a_dear_difference_waits_for_a_second_person(shop: Shop, room: Stockroom) -> None:
    """Above the limit of the house nothing is posted before another has approved it, whatever the plan says."""
    shop.receives(10, "VASE", "60.00 EUR")
    room.plans("VASE", limits=CountLimits(approval_minor=1_000_000))
    room.counted("ann", 8)
    room.counted("bob", 8)
    assert (count_state(room), room.state("cycle_count/C1", "correction")) == ("SETTLED", "WAITING")
    assert shop.told == ["correction_waits"]
    assert room.data("cycle_count/C1", "correction").counted_by == ("ann", "bob")
    shop.book_shows("""
        stock:sellable:WH1                     10 VASE
    """)
    room.approves("cycle_count/C1")
    assert room.state("cycle_count/C1", "correction") == "POSTED"
    shop.book_shows("""
        stock:sellable:WH1                      8 VASE
        stock_adjustments:shrinkage:WH1    120.00 EUR
    """)


def test_a_count_in_parts(shop: Shop, room: Stockroom) -> None:
    """Lines nobody has counted yet wait; the count ends with its last line."""
    shop.receives(5, "SHADE", "1.00 EUR")
    room.plans("LAMP", "SHADE")
    room.counted("ann", 10, None)
    assert count_state(room) == "COUNTING"
    room.counted("bob", None, 5)
    assert count_state(room) == "SETTLED"


def test_goods_the_book_lacked_are_found(shop: Shop, room: Stockroom) -> None:
    """Units that moved without the book having them are missing from what a count expects: found, they explain themselves."""
    shop.rings_up((12, "LAMP", "9.00 EUR"))
    assert shop.told == ["shortage"]
    room.plans("LAMP")
    room.counted("ann", 0)
    room.counted("bob", 0)
    shop.book_shows("""
        outside:unexplained:WH1                 0 LAMP
        stock:sellable:WH1                      0 LAMP
        stock_adjustments:found:WH1         -8.00 EUR
        inventory:WH1                        0.00 EUR
    """)


def test_a_count_that_nobody_makes(shop: Shop, room: Stockroom) -> None:
    """Its day passes, and somebody is told; cancelled, it corrects nothing."""
    from tallystick.messages.stocking.counts import CountCancelled

    room.plans("LAMP", days=1)
    shop.waits(100)
    assert shop.told == ["count_overdue"]
    room.counted("ann", 7)
    room.hears(CountCancelled("C1"))
    assert count_state(room) == "CANCELLED"
    assert room.counted("bob", 7).outcome == "ignored"
    shop.book_shows("""
        stock:sellable:WH1                     10 LAMP
    """)


@pytest.mark.parametrize("there", [0, 5, 7, 8, 10, 400])
def test_a_counter_cannot_learn_the_number(there: int) -> None:
    """What a counter is told, and what the next one is sent, is the same to the byte whatever the book has."""
    heard = []
    for units in (there, 9):
        shop = Shop()
        if units:
            shop.receives(units, "LAMP", "4.00 EUR")
        room = Stockroom(shop)
        answers = [room.plans("LAMP"), room.begins("ann"), room.counted("ann", 7)]
        told = [(a.outcome, a.state, a.detail) for a in answers]
        heard.append((told, shop.asks(CountStock)[:1]))
        for command in shop.asks(CountStock):
            assert set(command.__struct_fields__) == {"count", "location", "round", "due_on", "lines", "not_by"}
    assert heard[0] == heard[1]
