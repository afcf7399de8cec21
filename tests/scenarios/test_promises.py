"""What may be promised: rules, fences, goods on their way, and promises beyond stock."""

from tallystick.engine.answer import Status
from tallystick.messages.availability import (
    AvailabilityRulesDeclared,
    ChannelRule,
    Exclusion,
    Rules,
    SafetyRule,
)
from tests.scenarios.desk import Desk
from tests.scenarios.shop import Shop

LAMP = (1, "LAMP", "12.00 EUR")


def test_safety_stock_and_buffer_are_kept_back(shop: Shop, desk: Desk) -> None:
    """Three lamps are for emergencies, two more are kept from the marketplace: the web shop may sell seven of ten."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    desk.rules(safety=(SafetyRule(3, sku="LAMP"),), channels=(ChannelRule("market", buffer=2),))

    assert (desk.promisable("LAMP"), desk.promisable("LAMP", "market")) == (7, 5)
    assert desk.orders((6, "LAMP", "12.00 EUR"), channel="market").state == "REFUSED"
    assert desk.orders((7, "LAMP", "12.00 EUR")).state == "RESERVED"
    assert desk.orders(LAMP).state == "REFUSED"


def test_the_closest_rule_counts_alone(shop: Shop, desk: Desk) -> None:
    """A rule for a product goes before one for a location, and both before one for all."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    everywhere, here = SafetyRule(9), SafetyRule(5, location="WH1")
    desk.rules(safety=(everywhere, here))
    assert desk.promisable("LAMP") == 5
    desk.rules(safety=(everywhere, here, SafetyRule(2, sku="LAMP")))
    assert desk.promisable("LAMP") == 8
    desk.rules(safety=(everywhere, here, SafetyRule(2, sku="LAMP"), SafetyRule(0, sku="LAMP", location="WH1")))
    assert desk.promisable("LAMP") == 10


def test_a_channel_shows_none_when_few_are_left(shop: Shop, desk: Desk) -> None:
    """Below its threshold a marketplace shows nothing; the web shop goes on to the last lamp."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    desk.rules(channels=(ChannelRule("market", threshold=3),))
    assert (desk.promisable("LAMP", "market"), desk.promisable("LAMP")) == (0, 2)
    assert desk.orders(LAMP, channel="market").state == "REFUSED"


def test_an_excluded_location_promises_nothing_to_the_channel(shop: Shop, desk: Desk) -> None:
    """What stands in the shop window is not for the marketplace."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    desk.rules(exclusions=(Exclusion("market", "WH1"),))
    assert desk.orders(LAMP, channel="market").state == "REFUSED"
    assert desk.orders(LAMP).state == "RESERVED"


def test_rules_begin_when_they_say(shop: Shop, desk: Desk) -> None:
    """Rules for tomorrow change nothing today; they never reach back."""
    shop.receives(5, "LAMP", cost="4.00 EUR")
    tomorrow = shop.now.replace(day=24)
    later = AvailabilityRulesDeclared(Rules(safety=(SafetyRule(5),)), tomorrow)
    shop.hears("rules/availability", later)
    assert desk.promisable("LAMP") == 5
    shop.waits(hours=24)
    assert desk.promisable("LAMP") == 0


def test_rules_that_contradict_themselves_are_refused(shop: Shop, desk: Desk) -> None:
    """Two rules for the same: nobody could say which counts. The answer names both places, the old rules stand."""
    shop.leaves_waiting = True
    answer = desk.rules(safety=(SafetyRule(1), SafetyRule(2)))
    assert answer.status is Status.REFUSED
    assert "safety[1] says again what safety[0] says" in answer.reason


def test_a_fence_keeps_units_for_a_channel(shop: Shop, desk: Desk) -> None:
    """Four lamps are the marketplace's: the web shop sees six, and an order of the marketplace uses its own first."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    assert desk.fences(4, "LAMP", into="market").outcome == "moved"

    assert (desk.promisable("LAMP"), desk.promisable("LAMP", "market")) == (6, 10)
    assert desk.orders((7, "LAMP", "12.00 EUR")).state == "REFUSED"
    desk.orders((3, "LAMP", "12.00 EUR"), channel="market")
    assert desk.available("LAMP", "market").fence == 1
    assert desk.promisable("LAMP") == 6


def test_a_fence_gets_back_what_a_failed_payment_lets_go(shop: Shop, desk: Desk) -> None:
    """An order that comes to nothing leaves the channel's units where they were."""
    shop.receives(4, "LAMP", cost="4.00 EUR")
    desk.fences(4, "LAMP", into="market")
    desk.orders((3, "LAMP", "12.00 EUR"), channel="market")
    shop.declines("V2")
    assert desk.available("LAMP", "market").fence == 4


def test_fences_are_moved_and_set_free(shop: Shop, desk: Desk) -> None:
    """Units go from fence to fence, or back to everybody; nobody can fence what another has a claim on."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    desk.rules(safety=(SafetyRule(2),))
    assert desk.fences(9, "LAMP", into="market").detail == {"movable": {"LAMP": 8}}
    assert desk.fences_what_is_there(9, "LAMP", into="market").detail == {"moved": {"LAMP": 8}}
    assert desk.fences(3, "LAMP", out_of="market", into="web").outcome == "moved"
    assert desk.fences(4, "LAMP", out_of="web").outcome == "refused"
    assert desk.fences(3, "LAMP", out_of="web").outcome == "moved"
    assert (desk.promisable("LAMP"), desk.promisable("LAMP", "market")) == (3, 8)


def test_a_fence_shrinks_when_the_goods_are_gone(shop: Shop, desk: Desk) -> None:
    """What the till has sold is gone, fence or not: it is never refused, the fences shrink, and somebody is told."""
    shop.receives(10, "LAMP", cost="4.00 EUR")
    desk.fences(6, "LAMP", into="market")
    desk.fences(2, "LAMP", into="web")
    shop.rings_up((7, "LAMP", "12.00 EUR"))

    assert shop.told == ["fence_shrunk"]
    assert (desk.available("LAMP", "market").fence, desk.available("LAMP", "web").fence) == (2, 1)


def test_what_is_announced_can_be_promised_within_the_horizon(shop: Shop, desk: Desk) -> None:
    """A channel that may sell what comes within a week does; another sells what is there; the receipt ends it."""
    desk.rules(channels=(ChannelRule("web", incoming_days=7),))
    desk.announces(5, "LAMP", days=3)
    assert (desk.promisable("LAMP"), desk.promisable("LAMP", "market")) == (5, 0)

    answer = desk.orders((4, "LAMP", "12.00 EUR"))
    assert (answer.state, answer.detail) == ("RESERVED", {"owed": {"1": 4}, "expected_on": "2026-11-26"})
    assert desk.promisable("LAMP") == 1
    shop.book_shows("outside:owed:WH1  -4  LAMP")

    desk.receives(5, "LAMP")
    assert (desk.promisable("LAMP"), desk.promisable("LAMP", "market")) == (1, 1)
    shop.pays("V1")
    shop.ships("V1")
    assert shop.told == []
    shop.book_shows("""
        outside:owed:WH1       0  LAMP
        stock:sellable:WH1     1  LAMP
        revenue:web       -48.00  EUR
    """)


def test_goods_beyond_the_horizon_or_overdue_promise_nothing(shop: Shop, desk: Desk) -> None:
    """Ten days are too far off; and when the day has passed nobody knows when they come, so somebody is told."""
    desk.rules(channels=(ChannelRule("web", incoming_days=7),))
    desk.announces(5, "LAMP", days=10)
    assert desk.promisable("LAMP") == 0
    desk.announces(5, "LAMP", days=2)
    assert desk.promisable("LAMP") == 5
    shop.waits(hours=24 * 4)
    assert (desk.promisable("LAMP"), desk.available("LAMP").overdue) == (0, 5)
    assert shop.told == ["inbound_overdue"]


def test_an_announcement_ends_part_by_part(shop: Shop, desk: Desk) -> None:
    """Each receipt takes its units off what is expected; a cancellation takes the rest; later goods are goods all the same."""
    desk.rules(channels=(ChannelRule("web", incoming_days=7),))
    desk.announces(5, "LAMP", days=2)
    desk.receives(3, "LAMP")
    assert (desk.available("LAMP").incoming, desk.promisable("LAMP")) == (2, 5)
    desk.takes_back()
    assert (desk.available("LAMP").incoming, desk.promisable("LAMP")) == (0, 3)
    desk.receives(2, "LAMP")
    assert desk.promisable("LAMP") == 5


def test_goods_that_came_before_the_word_of_them(shop: Shop, desk: Desk) -> None:
    """The receipt was quicker than the announcement: only what is still to come is expected."""
    desk.rules(channels=(ChannelRule("web", incoming_days=7),))
    desk.receives(3, "LAMP")
    desk.announces(5, "LAMP", days=2)
    assert (desk.available("LAMP").incoming, desk.promisable("LAMP")) == (2, 5)


def test_oversell_is_tolerated_up_to_its_limit(shop: Shop, desk: Desk) -> None:
    """A channel that may sell two lamps too many sells exactly two; all that is owed counts; nobody else may."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    desk.rules(channels=(ChannelRule("market", oversell=2),))
    assert desk.orders((4, "LAMP", "12.00 EUR"), channel="market").state == "REFUSED"
    assert desk.orders((2, "LAMP", "12.00 EUR"), channel="market").detail == {"owed": {"1": 1}, "expected_on": None}
    assert desk.orders(LAMP).state == "REFUSED"
    assert desk.orders(LAMP, channel="market").state == "RESERVED"
    assert desk.orders(LAMP, channel="market").state == "REFUSED"


def test_what_comes_in_goes_to_whom_it_is_owed(shop: Shop, desk: Desk) -> None:
    """A lamp sold beyond stock is the first claim on the next lamp; a cancellation sets it free."""
    desk.rules(channels=(ChannelRule("market", oversell=2),))
    desk.orders((2, "LAMP", "12.00 EUR"), channel="market")
    shop.receives(3, "LAMP", cost="4.00 EUR")
    assert desk.promisable("LAMP") == 1
    shop.cancels("V1")
    assert desk.promisable("LAMP") == 3


def test_a_promise_beyond_stock_leaves_other_channels_fences_alone(shop: Shop, desk: Desk) -> None:
    """The marketplace sold what is not there: the web shop's own two lamps are still the web shop's."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    desk.rules(channels=(ChannelRule("market", oversell=5),))
    desk.fences(2, "LAMP", into="web")
    desk.orders((5, "LAMP", "12.00 EUR"), channel="market")
    assert desk.orders((2, "LAMP", "12.00 EUR")).state == "RESERVED"


def test_an_order_is_cut_down_on_request(shop: Shop, desk: Desk) -> None:
    """Two lines of one lamp, and a shade nobody has: on request the order takes what is there, at its share of the price."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    lines = ((2, "LAMP", "12.00 EUR"), (2, "LAMP", "11.00 EUR"), (1, "SHADE", "5.00 EUR"))
    assert desk.orders(*lines).detail == {"lines_without_stock": (1, 2, 3)}
    cut = desk.orders(*lines, partial=True)
    assert cut.detail == {"lines_without_stock": (1, 2, 3), "kept": {"1": 2, "2": 1}}
    shop.pays("V2", "35.00 EUR")
    assert shop.state("V2") == "RELEASED"
    assert desk.orders(LAMP, partial=True).state == "REFUSED"
