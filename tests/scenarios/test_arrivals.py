"""Labels and parcels: booked, refused, cancelled; on their way, stuck, delivered, back; and the order that is complete."""

from datetime import timedelta

import pytest

from tallystick.engine.answer import Answer
from tallystick.messages.channels import TellShipment
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.partners.parcels import (
    BookLabel,
    LabelBooked,
    LabelCancellationRequested,
    LabelRefused,
    LabelRequested,
    LabelVoided,
    ParcelDelivered,
    ParcelStatus,
    ParcelTracked,
    Size,
    VoidLabel,
)
from tallystick.messages.returns import ReturnRequested
from tallystick.messages.stock import HeldLine
from tallystick.processes.partners import parcel
from tests.scenarios.shop import Shop

BOOKED = ("L-1", "00340434161094015902", "https://labels.example/L-1")


def labels(shop: Shop, order: str, name: str = "S1", rma: str = "") -> Answer:
    """The packer wants a label, and the carrier books it."""
    shop.says(order, LabelRequested(order, name, "postman", Size(1200, 300, 200, 100), recipient="person:1", rma=rma))
    return shop.says(order, LabelBooked(order, name, "postman", *BOOKED))


def tracks(shop: Shop, order: str, status: ParcelStatus, name: str = "S1") -> Answer:
    """The carrier says where a parcel is."""
    return shop.says(order, ParcelTracked(order, name, status, "postman", BOOKED[1], "at the depot"))


def tracked_before(shop: Shop, order: str) -> Answer:
    """The carrier says where a parcel was three hours ago."""
    report = ParcelTracked(order, "S1", "in_transit", "postman", BOOKED[1])
    return shop.hears(f"order/{order}", report, at=shop.now - timedelta(hours=3))


def sold(shop: Shop, *, follows: bool = False) -> str:
    """Two lamps are sold and paid."""
    shop.receives(2, "LAMP", cost="4.00 EUR")
    order = shop.writes((2, "LAMP", "12.00 EUR"))
    if follows:
        shop.follows(order)
    shop.says(order, shop.placed[order])
    shop.pays(order)
    return order


def dispatched(shop: Shop, order: str, quantity: int = 2, name: str = "S1") -> None:
    """The parcel leaves, and its money is taken."""
    shop.says(order, DispatchReported(order, name, (HeldLine(1, "LAMP", quantity),)))


def test_a_parcel_from_label_to_door(shop: Shop) -> None:
    """A label is booked, goods leave under it, the shop is told the number, and with the arrival the order is complete."""
    order = sold(shop, follows=True)
    assert labels(shop, order).detail == dict(zip(("label", "tracking", "document"), BOOKED, strict=True))
    asked = BookLabel("postman", order, "S1", Size(1200, 300, 200, 100), recipient="person:1")
    assert shop.asks(BookLabel) == [asked]
    dispatched(shop, order)
    tracks(shop, order, "collected")
    tracks(shop, order, "in_transit")
    assert (shop.state(order), shop.state(order, "parcel/S1")) == ("SHIPPED", "ON_ITS_WAY")
    tracks(shop, order, "delivered")
    assert (shop.state(order), shop.state(order, "parcel/S1")) == ("COMPLETED", "DELIVERED")
    told = [(c.carrier, c.tracking, c.is_delivered) for c in shop.asks(TellShipment)]
    assert told == [("postman", BOOKED[1], False), ("postman", BOOKED[1], True)]
    facts = [f for e in shop.book.entries for f in e.facts if isinstance(f, ParcelDelivered)]
    assert facts == [ParcelDelivered(order, "S1", "postman", BOOKED[1])]
    shop.book_shows("""
        revenue:web           -24.00  EUR
        stock:sellable:WH1     0      LAMP
        cost_of_sales:web      8.00   EUR
    """)
    assert not shop.tie_out()


def test_an_order_is_complete_with_its_last_parcel(shop: Shop) -> None:
    """Two parcels: one arrives before the other has left; the second completes it, whatever comes first."""
    order = sold(shop)
    dispatched(shop, order, 1, "S1")
    tracks(shop, order, "delivered", "S1")
    assert shop.state(order) == "PARTLY_SHIPPED"
    tracks(shop, order, "delivered", "S2")  # the carrier is quicker than the warehouse's report
    dispatched(shop, order, 1, "S2")
    assert shop.state(order) == "COMPLETED"
    assert not shop.tie_out()


def test_a_complete_order_takes_goods_back_like_any_other(shop: Shop) -> None:
    """What has arrived can come back, and its money with it."""
    order = sold(shop)
    dispatched(shop, order)
    shop.captures(order, "24.00 EUR", "c1")
    tracks(shop, order, "delivered")
    shop.takes_back(order, 1)
    shop.refunds(order)
    assert shop.state(order) == "COMPLETED"
    shop.book_shows("""
        stock:sellable:WH1     1      LAMP
        receivable:web         0.00  EUR
        psp_clearing:stripe   12.00  EUR
    """)
    assert not shop.tie_out()


def test_a_parcel_that_is_stuck_is_told_and_settled_when_it_arrives(shop: Shop) -> None:
    """The carrier cannot go on: a break with its reason; an older word changes nothing; the arrival settles it."""
    order = sold(shop)
    dispatched(shop, order)
    tracks(shop, order, "exception")
    assert (shop.told, shop.state(order, "parcel/S1")) == (["parcel_exception"], "STUCK")
    assert tracked_before(shop, order).outcome == "older"
    assert shop.state(order, "parcel/S1") == "STUCK"
    tracks(shop, order, "delivered")
    assert "parcel_exception" in shop.book.entries[-1].explained
    assert not shop.tie_out()


def test_a_parcel_that_comes_back_is_told(shop: Shop) -> None:
    """Nobody opened the door: somebody must take it in, and decide about the money."""
    order = sold(shop)
    dispatched(shop, order)
    tracks(shop, order, "returned")
    assert (shop.told, shop.state(order)) == (["parcel_returned"], "SHIPPED")
    assert not shop.tie_out()


def test_a_parcel_nobody_hears_of_is_told(shop: Shop) -> None:
    """Two weeks on its way: somebody must ask the carrier."""
    order = sold(shop)
    dispatched(shop, order)
    shop.captures(order, "24.00 EUR", "c1")
    tracks(shop, order, "collected")
    shop.waits(hours=14 * 24 + 1)
    assert "parcel_overdue" in shop.told
    assert not shop.tie_out()


def test_a_label_that_is_not_wanted_is_cancelled(shop: Shop) -> None:
    """Before it came and after it came: the carrier is asked to cancel it; packed anew, another is booked."""
    order = sold(shop)
    shop.says(order, LabelRequested(order, "S1", "postman"))
    shop.says(order, LabelCancellationRequested(order, "S1"))
    shop.says(order, LabelBooked(order, "S1", "postman", *BOOKED))
    assert shop.asks(VoidLabel) == [VoidLabel("postman", order, "S1", "L-1")]
    shop.says(order, LabelVoided(order, "S1"))
    labels(shop, order)
    assert shop.says(order, LabelCancellationRequested(order, "S1")).outcome == "asked"
    shop.says(order, LabelRefused(order, "S1", "collected already"))
    assert (shop.told, shop.state(order, "parcel/S1")) == (["label_not_voided"], "LABELLED")
    tracks(shop, order, "collected")
    assert shop.says(order, LabelCancellationRequested(order, "S1")).outcome == "too_late"


def test_a_refused_label_is_told_and_asked_of_another(shop: Shop) -> None:
    """Too heavy for this one: the packer hears it, and asks the next."""
    order = sold(shop)
    shop.says(order, LabelRequested(order, "S1", "postman", Size(90_000)))
    shop.says(order, LabelRefused(order, "S1", "above 31.5 kg"))
    assert shop.told == ["label_refused"]
    shop.says(order, LabelRequested(order, "S1", "haulier", Size(90_000)))
    assert [c.carrier for c in shop.asks(BookLabel)] == ["postman", "haulier"]


def test_a_label_for_a_return(shop: Shop) -> None:
    """The customer asks to send a lamp back and gets a label: its arrival books nothing, for nobody has looked at it yet."""
    order = sold(shop)
    dispatched(shop, order)
    shop.captures(order, "24.00 EUR", "c1")
    shop.says(order, ReturnRequested(order, "R1", (HeldLine(1, "LAMP", 1),)))
    labels(shop, order, "B1", rma="R1")
    assert shop.asks(BookLabel)[0].is_return
    tracks(shop, order, "delivered", "B1")
    assert (shop.state(order), shop.state(order, "parcel/B1")) == ("SHIPPED", "DELIVERED")
    assert not [f for e in shop.book.entries for f in e.facts if isinstance(f, ParcelDelivered)]
    assert not shop.tie_out()


def test_twin_an_older_word_moves_the_parcel_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that believes the last word to come would lose the exception: this story tells the two apart."""
    monkeypatch.setattr(parcel, "replace", lambda data, **new: type(data)(**{**_fields(data), **new, "said_at": None}))
    order = sold(shop)
    dispatched(shop, order)
    tracks(shop, order, "exception")
    tracked_before(shop, order)
    assert shop.state(order, "parcel/S1") == "ON_ITS_WAY"


def _fields(data: object) -> dict[str, object]:
    return {name: getattr(data, name) for name in data.__struct_fields__}  # type: ignore[attr-defined]
