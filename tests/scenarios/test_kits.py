"""Kits: held, sent and brought back as their components, each at its share of the price."""

from msgspec.structs import replace

from tallystick.messages.returns import LossClaimed, ReturnedLine, ReturnReceived
from tallystick.messages.sales import OrderLine
from tallystick.messages.selling.kits import KitPart, KitSold
from tallystick.messages.stock import HeldLine
from tests.scenarios.shop import Shop


def _kits(shop: Shop, quantity: int) -> str:
    """Order kits of a lamp and two shades, at 15.00 each of which a third is the shades'."""
    order = shop.writes((1, "LAMP", "1.00 EUR"))
    lines = (OrderLine(1, "LAMP", quantity, 1000 * quantity), OrderLine(2, "SHADE", 2 * quantity, 500 * quantity))
    kit = KitSold(1, "SET", quantity, (KitPart(1, 1), KitPart(2, 2)))
    shop.placed[order] = replace(shop.placed[order], lines=lines, kits=(kit,))
    shop.says(order, shop.placed[order])
    return order


def test_a_kit_goes_and_comes_back_as_one(shop: Shop) -> None:
    """Components leave the shelf at their own cost; the kit that comes back puts them there again, at their shares of the price."""
    shop.receives(5, "LAMP", "4.00 EUR")
    shop.receives(9, "SHADE", "1.00 EUR")
    order = _kits(shop, 3)
    shop.book_shows("""
        stock:reserved:WH1             3 LAMP
        stock:reserved:WH1             6 SHADE
    """)
    shop.pays(order)
    shop.ships(order)
    shop.captures(order, "45.00 EUR")
    back = ReturnReceived(order, "R1", "WH1", (ReturnedLine(1, "SET", 1, "sellable"),))
    shop.says(order, back)
    shop.refunds(order)
    shop.says(order, LossClaimed(order, "C1", (HeldLine(1, "SET", 1),)))
    shop.refunds(order)
    shop.book_shows("""
        stock:sellable:WH1             3 LAMP
        stock:sellable:WH1             5 SHADE
        revenue:web               -45.00 EUR
        sales_credits:web          30.00 EUR
        receivable:web              0.00 EUR
        psp_clearing:stripe        15.00 EUR
        parcels_lost:web            6.00 EUR
    """)
    assert shop.told == []
    assert ("SET", "WH1") not in shop.book.loaded.layers


def test_a_kit_whose_component_lacks_is_refused_whole(shop: Shop) -> None:
    """Lamps for ten, shades for two: a third kit is not to be had, and nothing is held for it."""
    shop.receives(10, "LAMP", "4.00 EUR")
    shop.receives(5, "SHADE", "1.00 EUR")
    assert shop.state(_kits(shop, 2)) == "RESERVED"
    assert shop.state(_kits(shop, 1)) == "REFUSED"
    shop.book_shows("""
        stock:reserved:WH1             2 LAMP
        stock:reserved:WH1             4 SHADE
    """)
