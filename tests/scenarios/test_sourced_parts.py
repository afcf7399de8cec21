"""What becomes of an order's parts: a location refuses, sends all the same, or is stopped; the rest is sought elsewhere."""

from tallystick.messages.fulfilment import RecallLines, RecallShipment
from tallystick.messages.sales import CancelLines, CancelOrder
from tallystick.messages.stock import HeldLine
from tests.scenarios.shop import Shop
from tests.scenarios.sourcer import NEAREST, TOGETHER, Sourcer


def _lamps_everywhere(shop: Shop, units: int = 5) -> None:
    for place in ("WH1", "SHOP1", "SHOP2"):
        shop.receives(units, "LAMP", "4.00 EUR", at=place)


def test_a_short_pick_goes_to_the_next_location(shop: Shop, sourcer: Sourcer) -> None:
    """Paris finds no lamp: London is asked, at the same price, and the customer hears nothing of it."""
    sourcer.follows(NEAREST)
    _lamps_everywhere(shop)
    order = sourcer.sells((2, "LAMP", "12.00 EUR"), area="FR")
    assert sourcer.refuses(order, "SHOP2").outcome == "stopped"
    assert sourcer.was_asked(order) == [("SHOP2", {"LAMP": 2}), ("SHOP1", {"LAMP": 2})]
    assert sourcer.verdicts(order)["SHOP2"] == "refused"
    assert shop.asks(CancelLines) == shop.asks(CancelOrder) == []
    sourcer.sends(order, "SHOP1", (1, "LAMP", 2))
    shop.captures(order, "24.00 EUR")
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:SHOP2        5  LAMP
        stock:sellable:SHOP1        3  LAMP
        revenue:web            -24.00  EUR
        receivable:web           0.00  EUR
    """)


def test_what_a_short_pick_lacks_is_split_from_the_rest(shop: Shop, sourcer: Sourcer) -> None:
    """Paris sends one lamp and lacks the other: the other comes from London."""
    sourcer.follows(NEAREST)
    _lamps_everywhere(shop)
    order = sourcer.sells((2, "LAMP", "12.00 EUR"), area="FR")
    sourcer.sends(order, "SHOP2", (1, "LAMP", 1))
    sourcer.refuses(order, "SHOP2", (1, "LAMP", 1))
    assert sourcer.was_asked(order)[-1] == ("SHOP1", {"LAMP": 1})
    shop.captures(order, "12.00 EUR")
    sourcer.sends(order, "SHOP1", (1, "LAMP", 1))
    shop.captures(order, "12.00 EUR")
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:SHOP2        4  LAMP
        stock:sellable:SHOP1        4  LAMP
        receivable:web           0.00  EUR
    """)


def test_what_nobody_has_is_taken_off(shop: Shop, sourcer: Sourcer) -> None:
    """The mug is found nowhere else: it is cancelled, the lamp still goes from another shop."""
    sourcer.follows(NEAREST)
    _lamps_everywhere(shop)
    shop.receives(1, "MUG", "1.00 EUR", at="SHOP2")
    order = sourcer.sells((1, "LAMP", "12.00 EUR"), (1, "MUG", "5.00 EUR"), area="FR")
    sourcer.refuses(order, "SHOP2")
    assert sourcer.was_asked(order)[-1] == ("SHOP1", {"LAMP": 1})
    assert shop.asks(CancelLines) == [CancelLines(order, "web", (HeldLine(2, "MUG", 1),), "short pick")]
    sourcer.sends(order, "SHOP1", (1, "LAMP", 1))
    shop.captures(order, "12.00 EUR")
    shop.book_shows("""
        stock:sellable:SHOP2        1  MUG
        revenue:web            -12.00  EUR
        receivable:web           0.00  EUR
    """)


def test_an_order_that_every_location_refuses_ends(shop: Shop, sourcer: Sourcer) -> None:
    """Three short picks: the order is cancelled, and the money let go of."""
    sourcer.follows(NEAREST)
    _lamps_everywhere(shop)
    order = sourcer.sells((1, "LAMP", "12.00 EUR"), area="FR")
    for place in ("SHOP2", "SHOP1", "WH1"):
        sourcer.refuses(order, place)
    shop.voids(order)
    assert shop.state(order) == "CANCELLED"
    assert len(shop.asks(CancelOrder)) == 1
    shop.book_shows("""
        stock:sellable:SHOP2        5  LAMP
        stock:reserved:WH1          0  LAMP
    """)


def test_what_the_customer_cancelled_is_not_sought_again(shop: Shop, sourcer: Sourcer) -> None:
    """The shop takes a lamp out because the customer asked for it: that is no short pick."""
    sourcer.follows(NEAREST)
    _lamps_everywhere(shop)
    order = sourcer.sells((3, "LAMP", "12.00 EUR"), area="FR")
    shop.cancels_line(order, 1)
    assert len(shop.asks(RecallLines)) == 1
    sourcer.refuses(order, "SHOP2", (1, "LAMP", 1))
    assert len(sourcer.was_asked(order)) == 1
    sourcer.sends(order, "SHOP2", (1, "LAMP", 2))
    shop.captures(order, "24.00 EUR")
    assert shop.state(order) == "SHIPPED"


def test_who_sends_what_he_had_refused_spares_the_other(shop: Shop, sourcer: Sourcer) -> None:
    """Paris finds the lamp after all and sends it: it counts for the order, and London is asked to keep its own."""
    sourcer.follows(NEAREST)
    _lamps_everywhere(shop)
    order = sourcer.sells((1, "LAMP", "12.00 EUR"), area="FR")
    sourcer.refuses(order, "SHOP2")
    sourcer.sends(order, "SHOP2", (1, "LAMP", 1))
    assert shop.asks(RecallLines) == [RecallLines(order, "SHOP1", (HeldLine(1, "LAMP", 1),))]
    shop.captures(order, "12.00 EUR")
    assert shop.state(order) == "SHIPPED"
    sourcer.refuses(order, "SHOP1")
    shop.book_shows("""
        stock:sellable:SHOP2        4  LAMP
        stock:sellable:SHOP1        5  LAMP
        stock:reserved:SHOP1        0  LAMP
        revenue:web            -12.00  EUR
    """)


def test_goods_from_a_location_nobody_asked_are_booked_there(shop: Shop, sourcer: Sourcer) -> None:
    """An order of one location leaves from another: the stock is taken where it left, what was held is free."""
    _lamps_everywhere(shop)
    order = shop.sells(2, "LAMP", "12.00 EUR")
    sourcer.sends(order, "SHOP1", (1, "LAMP", 2))
    shop.captures(order, "24.00 EUR")
    shop.will_not_ship(order)
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:WH1          5  LAMP
        stock:reserved:WH1          0  LAMP
        stock:sellable:SHOP1        3  LAMP
        revenue:web            -24.00  EUR
    """)


def test_cancelling_asks_every_location(shop: Shop, sourcer: Sourcer) -> None:
    """Two locations have it: one has sent, the other keeps it. The order ends with what left."""
    sourcer.follows(TOGETHER)
    shop.receives(5, "LAMP", "4.00 EUR", at="SHOP2")
    shop.receives(5, "MUG", "1.00 EUR", at="WH1")
    order = sourcer.sells((1, "LAMP", "12.00 EUR"), (1, "MUG", "5.00 EUR"), area="FR")
    shop.cancels(order)
    assert [c.location for c in shop.asks(RecallShipment)] == ["SHOP2", "WH1"]
    sourcer.sends(order, "SHOP2", (1, "LAMP", 1))
    assert shop.state(order) == "CANCELLING"
    sourcer.refuses(order, "WH1")
    shop.captures(order, "12.00 EUR")
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:WH1          5  MUG
        stock:sellable:SHOP2        4  LAMP
        receivable:web           0.00  EUR
    """)


def test_cancelling_before_payment_frees_all_places(shop: Shop, sourcer: Sourcer) -> None:
    """Nothing was asked of anybody: both shelves are free at once."""
    sourcer.follows(TOGETHER)
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP2")
    shop.receives(1, "MUG", "1.00 EUR", at="WH1")
    order = sourcer.orders((1, "LAMP", "12.00 EUR"), (1, "MUG", "5.00 EUR"))
    shop.cancels(order)
    shop.voids(order)
    assert shop.state(order) == "CANCELLED"
    shop.book_shows("""
        stock:sellable:SHOP2        1  LAMP
        stock:sellable:WH1          1  MUG
    """)


def test_a_parcel_ahead_of_the_money_and_the_order_stopped(shop: Shop, sourcer: Sourcer) -> None:
    """One of two locations was too quick; the payment fails: the other, never asked, has nothing to stop."""
    sourcer.follows(TOGETHER)
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP2")
    shop.receives(1, "MUG", "1.00 EUR", at="WH1")
    order = sourcer.orders((1, "LAMP", "12.00 EUR"), (1, "MUG", "5.00 EUR"))
    sourcer.sends(order, "SHOP2", (1, "LAMP", 1))
    shop.declines(order)
    assert "shipped_unpaid" in shop.told
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:WH1          1  MUG
        stock:reserved:WH1          0  MUG
    """)


def test_a_location_spared_for_another_is_not_taken_for_a_short_pick(shop: Shop, sourcer: Sourcer) -> None:
    """One of two lamps left from Berlin: Paris is asked to keep one and says so. The other still comes from Paris."""
    sourcer.follows(NEAREST)
    _lamps_everywhere(shop)
    order = sourcer.sells((2, "LAMP", "12.00 EUR"), area="FR")
    sourcer.sends(order, "WH1", (1, "LAMP", 1))
    assert shop.asks(RecallLines) == [RecallLines(order, "SHOP2", (HeldLine(1, "LAMP", 1),))]
    sourcer.refuses(order, "SHOP2", (1, "LAMP", 1))
    assert sourcer.was_asked(order) == [("SHOP2", {"LAMP": 2})]
    sourcer.sends(order, "SHOP2", (1, "LAMP", 1))
    shop.captures(order, "24.00 EUR")
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:SHOP2        4  LAMP
        stock:sellable:WH1          4  LAMP
        stock:reserved:SHOP2        0  LAMP
        receivable:web           0.00  EUR
    """)
