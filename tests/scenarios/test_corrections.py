"""Corrections with their reasons, the second person, and moves between states."""

import pytest

from tallystick.messages.stocking.corrections import CorrectionDropped
from tests.scenarios.shop import Shop
from tests.scenarios.stockroom import Stockroom


@pytest.fixture
def room(shop: Shop) -> Stockroom:
    """The stock room of the shop, with ten lamps at 4.00; the shop's tie-out speaks for both."""
    shop.receives(10, "LAMP", "4.00 EUR")
    return Stockroom(shop)


def test_each_reason_has_its_account(shop: Shop, room: Stockroom) -> None:
    """Broken, given away, used, found: the accountant sees which."""
    room.corrects(-1, "LAMP", "damage", named="K1")
    room.corrects(-2, "LAMP", "sample", named="K2")
    room.corrects(-1, "LAMP", "own_use", named="K3")
    room.corrects(3, "LAMP", "found", named="K4")
    shop.book_shows("""
        stock:sellable:WH1                      9 LAMP
        stock_adjustments:damage:WH1         4.00 EUR
        stock_adjustments:sample:WH1         8.00 EUR
        stock_adjustments:own_use:WH1        4.00 EUR
        stock_adjustments:found:WH1        -12.00 EUR
        inventory:WH1                       36.00 EUR
    """)


@pytest.mark.parametrize(
    "wrong",
    [(-1, "whim", "is not declared"), (1, "damage", "is for units lost"), (-1, "found", "is for units found")],
)
def test_a_reason_that_is_none(shop: Shop, room: Stockroom, wrong: tuple[int, str, str]) -> None:
    """The error names the line, and the reasons there are."""
    shop.leaves_waiting = True
    units, reason, why = wrong
    answer = room.corrects(units, "LAMP", reason)
    assert "lines: line 1: reason" in answer.reason
    assert why in answer.reason


def test_above_the_limit_it_waits(shop: Shop, room: Stockroom) -> None:
    """One person corrects up to a limit. What was approved is what is posted, at what it is worth by then."""
    shop.receives(10, "VASE", "60.00 EUR")
    assert room.corrects(-2, "VASE", "theft").outcome == "waits"
    assert shop.told == ["correction_waits"]
    shop.book_shows("""
        stock:sellable:WH1                     10 VASE
    """)
    assert room.approves().outcome == "posted"
    shop.book_shows("""
        stock:sellable:WH1                      8 VASE
        stock_adjustments:theft:WH1        120.00 EUR
    """)
    assert room.approves().outcome == "ignored"


def test_found_and_lost_are_not_netted(shop: Shop, room: Stockroom) -> None:
    """Two lines that even out in value are still two differences."""
    from tallystick.messages.stocking.corrections import CorrectionLine, CorrectionReported

    shop.receives(10, "VASE", "60.00 EUR")
    lines = (CorrectionLine(1, "VASE", -1), CorrectionLine(2, "VASE", 1))
    told = CorrectionReported("K1", "WH1", "EUR/2", "miscount", lines)
    assert shop.hears("correction/K1", told).outcome == "waits"
    room.approves()


def test_another_correction_than_was_approved_is_not_posted(shop: Shop, room: Stockroom) -> None:
    """An approval is for these lines and no others."""
    shop.receives(10, "VASE", "60.00 EUR")
    room.corrects(-2, "VASE", "theft")
    shop.leaves_waiting = True
    answer = room.approves(location="WH2")
    assert "is not about what waits" in answer.reason
    assert room.state("correction/K1", "correction") == "WAITING"


def test_dropped(shop: Shop, room: Stockroom) -> None:
    """It was found again: nothing is posted, and nothing waits."""
    shop.receives(10, "VASE", "60.00 EUR")
    room.corrects(-2, "VASE", "theft")
    shop.hears("correction/K1", CorrectionDropped("K1", "found behind the door"))
    assert room.state("correction/K1", "correction") == "DROPPED"
    shop.book_shows("""
        stock:sellable:WH1                     10 VASE
    """)


def test_nobody_decides(shop: Shop, room: Stockroom) -> None:
    """A correction that waits too long is told once more."""
    shop.receives(10, "VASE", "60.00 EUR")
    room.corrects(-2, "VASE", "theft")
    shop.waits(15 * 24)
    assert shop.told == ["correction_waits", "correction_overdue"]
    room.approves()


def test_a_broken_lamp_is_put_aside_and_mended(shop: Shop, room: Stockroom) -> None:
    """It can be promised no more, keeps its value, and can be promised again when it is whole."""
    room.moves(4, "LAMP", ("sellable", "refurbish"))
    shop.book_shows("""
        stock:sellable:WH1                      6 LAMP
        stock:refurbish:WH1                     4 LAMP
        inventory:WH1                       40.00 EUR
    """)
    refused = shop.orders((7, "LAMP", "9.00 EUR"))
    assert shop.state(refused) == "REFUSED"
    room.moves(3, "LAMP", ("refurbish", "sellable"), named="M2")
    room.moves(1, "LAMP", ("refurbish", "damaged"), named="M3")
    room.corrects(-1, "LAMP", "damage", state="damaged")
    shop.book_shows("""
        stock:sellable:WH1                      9 LAMP
        stock:refurbish:WH1                     0 LAMP
        stock:damaged:WH1                       0 LAMP
        stock_adjustments:damage:WH1         4.00 EUR
        inventory:WH1                       36.00 EUR
    """)


def test_a_move_out_of_a_state_the_book_does_not_have(shop: Shop, room: Stockroom) -> None:
    """They are where they are: the book takes them from the sellable, and somebody is told."""
    room.moves(2, "LAMP", ("quarantine", "damaged"))
    assert shop.told == ["state_unknown"]
    shop.book_shows("""
        stock:sellable:WH1                      8 LAMP
        stock:damaged:WH1                       2 LAMP
        inventory:WH1                       40.00 EUR
    """)
    assert room.moves(2, "LAMP", ("quarantine", "damaged")).outcome == "repeated"
