"""What a shop sold although it was not there: refused, cancelled with refund, or waiting for goods; and who goes first."""

from datetime import timedelta

import pytest

from tallystick.engine.answer import Answer
from tallystick.messages.fulfilment import DispatchReported, ShipOrder
from tallystick.messages.oversells import OrderOversold, OversellRule, Policy
from tallystick.messages.payments import PayRefund, VoidReported
from tallystick.messages.sales import CancelLines, CancelOrder, OrderLine, OrderLineCancellationRequested, RefuseOrder
from tallystick.messages.sales import OrderPlaced as Placed
from tallystick.messages.stock import HeldLine
from tests.scenarios.book_text import amount_of
from tests.scenarios.desk import Desk
from tests.scenarios.shop import Bought, Shop

LAMP, SHADE = (1, "LAMP", "12.00 EUR"), (1, "SHADE", "8.00 EUR")


def sold(shop: Shop, name: str, *lines: Bought, minutes_ago: float = 0) -> Answer:
    """A shop sold this already, so many minutes ago."""
    bought = tuple(OrderLine(n, sku, q, q * amount_of(price)) for n, (q, sku, price) in enumerate(lines, 1))
    shop.placed[name] = Placed(name, "web", "WH1", "EUR/2", "stripe", bought, already_sold=True)
    return shop.hears(f"order/{name}", shop.placed[name], at=shop.now - timedelta(minutes=minutes_ago))


def rule(desk: Desk, policy: Policy, rank_seconds: int = 0) -> None:
    """The web shop's oversells go by this."""
    desk.rules(oversells=(OversellRule("web", policy, rank_seconds),))


def oversold(shop: Shop) -> list[OrderOversold]:
    """What was found to be oversold."""
    return [f for folded in shop.book.entries for f in folded.facts if isinstance(f, OrderOversold)]


def test_without_a_rule_an_oversold_order_is_refused_and_paid_back(shop: Shop) -> None:
    """Two lamps sold, one there: all of it is refused, what the shop took goes back, and the oversell is on record."""
    shop.receives(1, "LAMP", cost="4.00 EUR")
    assert sold(shop, "A", (2, "LAMP", "12.00 EUR")).state == "REFUSED"
    shop.captures("A", "24.00 EUR", "p1")
    shop.refunds("A")

    (found,) = oversold(shop)
    assert (found.policy, found.lines, found.amount) == ("refuse", (HeldLine(1, "LAMP", 1),), 1200)
    assert [c.lines for c in shop.asks(RefuseOrder)] == [(1,)]
    assert shop.asks(PayRefund)[0].amount == 2400
    shop.book_shows("""
        stock:sellable:WH1     1  LAMP
        receivable:web      0.00  EUR
    """)
    assert not shop.tie_out()


def test_what_lacks_is_cancelled_and_its_money_refunded(shop: Shop, desk: Desk) -> None:
    """A lamp and a shade are sold, the shade is not there: the lamp goes, the shade's money comes back by itself."""
    rule(desk, "cancel")
    shop.receives(1, "LAMP", cost="4.00 EUR")
    assert sold(shop, "A", LAMP, SHADE).outcome == "cut"
    assert [c.lines for c in shop.asks(CancelLines)] == [(HeldLine(2, "SHADE", 1),)]
    shop.captures("A", "20.00 EUR", "p1")
    shop.refunds("A")
    assert shop.asks(PayRefund)[0].amount == 800
    assert shop.asks(ShipOrder)[0].lines == (HeldLine(1, "LAMP", 1),)
    shop.ships("A", 1, line=1)
    shop.book_shows("""
        revenue:web      -12.00  EUR
        receivable:web     0.00  EUR
    """)
    assert not shop.tie_out()


def test_with_nothing_there_the_whole_order_is_cancelled(shop: Shop, desk: Desk) -> None:
    """The shop is told that nothing will come, and what it took goes back."""
    rule(desk, "cancel")
    assert sold(shop, "A", LAMP).state == "CANCELLED"
    assert [c.reason for c in shop.asks(CancelOrder)] == ["no stock"]
    shop.captures("A", "12.00 EUR", "p1")
    shop.refunds("A")
    assert not shop.tie_out()


def test_a_backorder_waits_and_goes_when_its_goods_come(shop: Shop, desk: Desk) -> None:
    """Goods announced for Thursday are promised for Thursday; the location is asked for them when they are there."""
    rule(desk, "backorder")
    desk.announces(5, "LAMP", days=3)
    answer = sold(shop, "A", (2, "LAMP", "12.00 EUR"))
    assert answer.detail == {"owed": {"1": 2}, "expected_on": "2026-11-26"}
    assert oversold(shop)[0].expected_on is not None
    shop.captures("A", "24.00 EUR", "p1")
    assert (shop.state("A"), shop.asks(ShipOrder)) == ("WAITING", [])

    desk.receives(5, "LAMP")
    assert shop.state("A") == "RELEASED"
    assert shop.asks(ShipOrder)[0].lines == (HeldLine(1, "LAMP", 2),)
    assert desk.promisable("LAMP") == 3
    shop.ships("A")
    shop.book_shows("""
        stock:sellable:WH1     3  LAMP
        outside:owed:WH1       0  LAMP
        revenue:web       -24.00  EUR
    """)
    assert not shop.tie_out()


def test_a_backorder_that_waits_too_long_is_told_with_its_worth(shop: Shop, desk: Desk) -> None:
    """No goods are announced: after thirty days a person is told what the order is worth."""
    rule(desk, "backorder")
    assert sold(shop, "A", LAMP).detail == {"owed": {"1": 1}, "expected_on": None}
    shop.pays("A")
    shop.waits(hours=30 * 24)
    (found,) = [b for f in shop.book.entries for b in f.breaks]
    assert (found.kind, found.amount) == ("backorder_overdue", 1200)
    shop.cancels("A")
    shop.voids("A")
    assert not shop.tie_out()


def test_a_promised_day_that_passes_is_told(shop: Shop, desk: Desk) -> None:
    """The goods were to come on Thursday; when Thursday is over everywhere, somebody must tell the customer."""
    rule(desk, "backorder")
    desk.announces(5, "LAMP", days=3)
    sold(shop, "A", LAMP)
    shop.pays("A")
    shop.waits(hours=3 * 24)
    assert shop.told == []
    shop.waits(hours=36)
    assert "backorder_overdue" in shop.told
    shop.cancels("A")
    shop.voids("A")
    assert not shop.tie_out()


def test_goods_that_come_go_to_whoever_was_sold_first(shop: Shop, desk: Desk) -> None:
    """Two wait for one lamp each, the later message was sold earlier: the first lamp to come is its own."""
    rule(desk, "backorder")
    sold(shop, "B", LAMP, minutes_ago=1)
    sold(shop, "A", LAMP, minutes_ago=9)
    shop.pays("A")
    shop.pays("B")
    shop.receives(1, "LAMP", cost="4.00 EUR")
    assert (shop.state("A"), shop.state("B")) == ("RELEASED", "WAITING")
    shop.receives(1, "LAMP", cost="4.00 EUR")
    assert shop.state("B") == "RELEASED"


@pytest.mark.parametrize(("rank_seconds", "kept"), [(60, "A"), (0, "B")])
def test_sales_that_contend_are_ranked_by_the_shops_time(shop: Shop, desk: Desk, rank_seconds: int, kept: str) -> None:
    """One lamp, two sales: with a minute to settle the earlier sale has it although it arrived later; without, the first."""
    rule(desk, "refuse", rank_seconds)
    shop.receives(1, "LAMP", cost="4.00 EUR")
    sold(shop, "B", LAMP, minutes_ago=1)
    sold(shop, "A", LAMP, minutes_ago=9)
    shop.waits(minutes=2)
    states = {name: shop.state(name) for name in ("A", "B")}
    assert states == {name: "RESERVED" if name == kept else "REFUSED" for name in ("A", "B")}


def test_a_promise_given_to_a_customer_is_never_taken_back(shop: Shop, desk: Desk) -> None:
    """Our own promise was given first: the shop's sale has none of it, however early it was sold.

    And while it is ranked, what is left is promised to nobody else.
    """
    rule(desk, "refuse", rank_seconds=60)
    shop.receives(2, "LAMP", cost="4.00 EUR")
    assert desk.orders(LAMP).state == "RESERVED"
    sold(shop, "A", (2, "LAMP", "12.00 EUR"), minutes_ago=600)
    assert desk.promisable("LAMP") == 0
    assert desk.orders(LAMP).state == "REFUSED"
    shop.waits(minutes=2)
    assert (shop.state("V1"), shop.state("A")) == ("RESERVED", "REFUSED")
    assert desk.promisable("LAMP") == 1


def test_money_that_comes_before_the_rank_is_known_is_remembered(shop: Shop, desk: Desk) -> None:
    """The shop took the money at once; when the order's rank is known it is released, or its money goes back."""
    rule(desk, "cancel", rank_seconds=60)
    shop.receives(1, "LAMP", cost="4.00 EUR")
    for name, minutes in (("A", 1), ("B", 2)):
        sold(shop, name, LAMP, minutes_ago=minutes)
        shop.captures(name, "12.00 EUR", "p1")
        assert shop.state(name) == "RANKED"
    shop.waits(minutes=2)
    assert (shop.state("A"), shop.state("B")) == ("CANCELLED", "RELEASED")
    shop.refunds("A")
    shop.ships("B")
    assert not shop.tie_out()


def test_a_ranked_order_is_cut_to_what_is_there(shop: Shop, desk: Desk) -> None:
    """Three of two sold: two go, the third is taken off and paid back."""
    rule(desk, "cancel", rank_seconds=60)
    shop.receives(2, "LAMP", cost="4.00 EUR")
    sold(shop, "A", (3, "LAMP", "12.00 EUR"))
    shop.captures("A", "36.00 EUR", "p1")
    shop.waits(minutes=2)
    shop.refunds("A")
    shop.ships("A", 2)
    assert (shop.state("A"), oversold(shop)[0].amount) == ("SHIPPED", 1200)
    assert not shop.tie_out()


@pytest.mark.parametrize(("policy", "state"), [("refuse", "SHIPPED"), ("backorder", "SHIPPED_AHEAD")])
def test_goods_that_left_ahead_of_the_rank_stay_sold(shop: Shop, desk: Desk, policy: Policy, state: str) -> None:
    """One of three lamps left before anybody was asked; whatever becomes of the rest, it was sold."""
    rule(desk, policy, rank_seconds=60)
    shop.receives(1, "LAMP", cost="4.00 EUR")
    sold(shop, "A", (3, "LAMP", "12.00 EUR"))
    shop.ships("A", 1)
    shop.waits(minutes=2)
    assert shop.state("A") == state
    shop.book_shows("revenue:web -12.00 EUR")


def test_the_rest_goes_when_all_that_was_owed_has_left_by_itself(shop: Shop, desk: Desk) -> None:
    """A shade waits for a lamp; the lamp leaves unasked: the shade is asked for."""
    rule(desk, "backorder")
    shop.receives(1, "SHADE", cost="2.00 EUR")
    sold(shop, "A", LAMP, SHADE)
    shop.pays("A")
    shop.says("A", DispatchReported("A", "S1", (HeldLine(1, "LAMP", 1),)))
    assert shop.state("A") == "PARTLY_SHIPPED"
    assert shop.asks(ShipOrder)[0].lines == (HeldLine(2, "SHADE", 1),)


def test_the_rest_goes_when_what_was_owed_is_not_wanted_any_more(shop: Shop, desk: Desk) -> None:
    """The customer does without the lamp that is not there: the shade that is there goes."""
    rule(desk, "backorder")
    shop.receives(1, "SHADE", cost="2.00 EUR")
    sold(shop, "A", LAMP, SHADE)
    shop.pays("A")
    shop.says("A", OrderLineCancellationRequested("A", 1))
    assert shop.state("A") == "RELEASED"
    assert shop.asks(ShipOrder)[0].lines == (HeldLine(2, "SHADE", 1),)


def test_part_that_left_ahead_is_kept_when_the_rest_of_a_backorder_ends(shop: Shop, desk: Desk) -> None:
    """One of two left ahead of the money, the other is waited for: the customer gives up, or the rest comes after all."""
    rule(desk, "backorder")
    for name in ("A", "B", "C"):
        shop.receives(1, "LAMP", cost="4.00 EUR")
        sold(shop, name, (3, "LAMP", "12.00 EUR"))
        shop.ships(name, 1)
        shop.captures(name, "36.00 EUR", "p1")
        assert shop.state(name) == "WAITING"
    shop.cancels("A")
    shop.says("B", OrderLineCancellationRequested("B", 1))
    assert (shop.state("A"), shop.state("B")) == ("SHIPPED", "SHIPPED")
    shop.receives(2, "LAMP", cost="4.00 EUR")
    assert shop.state("C") == "PARTLY_SHIPPED"


def test_money_that_goes_away_lets_the_goods_go(shop: Shop, desk: Desk) -> None:
    """An authorisation that expires while the order waits: nothing goes any more, and nobody else need wait behind it."""
    rule(desk, "backorder")
    sold(shop, "A", LAMP)
    shop.pays("A")
    shop.says("A", VoidReported("A"))
    assert shop.state("A") == "CANCELLED"
    shop.receives(1, "LAMP", cost="4.00 EUR")
    assert desk.promisable("LAMP") == 1
    assert not shop.tie_out()


def test_our_own_promise_beyond_stock_is_not_asked_of_the_location_before_its_goods_are_there(
    shop: Shop, desk: Desk
) -> None:
    """What the rules let us promise before it comes waits like any backorder."""
    from tallystick.messages.availability import ChannelRule

    desk.rules(channels=(ChannelRule("web", oversell=1),))
    desk.orders(LAMP)
    shop.pays("V1")
    assert (shop.state("V1"), shop.asks(ShipOrder)) == ("WAITING", [])
    shop.receives(1, "LAMP", cost="4.00 EUR")
    assert [c.order for c in shop.asks(ShipOrder)] == ["V1"]


def test_safety_stock_is_kept_from_those_who_wait_buffers_are_not(shop: Shop, desk: Desk) -> None:
    """Three lamps come, one is safety stock: two of the three that are owed go on, whatever the channel's buffer."""
    from tallystick.messages.availability import ChannelRule, SafetyRule

    rules = {"safety": (SafetyRule(1),), "channels": (ChannelRule("web", buffer=5),)}
    desk.rules(oversells=(OversellRule("web", "backorder"),), **rules)
    for name in ("A", "B", "C"):
        sold(shop, name, LAMP)
        shop.pays(name)
    shop.receives(3, "LAMP", cost="4.00 EUR")
    assert [shop.state(name) for name in ("A", "B", "C")] == ["RELEASED", "RELEASED", "WAITING"]


def test_what_a_ranked_sale_may_come_to_have_is_not_given_to_who_was_sold_later(shop: Shop, desk: Desk) -> None:
    """B waits for two lamps, A was sold earlier and is still ranked for two: of three that come B has one for now."""
    rule(desk, "backorder")
    sold(shop, "B", (2, "LAMP", "12.00 EUR"), minutes_ago=1)
    rule(desk, "backorder", rank_seconds=60)
    sold(shop, "A", (2, "LAMP", "12.00 EUR"), minutes_ago=9)
    shop.receives(3, "LAMP", cost="4.00 EUR")
    assert desk.available("LAMP").committed == 1
    shop.waits(minutes=2)
    for name in ("A", "B"):
        shop.pays(name)
    assert (shop.state("A"), shop.state("B")) == ("RELEASED", "WAITING")
