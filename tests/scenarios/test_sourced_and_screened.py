"""Orders that are sourced and screened: one waits for a location and for a word, whichever comes first."""

import pytest

from tallystick.messages.fulfilment import ShipOrder
from tallystick.messages.partners.parcels import LabelBooked, LabelRequested
from tallystick.messages.partners.screening import OrderScreened, ScreeningRule, ScreenOrder, Verdict
from tallystick.messages.payments import VoidPayment
from tallystick.messages.sourcing.policy import SourcingRule
from tests.scenarios.desk import Desk
from tests.scenarios.shop import Shop
from tests.scenarios.sourcer import NEAREST, Sourcer

LAMP = (1, "LAMP", "12.00 EUR")
PARK = SourcingRule("nearest", otherwise="park")


@pytest.fixture
def both(shop: Shop, desk: Desk, sourcer: Sourcer) -> Sourcer:
    """A shop whose web orders are screened, and sourced at the nearest location that has them."""
    desk.rules(screenings=(ScreeningRule("web", 24, "review"),))
    sourcer.follows(PARK)
    return sourcer


def judged(shop: Shop, order: str, verdict: Verdict) -> None:
    """Whoever judges orders says so."""
    shop.says(order, OrderScreened(order, verdict, 70, (), "acme"))


def test_a_parked_order_is_screened_and_goes_once_it_has_a_location_and_a_word(shop: Shop, both: Sourcer) -> None:
    """Goods come before the word: nothing is asked until it is cleared."""
    order = both.sells(LAMP)
    assert (shop.state(order), len(shop.asks(ScreenOrder))) == ("PARKED", 1)
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP1")
    both.asks_again(order)
    assert (shop.state(order), shop.asks(ShipOrder)) == ("WAITING", [])
    judged(shop, order, "accept")
    assert both.was_asked(order) == [("SHOP1", {"LAMP": 1})]
    shop.book_shows("""
        stock:reserved:SHOP1   1  LAMP
    """)
    assert not shop.tie_out()


def test_a_parked_order_that_is_cleared_goes_with_its_goods(shop: Shop, both: Sourcer) -> None:
    """The word comes before the goods, and a doubt before the word: it goes when a location has them."""
    order = both.sells(LAMP)
    judged(shop, order, "review")
    judged(shop, order, "accept")
    assert shop.state(order) == "PARKED"
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP1")
    both.asks_again(order)
    assert both.was_asked(order) == [("SHOP1", {"LAMP": 1})]
    assert not shop.tie_out()


def test_a_parked_order_that_is_refused_ends(shop: Shop, both: Sourcer) -> None:
    """Nothing is held for it; its money is let go."""
    order = both.sells(LAMP)
    judged(shop, order, "reject")
    assert (shop.state(order), len(shop.asks(VoidPayment))) == ("CANCELLED", 1)
    assert not shop.tie_out()


def test_a_label_is_known_while_goods_wait_to_be_fetched(shop: Shop, sourcer: Sourcer) -> None:
    """What is booked with a carrier while an order lies ready changes nothing of that."""
    sourcer.follows(NEAREST)
    shop.receives(1, "LAMP", "4.00 EUR", at="SHOP1")
    order = sourcer.sells(LAMP, pick_up=True)
    sourcer.is_ready(order)
    shop.says(order, LabelRequested(order, "P1", "postman"))
    shop.says(order, LabelBooked(order, "P1", "postman", "L1", "T1"))
    assert shop.state(order, "fulfilment/1") == "READY"
    assert not shop.tie_out()
