"""Goods that the customer fetches: laid ready, fetched, or put back when nobody comes."""

from tallystick.messages.fulfilment import RecallShipment, ShipOrder
from tallystick.messages.payments import VoidPayment
from tallystick.messages.sales import CancelOrder
from tallystick.messages.sourcing.policy import SourcingRule
from tests.scenarios.shop import Shop
from tests.scenarios.sourcer import Sourcer


def _to_be_fetched(shop: Shop, sourcer: Sourcer, units: int = 2) -> str:
    """Lamps are to be fetched in the London shop, and the money is held."""
    sourcer.follows(SourcingRule("shops", ("shop",)))
    shop.receives(5, "LAMP", "4.00 EUR", at="SHOP1")
    order = sourcer.sells((units, "LAMP", "12.00 EUR"), pick_up=True)
    (asked,) = shop.asks(ShipOrder)
    assert (asked.location, asked.pick_up) == ("SHOP1", True)
    return order


def test_goods_are_laid_ready_and_fetched(shop: Shop, sourcer: Sourcer) -> None:
    """Revenue and cost are booked when the customer takes them, not when they lie ready."""
    order = _to_be_fetched(shop, sourcer)
    sourcer.is_ready(order)
    assert shop.state(order, "fulfilment/1") == "READY"
    shop.book_shows("""
        stock:reserved:SHOP1        2  LAMP
        revenue:web              0.00  EUR
    """)
    shop.waits(hours=24 * 6)
    sourcer.sends(order, "SHOP1", (1, "LAMP", 2))
    shop.captures(order, "24.00 EUR")
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:SHOP1        3  LAMP
        revenue:web            -24.00  EUR
        cost_of_sales:web        8.00  EUR
        receivable:web           0.00  EUR
    """)


def test_what_nobody_fetches_goes_back_on_the_shelf(shop: Shop, sourcer: Sourcer) -> None:
    """After a week the shop is told, the units are sellable again, and the money is let go of. Nobody else is asked."""
    order = _to_be_fetched(shop, sourcer)
    shop.receives(5, "LAMP", "4.00 EUR", at="SHOP2")
    sourcer.is_ready(order)
    shop.waits(hours=24 * 7 + 1)
    assert shop.state(order) == "CANCELLED"
    assert [c.location for c in shop.asks(RecallShipment)] == ["SHOP1"]
    assert (len(shop.asks(CancelOrder)), len(shop.asks(VoidPayment)), len(shop.asks(ShipOrder))) == (1, 1, 1)
    shop.voids(order)
    shop.book_shows("""
        stock:sellable:SHOP1        5  LAMP
        stock:reserved:SHOP1        0  LAMP
    """)


def test_part_is_fetched_and_the_rest_is_not(shop: Shop, sourcer: Sourcer) -> None:
    """The customer takes one of two lamps: the other goes back, and only one is paid."""
    order = _to_be_fetched(shop, sourcer)
    sourcer.is_ready(order)
    sourcer.sends(order, "SHOP1", (1, "LAMP", 1))
    shop.captures(order, "12.00 EUR")
    shop.waits(hours=24 * 7 + 1)
    assert shop.state(order) == "SHIPPED"
    shop.book_shows("""
        stock:sellable:SHOP1        4  LAMP
        revenue:web            -12.00  EUR
        receivable:web           0.00  EUR
    """)


def test_somebody_comes_too_late_and_is_served(shop: Shop, sourcer: Sourcer) -> None:
    """The goods were handed over although the order had ended: booked at its price, and somebody is told."""
    order = _to_be_fetched(shop, sourcer)
    sourcer.is_ready(order)
    shop.waits(hours=24 * 7 + 1)
    shop.voids(order)
    sourcer.sends(order, "SHOP1", (1, "LAMP", 2))
    assert "unheld_dispatch" in shop.told
    shop.book_shows("""
        stock:sellable:SHOP1        3  LAMP
        revenue:web            -24.00  EUR
    """)
