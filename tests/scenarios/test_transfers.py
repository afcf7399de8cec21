"""Transfers: goods leave one place for another, arrive whole, in parts, broken, too many, or never."""

import pytest

from tallystick.messages.stocking.transfers import ExpectTransfer, RecallTransfer, ShipTransfer
from tests.scenarios.shop import Shop
from tests.scenarios.stockroom import Stockroom


@pytest.fixture
def room(shop: Shop) -> Stockroom:
    """The stock room of the shop; the shop's tie-out speaks for both."""
    return Stockroom(shop)


def test_from_request_to_shelf(shop: Shop, room: Stockroom) -> None:
    """The plain way: nothing is held before the release, nothing is lost on the way, and the value goes along."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"))
    assert (room.state(), room.expected("LAMP")) == ("REQUESTED", 0)
    assert room.releases().detail == {"held": 6, "lacking": 0}
    assert (room.state(), room.expected("LAMP")) == ("RELEASED", 6)
    assert [c.lines[0].quantity for c in shop.asks(ShipTransfer)] == [6]
    shop.book_shows("""
        stock:reserved:WH1             6 LAMP
        stock:sellable:WH1             4 LAMP
    """)
    room.sends((6, "LAMP"))
    assert (room.state(), room.expected("LAMP")) == ("IN_TRANSIT", 6)
    assert [c.location for c in shop.asks(ExpectTransfer)] == ["S1"]
    shop.book_shows("""
        stock:in_transit:T1            6 LAMP
        inventory:WH1              16.00 EUR
        goods_in_transit:S1        24.00 EUR
    """)
    room.gets((6, "LAMP"))
    assert (room.state(), room.expected("LAMP")) == ("CLOSED", 0)
    shop.book_shows("""
        stock:in_transit:T1            0 LAMP
        stock:sellable:S1              6 LAMP
        inventory:WH1              16.00 EUR
        inventory:S1               24.00 EUR
        goods_in_transit:S1         0.00 EUR
    """)
    assert shop.told == []


def test_what_is_not_there_is_not_released(shop: Shop, room: Stockroom) -> None:
    """A transfer takes no units that are promised already; asked for what there is, it takes that and wants no more."""
    shop.receives(5, "LAMP", "4.00 EUR")
    shop.orders((2, "LAMP", "9.00 EUR"))
    room.requests((4, "LAMP"))
    answer = room.releases()
    assert (answer.outcome, answer.detail, room.state()) == ("short", {"held": 3, "lacking": 1}, "REQUESTED")
    assert shop.asks(ShipTransfer) == []
    assert room.releases(partial=True).outcome == "released"
    room.sends((3, "LAMP"))
    assert room.state() == "IN_TRANSIT"
    room.gets((3, "LAMP"))
    assert room.state() == "CLOSED"
    shop.book_shows("""
        stock:reserved:WH1             2 LAMP
        stock:sellable:S1              3 LAMP
        inventory:WH1               8.00 EUR
        inventory:S1               12.00 EUR
    """)


def test_in_parts(shop: Shop, room: Stockroom) -> None:
    """Two lorries, three arrivals: pennies never stay behind on the way."""
    shop.receives(3, "LAMP", "3.33 EUR")
    shop.receives(1, "LAMP", "3.34 EUR")
    room.requests((4, "LAMP"))
    room.releases()
    room.sends((3, "LAMP"))
    assert room.state() == "RELEASED"
    room.gets((1, "LAMP"))
    room.sends((1, "LAMP"))
    assert room.state() == "IN_TRANSIT"
    room.gets((2, "LAMP"))
    assert (room.state(), room.expected("LAMP")) == ("IN_TRANSIT", 1)
    room.gets((1, "LAMP"), condition="damaged")
    assert room.state() == "CLOSED"
    shop.book_shows("""
        stock:sellable:S1              3 LAMP
        stock:damaged:S1               1 LAMP
        inventory:WH1               0.00 EUR
        inventory:S1               13.33 EUR
        goods_in_transit:S1         0.00 EUR
    """)


def test_what_never_arrives_is_told_and_written_down(shop: Shop, room: Stockroom) -> None:
    """The target says that nothing more comes; the missing units stay in transit until a person gives them up."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"))
    room.releases()
    room.sends((6, "LAMP"))
    room.gets((4, "LAMP"), final=True)
    assert (room.state(), shop.told, room.expected("LAMP")) == ("IN_TRANSIT", ["transfer_short"], 0)
    room.closes()
    assert room.state() == "CLOSED"
    shop.book_shows("""
        stock:in_transit:T1                         0 LAMP
        outside:lost:WH1                            2 LAMP
        stock_adjustments:transit_loss:WH1       8.00 EUR
        goods_in_transit:S1                      0.00 EUR
        inventory:S1                            16.00 EUR
    """)


def test_whoever_bears_it_writes_it_down(shop: Shop, room: Stockroom) -> None:
    """A loss that the target bears is a loss of the target; found again, it is taken back for the same reason."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"), bears="target")
    room.releases()
    room.sends((6, "LAMP"))
    room.loses(1, "LAMP", "transit_damage")
    room.loses(2, "LAMP", "theft")
    shop.book_shows("""
        stock_adjustments:transit_damage:S1      4.00 EUR
        stock_adjustments:theft:S1               8.00 EUR
        stock:in_transit:T1                         3 LAMP
    """)
    room.gets((5, "LAMP"))
    assert room.state() == "CLOSED"
    shop.book_shows("""
        stock:sellable:S1                           5 LAMP
        stock_adjustments:transit_damage:S1      0.00 EUR
        stock_adjustments:theft:S1               4.00 EUR
        outside:lost:S1                             1 LAMP
        inventory:S1                            20.00 EUR
    """)


def test_a_surplus_is_a_gain_until_it_is_explained(shop: Shop, room: Stockroom) -> None:
    """More arrives than was said to have left; when the source says so at last, there was no gain."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"))
    room.releases()
    room.sends((4, "LAMP"))
    room.gets((6, "LAMP"))
    assert (room.state(), shop.told) == ("RELEASED", ["transfer_surplus"])
    shop.book_shows("""
        stock:sellable:S1                           6 LAMP
        stock_adjustments:transit_surplus:WH1   -8.00 EUR
        outside:found:WH1                          -2 LAMP
        inventory:S1                            24.00 EUR
    """)
    room.sends((2, "LAMP"))
    assert room.state() == "CLOSED"
    shop.book_shows("""
        stock:sellable:WH1                          4 LAMP
        stock:reserved:WH1                          0 LAMP
        stock:in_transit:T1                         0 LAMP
        stock_adjustments:transit_surplus:WH1    0.00 EUR
        outside:found:WH1                           0 LAMP
        inventory:WH1                           16.00 EUR
        inventory:S1                            24.00 EUR
    """)


def test_an_arrival_before_the_departure(shop: Shop, room: Stockroom) -> None:
    """Reports come in any order: the book is the same in the end."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"))
    room.gets((6, "LAMP"))
    assert room.state() == "REQUESTED"
    room.sends((6, "LAMP"))
    assert room.state() == "CLOSED"
    shop.book_shows("""
        stock:sellable:WH1                          4 LAMP
        stock:sellable:S1                           6 LAMP
        inventory:WH1                           16.00 EUR
        inventory:S1                            24.00 EUR
        goods_in_transit:S1                      0.00 EUR
        stock_adjustments:transit_surplus:WH1    0.00 EUR
    """)


def test_cancelled_before_it_left(shop: Shop, room: Stockroom) -> None:
    """What was held is free again and the source is told; a lorry that left all the same has left."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"))
    room.releases()
    room.cancels()
    assert (room.state(), room.expected("LAMP")) == ("CANCELLED", 0)
    assert len(shop.asks(RecallTransfer)) == 1
    shop.book_shows("""
        stock:reserved:WH1             0 LAMP
        stock:sellable:WH1            10 LAMP
    """)
    room.sends((6, "LAMP"))
    assert room.state() == "IN_TRANSIT"
    room.gets((6, "LAMP"))
    shop.book_shows("""
        stock:sellable:S1              6 LAMP
        inventory:S1               24.00 EUR
    """)


def test_cancelled_when_a_part_has_left(shop: Shop, room: Stockroom) -> None:
    """The part on its way stays on its way."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"))
    room.releases()
    room.sends((2, "LAMP"))
    room.cancels()
    assert (room.state(), room.expected("LAMP")) == ("IN_TRANSIT", 2)
    room.gets((2, "LAMP"))
    assert room.state() == "CLOSED"
    shop.book_shows("""
        stock:sellable:WH1             8 LAMP
        stock:sellable:S1              2 LAMP
    """)


def test_a_short_pick_at_the_source(shop: Shop, room: Stockroom) -> None:
    """The source sends what it finds and says that this was all."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"), (2, "LAMP"))
    room.releases()
    room.sends((5, "LAMP"), final=True)
    assert room.state() == "IN_TRANSIT"
    shop.book_shows("""
        stock:reserved:WH1             0 LAMP
        stock:sellable:WH1             5 LAMP
        stock:in_transit:T1            5 LAMP
    """)
    room.gets((5, "LAMP"))


def test_what_the_source_did_not_have_left_all_the_same(shop: Shop, room: Stockroom) -> None:
    """Goods that left without the book having them are taken from the unexplained, and somebody is told."""
    shop.receives(2, "LAMP", "4.00 EUR")
    room.requests((5, "LAMP"))
    room.sends((5, "LAMP"))
    assert shop.told == ["shortage"]
    room.gets((5, "LAMP"))
    shop.book_shows("""
        stock:sellable:WH1             0 LAMP
        outside:unexplained:WH1       -3 LAMP
        stock:sellable:S1              5 LAMP
        inventory:S1               20.00 EUR
    """)


def test_deadlines(shop: Shop, room: Stockroom) -> None:
    """A source that does not send is told of; so are goods that do not arrive on their day."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"), days=5)
    room.releases()
    shop.waits(80)
    assert shop.told == ["transfer_overdue"]
    room.sends((6, "LAMP"))
    shop.waits(120)
    assert shop.told == ["transfer_overdue", "inbound_overdue"]
    room.gets((6, "LAMP"))
    assert room.state() == "CLOSED"


def test_the_same_document_twice(shop: Shop, room: Stockroom) -> None:
    """A dispatch, a receipt and a loss are booked once by their numbers; another content under a number is told."""
    shop.receives(10, "LAMP", "4.00 EUR")
    room.requests((6, "LAMP"))
    room.releases()
    for _ in range(2):
        room.sends((3, "LAMP"), named="D1")
    for _ in range(2):
        room.gets((1, "LAMP"), named="R1")
    for _ in range(2):
        room.loses(1, "LAMP", named="L1")
    assert room.gets((2, "LAMP"), named="R1").outcome == "conflicting"
    assert shop.told == ["conflicting_report"]
    shop.book_shows("""
        stock:in_transit:T1            1 LAMP
        stock:sellable:S1              1 LAMP
        outside:lost:WH1               1 LAMP
        stock:reserved:WH1             3 LAMP
    """)


def test_a_wrong_item_arrives(shop: Shop, room: Stockroom) -> None:
    """What nobody sent is here: a surplus of its own."""
    shop.receives(10, "LAMP", "4.00 EUR")
    shop.receives(5, "SHADE", "1.00 EUR")
    room.requests((2, "LAMP"))
    room.releases()
    room.sends((2, "LAMP"))
    room.gets((2, "LAMP"), (1, "SHADE"))
    assert (room.state(), shop.told) == ("CLOSED", ["transfer_surplus"])
    shop.book_shows("""
        stock:sellable:S1                           1 SHADE
        stock_adjustments:transit_surplus:WH1   -1.00 EUR
    """)


def test_from_shop_to_shop_and_sold_there(shop: Shop, room: Stockroom) -> None:
    """The cost goes along with the goods, to the sale at the other end."""
    shop.receives(4, "LAMP", "4.00 EUR")
    shop.receives(4, "LAMP", "6.00 EUR", at="S1")
    room.requests((4, "LAMP"))
    room.releases()
    room.sends((4, "LAMP"))
    room.gets((4, "LAMP"))
    shop.book_shows("""
        stock:sellable:S1              8 LAMP
        inventory:S1               40.00 EUR
    """)


def test_wrong_requests_are_refused(shop: Shop, room: Stockroom) -> None:
    """A request without lines says nothing; one from a place to itself moves nothing."""
    shop.leaves_waiting = True
    answer = room.requests()
    assert answer.status.value == "refused"
    assert "lines: 0 of them" in answer.reason
