"""Reservations: units held for somebody who has not ordered yet."""

import pytest

from tallystick.engine.answer import Status
from tallystick.messages.availability import SafetyRule
from tallystick.messages.payments import AuthorisePayment
from tests.scenarios.desk import Desk
from tests.scenarios.shop import Shop


def test_a_reservation_holds_until_it_expires(shop: Shop, desk: Desk) -> None:
    """Held units are nobody else's; after the time asked for, to the second, they are everybody's again."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    answer = desk.holds((2, "LAMP"), seconds=3600)
    assert answer.detail == {"held": {"1": 2}, "expires_at": "2026-11-23T10:00:00+00:00"}
    assert desk.promisable("LAMP") == 1
    shop.book_shows("stock:reserved:WH1  2  LAMP")

    shop.waits(hours=1)
    assert (desk.basket(), desk.promisable("LAMP")) == ("EXPIRED", 3)


def test_two_lines_of_one_product_count_together(shop: Shop, desk: Desk) -> None:
    """Each line alone would fit, both together do not: nothing is held."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    answer = desk.holds((2, "LAMP"), (2, "LAMP"))
    assert (answer.outcome, answer.detail) == ("refused", {"lines_without_stock": (1, 2)})
    assert desk.promisable("LAMP") == 3


def test_what_is_there_is_held_on_request(shop: Shop, desk: Desk) -> None:
    """The basket asked for four and takes three; the answer says so line by line."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    answer = desk.holds((2, "LAMP"), (2, "LAMP"), partial=True)
    assert answer.detail is not None
    assert (answer.detail["held"], answer.detail["lines_without_stock"]) == ({"1": 2, "2": 1}, (1, 2))


def test_an_extension_counts_from_now(shop: Shop, desk: Desk) -> None:
    """The first deadline means nothing any more; the second does."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    desk.holds((2, "LAMP"), seconds=2 * 3600)
    shop.waits(hours=1)
    desk.extends(seconds=2 * 3600)
    shop.waits(hours=1)
    assert desk.basket() == "HELD"
    shop.waits(hours=1)
    assert desk.basket() == "EXPIRED"


def test_a_firm_reservation_does_not_expire(shop: Shop, desk: Desk) -> None:
    """Confirmed, it waits for its order, or to be let go of."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    desk.holds((2, "LAMP"))
    desk.confirms()
    shop.waits(hours=24 * 8)
    assert (desk.basket(), desk.promisable("LAMP")) == ("CONFIRMED", 1)
    desk.lets_go()
    assert (desk.basket(), desk.promisable("LAMP")) == ("RELEASED", 3)


def test_a_confirmation_that_comes_too_late_changes_nothing(shop: Shop, desk: Desk) -> None:
    """The units may be somebody else's by now: the answer says that the reservation has expired."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    desk.holds((2, "LAMP"))
    shop.waits(hours=1)
    answer = desk.confirms()
    assert (answer.outcome, answer.state) == ("ignored", "EXPIRED")


def test_the_order_takes_its_reservation_over_without_a_gap(shop: Shop, desk: Desk) -> None:
    """The last lamps are held; rules tightened since do not matter: what is promised is promised."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    desk.holds((3, "LAMP"))
    desk.rules(safety=(SafetyRule(2),))
    placed = desk.orders((3, "LAMP", "12.00 EUR"), reservation="1")

    assert (placed.outcome, placed.state, desk.basket()) == ("reserved", "RESERVED", "USED")
    assert [c.amount for c in shop.asks(AuthorisePayment)] == [3600]
    shop.book_shows("stock:reserved:WH1  3  LAMP")
    shop.waits(hours=1)
    assert shop.state("B1") == "CANCELLED"
    shop.book_shows("stock:reserved:WH1  0  LAMP")


def test_an_order_that_wants_more_or_less_than_is_held(shop: Shop, desk: Desk) -> None:
    """What is held is taken, the rest is promised as for any order, and what is not wanted any more is free."""
    shop.receives(5, "LAMP", cost="4.00 EUR")
    shop.receives(5, "SHADE", cost="4.00 EUR")
    desk.holds((2, "LAMP"), (3, "SHADE"))
    placed = desk.orders((4, "LAMP", "12.00 EUR"), (1, "SHADE", "3.00 EUR"), reservation="1")
    assert placed.state == "RESERVED"
    assert (desk.promisable("LAMP"), desk.promisable("SHADE")) == (1, 4)


def test_an_order_that_cannot_be_kept_leaves_the_reservation(shop: Shop, desk: Desk) -> None:
    """All of the order or nothing; what the basket holds, it holds until its time is up."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    desk.holds((2, "LAMP"))
    placed = desk.orders((4, "LAMP", "12.00 EUR"), reservation="1")
    assert (placed.state, desk.basket()) == ("REFUSED", "HELD")
    assert placed.detail == {"lines_without_stock": (1,)}
    shop.waits(hours=1)
    assert desk.promisable("LAMP") == 3


@pytest.mark.parametrize("asked_before", [True, False])
def test_an_order_whose_reservation_is_gone_is_an_order_all_the_same(
    shop: Shop, desk: Desk, *, asked_before: bool
) -> None:
    """Expired or never made, the reservation gives nothing: the order is promised what is there."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    if asked_before:
        desk.holds((2, "LAMP"))
        shop.waits(hours=1)
    assert desk.orders((3, "LAMP", "12.00 EUR"), reservation="1").state == "RESERVED"


def test_an_order_elsewhere_lets_the_reservation_go(shop: Shop, desk: Desk) -> None:
    """The basket was held in the other warehouse: the order takes its goods here, and the other ones are free."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    shop.receives(3, "LAMP", cost="4.00 EUR", at="WH2")
    desk.holds((3, "LAMP"), at="WH2")
    assert desk.orders((3, "LAMP", "12.00 EUR"), reservation="1").state == "RESERVED"
    assert (desk.promisable("LAMP"), desk.promisable("LAMP", at="WH2")) == (0, 3)


def test_a_reservation_moves_or_stays(shop: Shop, desk: Desk) -> None:
    """Moved to another warehouse it is held there; where there is not enough, it stays where it is."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    shop.receives(1, "LAMP", cost="4.00 EUR", at="WH2")
    desk.holds((2, "LAMP"))
    assert desk.moves(location="WH2").outcome == "refused"
    assert (desk.promisable("LAMP"), desk.promisable("LAMP", at="WH2")) == (1, 1)
    shop.receives(1, "LAMP", cost="4.00 EUR", at="WH2")
    assert desk.moves(location="WH2").outcome == "transferred"
    assert (desk.promisable("LAMP"), desk.promisable("LAMP", at="WH2")) == (3, 0)


def test_a_reservation_changes_its_channel_with_its_own_units(shop: Shop, desk: Desk) -> None:
    """Held out of the web shop's fence, moved to the marketplace: the fence gets its units back only to be seen as full."""
    shop.receives(4, "LAMP", cost="4.00 EUR")
    desk.fences(2, "LAMP", into="web")
    desk.holds((2, "LAMP"))
    assert desk.moves(channel="market").outcome == "transferred"
    assert (desk.available("LAMP").fence, desk.promisable("LAMP", "market")) == (2, 0)


def test_a_word_that_overtakes_its_reservation_waits(shop: Shop, desk: Desk) -> None:
    """Let go before it was asked for: held back, and done as soon as the reservation is there."""
    shop.receives(3, "LAMP", cost="4.00 EUR")
    assert desk.lets_go().status is Status.EARLY
    desk.holds((2, "LAMP"))
    assert (desk.basket(), desk.promisable("LAMP")) == ("RELEASED", 3)


@pytest.mark.parametrize("seconds", [0, 7 * 86400 + 1])
def test_the_time_asked_for_is_bounded(shop: Shop, desk: Desk, seconds: int) -> None:
    """Nobody holds units for no time, or for longer than a week without confirming."""
    shop.leaves_waiting = True
    answer = desk.holds((2, "LAMP"), seconds=seconds)
    assert answer.status is Status.REFUSED
    assert "seconds" in answer.reason
