"""Orders that name no location: where their goods come from, together or in parts, and what happens when one will not send."""

from datetime import time

import pytest

from tallystick.engine.answer import Status
from tallystick.messages.payments import CapturePayment
from tallystick.messages.sales import RefuseOrder
from tallystick.messages.sourcing.policy import DAYS, Opening, Policy, Routing, Run, SourceLocation, SourcingRule
from tallystick.processes.orders.order_data import OrderData
from tests.scenarios.shop import Shop
from tests.scenarios.sourcer import LONDON, NEAREST, PARIS, THREE, TOGETHER, Sourcer, located


def _lamps_everywhere(shop: Shop, units: int = 5) -> None:
    for place in ("WH1", "SHOP1", "SHOP2"):
        shop.receives(units, "LAMP", "4.00 EUR", at=place)


def test_the_nearest_location_with_all_of_it_sends_it(shop: Shop, sourcer: Sourcer) -> None:
    """A customer in France is served from Paris: reserved there, asked for there, booked from there."""
    sourcer.follows(NEAREST)
    _lamps_everywhere(shop)
    order = sourcer.sells((2, "LAMP", "12.00 EUR"), area="FR-75")
    assert sourcer.was_asked(order) == [("SHOP2", {"LAMP": 2})]
    assert sourcer.verdicts(order) == {"SHOP2": "chosen", "SHOP1": "beaten", "WH1": "beaten"}
    sourcer.sends(order, "SHOP2", (1, "LAMP", 2))
    shop.captures(order, "24.00 EUR")
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:SHOP2        3  LAMP
        stock:sellable:WH1          5  LAMP
        outside:customer            2  LAMP
        inventory:SHOP2         12.00  EUR
        revenue:web            -24.00  EUR
        cost_of_sales:web        8.00  EUR
        receivable:web           0.00  EUR
    """)


def test_whoever_lacks_is_passed_over(shop: Shop, sourcer: Sourcer) -> None:
    """The nearest shop has one of two lamps; the next has both."""
    sourcer.follows(NEAREST)
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP2")
    shop.receives(5, "LAMP", "4.00 EUR", at="SHOP1")
    order = sourcer.sells((2, "LAMP", "12.00 EUR"), area="FR")
    assert sourcer.was_asked(order) == [("SHOP1", {"LAMP": 2})]
    assert sourcer.verdicts(order) == {"SHOP2": "lacks", "SHOP1": "chosen", "WH1": "lacks"}


def test_two_locations_send_one_order_and_each_parcel_is_captured(shop: Shop, sourcer: Sourcer) -> None:
    """The lamp is in Paris, the mug in Berlin: two fulfilments, two parcels, two captures, one price."""
    sourcer.follows(NEAREST, TOGETHER)
    shop.receives(5, "LAMP", "4.00 EUR", at="SHOP2")
    shop.receives(5, "MUG", "1.00 EUR", at="WH1")
    order = sourcer.sells((2, "LAMP", "12.00 EUR"), (1, "MUG", "5.00 EUR"), area="FR")
    assert sourcer.was_asked(order) == [("SHOP2", {"LAMP": 2}), ("WH1", {"MUG": 1})]
    sourcer.sends(order, "WH1", (2, "MUG", 1))
    shop.captures(order, "5.00 EUR")
    assert (shop.state(order), shop.state(order, "fulfilment/1"), shop.state(order, "fulfilment/2")) == (
        "PARTLY_SHIPPED",
        "REQUESTED",
        "DISPATCHED",
    )
    sourcer.sends(order, "SHOP2", (1, "LAMP", 2))
    shop.captures(order, "24.00 EUR")
    assert [c.amount for c in shop.asks(CapturePayment)] == [500, 2400]
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:reserved:SHOP2        0  LAMP
        stock:sellable:SHOP2        3  LAMP
        stock:sellable:WH1          4  MUG
        revenue:web            -29.00  EUR
        cost_of_sales:web        9.00  EUR
        receivable:web           0.00  EUR
    """)


def test_a_line_is_split_over_locations_only_where_the_rule_says_so(shop: Shop, sourcer: Sourcer) -> None:
    """Three lamps in one place and two in another: whole lines only, nobody can; with lines split, both do."""
    sourcer.follows(TOGETHER)
    shop.receives(3, "LAMP", "4.00 EUR", at="SHOP1")
    shop.receives(2, "LAMP", "6.00 EUR", at="SHOP2")
    refused = sourcer.orders((5, "LAMP", "12.00 EUR"))
    assert shop.state(refused) == "REFUSED"
    sourcer.follows(SourcingRule("shared", places_max=2, lines_split=True))
    order = sourcer.sells((5, "LAMP", "12.00 EUR"))
    assert sourcer.was_asked(order) == [("SHOP1", {"LAMP": 3}), ("SHOP2", {"LAMP": 2})]
    sourcer.sends(order, "SHOP1", (1, "LAMP", 3))
    sourcer.sends(order, "SHOP2", (1, "LAMP", 2))
    shop.captures(order, "36.00 EUR")
    shop.captures(order, "24.00 EUR")
    shop.book_shows("""
        outside:customer            5  LAMP
        cost_of_sales:web       24.00  EUR
        revenue:web            -60.00  EUR
    """)


def test_no_parcel_is_smaller_than_the_rule_allows(shop: Shop, sourcer: Sourcer) -> None:
    """A second parcel of one unit is not worth its postage: the order is not taken."""
    sourcer.follows(SourcingRule("shared", places_max=2, lines_split=True, parcel_units_min=2))
    shop.receives(4, "LAMP", "4.00 EUR", at="SHOP1")
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP2")
    assert shop.state(sourcer.orders((5, "LAMP", "12.00 EUR"))) == "REFUSED"
    assert shop.asks(RefuseOrder)[0].reason == "no location can send it"


def test_an_order_is_refused_without_a_policy(shop: Shop, sourcer: Sourcer) -> None:
    """Nobody has said where goods come from: the channel hears why."""
    _lamps_everywhere(shop)
    order = sourcer.orders((1, "LAMP", "12.00 EUR"))
    assert shop.state(order) == "REFUSED"
    assert shop.asks(RefuseOrder)[0].reason == "no sourcing policy is in force"


def test_a_parked_order_is_sourced_when_goods_have_come(shop: Shop, sourcer: Sourcer) -> None:
    """Nobody has it: the order is kept, somebody is told; a day later a location has it, and the payment is there already."""
    sourcer.follows(SourcingRule("nearest", otherwise="park"))
    order = sourcer.sells((1, "LAMP", "12.00 EUR"))
    assert (shop.state(order), shop.told) == ("PARKED", ["order_parked"])
    shop.waits(hours=25)
    assert (shop.state(order), shop.told) == ("PARKED", ["order_parked"])
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP1")
    assert sourcer.asks_again(order).outcome == "reserved"
    assert sourcer.was_asked(order) == [("SHOP1", {"LAMP": 1})]
    sourcer.sends(order, "SHOP1", (1, "LAMP", 1))
    shop.captures(order, "12.00 EUR")
    shop.book_shows("""
        stock:sellable:SHOP1        0  LAMP
        revenue:web            -12.00  EUR
    """)


def test_a_parked_order_ends_after_a_month(shop: Shop, sourcer: Sourcer) -> None:
    """It is tried once a day, and given up in the end."""
    sourcer.follows(SourcingRule("nearest", otherwise="park"))
    order = sourcer.orders((1, "LAMP", "12.00 EUR"))
    for _ in range(31):
        shop.waits(hours=24)
    shop.voids(order)
    assert shop.state(order) == "CANCELLED"


def test_an_order_is_held_until_later(shop: Shop, sourcer: Sourcer) -> None:
    """The shop is closed: the order waits an hour and is tried again; at nine it is open."""
    mornings = Opening(DAYS, time(10), time(12))
    shops = (located("SHOP1", LONDON, openings=(mornings,)),)
    sourcer.follows(SourcingRule("open", open_within_hours=0, otherwise="hold", hold_minutes=61), locations=shops)
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP1")
    order = sourcer.sells((1, "LAMP", "12.00 EUR"))
    assert (shop.state(order), sourcer.verdicts(order)) == ("PARKED", {"SHOP1": "closed"})
    shop.waits(minutes=62)
    assert sourcer.was_asked(order) == [("SHOP1", {"LAMP": 1})]
    sourcer.sends(order, "SHOP1", (1, "LAMP", 1))
    shop.captures(order, "12.00 EUR")


def test_a_parked_order_can_be_cancelled(shop: Shop, sourcer: Sourcer) -> None:
    """It holds nothing, so it ends at once."""
    sourcer.follows(SourcingRule("nearest", otherwise="park"))
    order = sourcer.sells((1, "LAMP", "12.00 EUR"))
    shop.cancels(order)
    shop.voids(order)
    assert shop.state(order) == "CANCELLED"


def test_no_more_orders_a_day_than_a_location_can_do(shop: Shop, sourcer: Sourcer) -> None:
    """Paris takes two orders a day; the third of the day comes from London, and tomorrow Paris takes one again."""
    shops = (located("SHOP1", LONDON), located("SHOP2", PARIS, day_orders_max=2, hour_orders_max=1))
    sourcer.follows(NEAREST, locations=shops)
    _lamps_everywhere(shop)
    asked = []
    for hours in (0, 1, 0, 1, 24):
        shop.waits(hours=hours)
        order = sourcer.sells((1, "LAMP", "12.00 EUR"), area="FR")
        ((place, _),) = sourcer.was_asked(order)
        asked.append(place)
        sourcer.sends(order, place, (1, "LAMP", 1))
        shop.captures(order, "12.00 EUR")
    assert asked == ["SHOP2", "SHOP2", "SHOP1", "SHOP1", "SHOP2"]


def test_safety_stock_of_a_location_is_not_sourced(shop: Shop, sourcer: Sourcer) -> None:
    """A shop keeps its last two lamps for whoever walks in."""
    sourcer.follows(NEAREST, locations=(located("SHOP1", LONDON, safety=2),))
    shop.receives(3, "LAMP", "4.00 EUR", at="SHOP1")
    assert shop.state(sourcer.orders((2, "LAMP", "12.00 EUR"))) == "REFUSED"
    assert shop.state(sourcer.orders((1, "LAMP", "12.00 EUR"))) == "RESERVED"
    shop.leaves_waiting = True


def test_rules_are_gone_through_one_after_the_other(shop: Shop, sourcer: Sourcer) -> None:
    """The warehouse first; where it lacks, a shop within five hundred kilometres; the rest is refused."""
    rules = (SourcingRule("warehouse", ("warehouse",)), SourcingRule("near shop", ("shop",), metres_max=500_000))
    sourcer.follows(*rules)
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP1")
    order = sourcer.orders((1, "LAMP", "12.00 EUR"), area="FR")
    (decided,) = sourcer.decided(order)
    assert (decided.rule, [x.location for x in decided.parts]) == ("near shop", ["SHOP1"])
    far = sourcer.orders((1, "LAMP", "12.00 EUR"), area="DE")
    assert sourcer.verdicts(far) == {"WH1": "lacks", "SHOP1": "too_far", "SHOP2": "too_far"}
    shop.leaves_waiting = True


def test_orders_go_by_their_routing(shop: Shop, sourcer: Sourcer) -> None:
    """Large orders come from the warehouse, others from the nearest; one that no routing fits is refused."""
    large = Routing("large", (SourcingRule("warehouse", ("warehouse",)),), units_min=4)
    usual = Routing("usual", (NEAREST,), channels=("web",), value_max=5_000)
    sourcer.declares(Policy(THREE, (), (), (Run("placing", (large, usual)),)))
    _lamps_everywhere(shop)
    assert [sourcer.decided(sourcer.orders((n, "LAMP", "12.00 EUR")))[0].routing for n in (4, 1, 3)] == [
        "large",
        "usual",
        "usual",
    ]
    dear = sourcer.orders((1, "LAMP", "90.00 EUR"))
    assert (shop.state(dear), sourcer.decided(dear)[0].candidates) == ("REFUSED", ())
    shop.leaves_waiting = True


def test_a_fence_for_the_channel_is_given_first(shop: Shop, sourcer: Sourcer) -> None:
    """What is kept for others at a location is not sourced; what is kept for this channel is."""
    from tallystick.messages.availability import AllocationLine, AllocationRequested

    sourcer.follows(NEAREST)
    shop.receives(3, "LAMP", "4.00 EUR", at="SHOP1")
    fence = AllocationRequested("F1", "SHOP1", (AllocationLine(1, "LAMP", 2),), "", "market")
    shop.hears("allocation/F1", fence)
    assert shop.state(sourcer.orders((2, "LAMP", "12.00 EUR"))) == "REFUSED"
    order = sourcer.orders((1, "LAMP", "12.00 EUR"))
    shop.cancels(order)
    shop.voids(order)


@pytest.mark.parametrize(
    ("policy", "flaw"),
    [
        (Policy(THREE), "none is called placing"),
        (Policy((*THREE, THREE[0]), runs=(Run("placing", ()),)), "WH1 stands there twice"),
        (Policy((SourceLocation("auto"),), runs=(Run("placing", ()),)), "location auto stands for any"),
        (Policy(THREE, runs=(Run("placing", (Routing("all", ()),)),)), "it has no rules"),
        (
            Policy(THREE, runs=(Run("placing", (Routing("all", (SourcingRule("a", ("moon",)),)),)),)),
            "no location is of group moon",
        ),
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused(shop: Shop, sourcer: Sourcer, policy: Policy, flaw: str) -> None:
    """The answer says which part of it is wrong; the policy before it stays in force."""
    answer = sourcer.declares(policy)
    assert answer.status is Status.REFUSED
    assert flaw in answer.reason
    shop.leaves_waiting = True


def test_an_order_to_be_sourced_says_what_it_may_not_ask_for(shop: Shop, sourcer: Sourcer) -> None:
    """Partial orders and reservations name their location."""
    sourcer.follows(NEAREST)
    order = sourcer.orders((1, "LAMP", "12.00 EUR"), partial=True)
    assert f"order/{order}" in shop.book.parked
    shop.leaves_waiting = True


def test_the_data_of_an_order_of_one_place_is_as_it_was(shop: Shop) -> None:
    """An order that names its location stores nothing of places: older books and hashes stay what they are."""
    import msgspec

    shop.receives(2, "LAMP", "4.00 EUR")
    order = shop.orders((1, "LAMP", "12.00 EUR"))
    data: OrderData = shop.book.loaded.families[f"order/{order}"]["order"].data
    assert not {"places", "sourced", "area", "refused", "recalled", "pick_up"} & set(msgspec.to_builtins(data))
    shop.leaves_waiting = True
