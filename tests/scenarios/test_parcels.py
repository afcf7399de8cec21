"""A channel that follows its parcels is told of each that leaves, once, after its money is asked for."""

from tallystick.messages.channels import TellShipment
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CapturePayment
from tallystick.messages.stock import HeldLine
from tests.scenarios.shop import Shop


def _ordered(shop: Shop) -> str:
    """Two lamps and a mug are ordered through a channel that follows its parcels, and the money is held."""
    shop.receives(10, "LAMP", "4.00 EUR")
    shop.receives(10, "MUG", "1.00 EUR")
    order = shop.writes((2, "LAMP", "12.00 EUR"), (1, "MUG", "5.00 EUR"))
    shop.follows(order)
    shop.says(order, shop.placed[order])
    shop.pays(order)
    return order


def _left(order: str, shipment: str, *lines: HeldLine) -> DispatchReported:
    return DispatchReported(order, shipment, lines, "Post", f"1Z-{shipment}")


def test_a_channel_hears_of_each_parcel_with_its_way(shop: Shop) -> None:
    """The lamps leave, then the mug: each parcel is told with its own lines, carrier and tracking number."""
    order = _ordered(shop)
    shop.says(order, _left(order, "S1", HeldLine(1, "LAMP", 2)))
    shop.says(order, _left(order, "S2", HeldLine(2, "MUG", 1)))
    assert shop.asks(TellShipment) == [
        TellShipment("web", order, "S1", (HeldLine(1, "LAMP", 2),), "Post", "1Z-S1"),
        TellShipment("web", order, "S2", (HeldLine(2, "MUG", 1),), "Post", "1Z-S2"),
    ]


def test_a_parcel_that_is_reported_again_is_told_once(shop: Shop) -> None:
    """The warehouse says it twice; the customer hears it once."""
    order = _ordered(shop)
    for _ in range(2):
        shop.says(order, _left(order, "S1", HeldLine(1, "LAMP", 2)))
    assert len(shop.asks(TellShipment)) == 1


def test_the_money_is_asked_for_before_the_parcel_is_told(shop: Shop) -> None:
    """A shop does not ship what is unpaid there: commands of one order leave in order, the capture first."""
    order = _ordered(shop)
    shop.says(order, _left(order, "S1", HeldLine(1, "LAMP", 2), HeldLine(2, "MUG", 1)))
    kinds = [type(c) for c in shop.asked]
    assert kinds.index(CapturePayment) < kinds.index(TellShipment)


def test_what_nobody_ordered_is_not_told(shop: Shop) -> None:
    """Three lamps left where two were ordered: the shop knows of two, and the third is a break."""
    order = _ordered(shop)
    shop.says(order, _left(order, "S1", HeldLine(1, "LAMP", 3)))
    (told,) = shop.asks(TellShipment)
    assert told.lines == (HeldLine(1, "LAMP", 2),)
    assert shop.told == ["over_dispatch"]


def test_goods_that_left_after_the_order_was_cancelled_are_not_told(shop: Shop) -> None:
    """The shop has ended the order and has no such lines any more."""
    order = _ordered(shop)
    shop.cancels(order)
    shop.will_not_ship(order)
    shop.says(order, _left(order, "S1", HeldLine(1, "LAMP", 2)))
    assert shop.asks(TellShipment) == []


def test_a_parcel_without_a_number_is_known_by_its_report(shop: Shop) -> None:
    """Two parcels without a number are two, also in the shop."""
    order = _ordered(shop)
    for _ in range(2):
        shop.says(order, DispatchReported(order, "", (HeldLine(1, "LAMP", 1),)))
    first, second = shop.asks(TellShipment)
    assert first.shipment
    assert first.shipment != second.shipment


def test_a_channel_that_does_not_follow_is_told_nothing(shop: Shop) -> None:
    """Nobody would take the command, and it would keep back those behind it."""
    shop.receives(10, "LAMP", "4.00 EUR")
    shop.ships(shop.sells(2, "LAMP", "12.00 EUR"))
    assert shop.asks(TellShipment) == []
