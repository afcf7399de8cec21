"""What a message will look at: the stock layers and earlier sales to be locked before it is folded."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from tallystick.decisions.sourcing.atlas import Atlas
from tallystick.messages.availability import AllocationRequested, InboundAnnounced, InboundCancelled
from tallystick.messages.buying import reports as buying
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.golive.reports import OrderTakenOver, TakeoverApproved
from tallystick.messages.oversells import TurnCame
from tallystick.messages.partners.screening import OrderScreened, ScreeningRuled
from tallystick.messages.payments import PaymentDeclined, VoidRequested
from tallystick.messages.reservations import (
    ReservationReleased,
    ReservationRequested,
    ReservationTransferRequested,
)
from tallystick.messages.returning.reports import ReturnInspected, ReturnRefurbished
from tallystick.messages.returns import ReturnReceived
from tallystick.messages.sales import (
    CreditReported,
    DeadlinePassed,
    OrderCancellationRequested,
    OrderLineCancellationRequested,
    OrderPlaced,
    SaleReported,
)
from tallystick.messages.selling.types import REPORTS as CARD_REPORTS
from tallystick.messages.sourcing.decided import SourcingRequested
from tallystick.messages.sourcing.policy import UNPLACED
from tallystick.messages.stock import AdjustmentReported, ReceiptReported
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import GIFT_CARD, INBOUND, PURCHASE, TENDERS, member_of
from tallystick.processes.sourcing.sought import sought_again, sought_of
from tallystick.processes.stocking.footprint import LAYERS as STOCKING

Keys = Iterable[tuple[str, str]]


def _lines(data: Any, family: Family | None) -> Keys:
    return ((x.sku, data.location) for x in data.lines)


def _sale(data: SaleReported, family: Family | None) -> Keys:
    return ((x.sku, data.location) for x in (*data.goods, *data.giveaways))


def _credit(data: CreditReported, family: Family | None) -> Keys:
    return ((x.sku, data.location) for x in data.goods)


def _receipt(data: ReceiptReported, family: Family | None) -> Keys:
    skus = {*(x.sku for x in data.lines), *(x.sku for x in data.declared_costs)}
    here = {(sku, data.location) for sku in skus}
    return {*here, *_inbound(data, family)} if data.inbound else here


def _inbound(data: Any, family: Family | None) -> Keys:
    """What is expected under an announcement, at the location it was announced for."""
    known = data_of(family, INBOUND) if family and INBOUND in family else None
    return ((sku, known.location) for sku in known.announced if known.location) if known else ()


def _announced(data: InboundAnnounced, family: Family | None) -> Keys:
    return {*_lines(data, family), *_inbound(data, family)}


def _placed(data: OrderPlaced, family: Family | None) -> Keys:
    """What the order wants, and what the reservation it names holds; one to be sourced looks at every candidate."""
    if data.location in UNPLACED:
        return ()
    return {*_lines(data, family), *_reserved(data, family)} if data.reservation else _lines(data, family)


def _reserved(data: Any, family: Family | None) -> Keys:
    name = member_of(data)
    known = data_of(family, name) if family and name in family else None
    return ((x.sku, known.location) for x in known.lines) if known else ()


def _moved(data: ReservationTransferRequested, family: Family | None) -> Keys:
    here = set(_reserved(data, family))
    return {*here, *((sku, data.location) for sku, _ in here)} if data.location else here


def _overdue(data: DeadlinePassed, family: Family | None) -> Keys:
    if data.member.startswith("reservation/"):
        return _reserved(data, family)
    return _order(data, family)


def _order(data: Any, family: Family | None) -> Keys:
    order = data_of(family, "order") if family and "order" in family else None
    if order is None:
        return ()
    if order.places:
        return {(x.sku, place.location) for place in order.places for x in order.lines}
    return ((x.sku, order.location) for x in order.lines) if order.location else ()


def _returned(data: Any, family: Family | None) -> Keys:
    order = data_of(family, "order") if family and "order" in family else None
    kits = {k.sku for k in order.kits} if order else set()
    return ((x.sku, data.location) for x in data.lines if x.sku not in kits)


def _dispatched(data: DispatchReported, family: Family | None) -> Keys:
    """What the order holds, and what left in its place."""
    order = data_of(family, "order") if family and "order" in family else None
    if order is None:
        return ()
    if order.places or data.location not in {"", order.location}:
        skus = {x.sku for x in (*order.lines, *data.lines)}
        places = {data.location, order.location, *(x.location for x in order.places)} - {""}
        return {(sku, place) for sku in skus for place in places}
    return {(x.sku, order.location) for x in (*order.lines, *data.lines)} if order.location else ()


def _bought(data: Any, family: Family | None) -> Keys:
    """What a purchase is for, at its location, and what came or left in its name."""
    known = data_of(family, PURCHASE) if family and PURCHASE in family else None
    told = [x.sku for x in getattr(data, "lines", ()) if hasattr(x, "sku")]
    here = {(x.sku, data.location) for x in data.lines} if isinstance(data, buying.PurchasePlaced) else set()
    return {*here, *((sku, known.location) for sku in (*told, *(x.sku for x in known.lines)))} if known else here


def _taken_over(data: OrderTakenOver, family: Family | None) -> Keys:
    return ((x.sku, data.taken.location) for x in data.taken.lines)


def _opened(data: TakeoverApproved, family: Family | None) -> Keys:
    return ((x.sku, x.location) for x in data.opening.stock)


_LAYERS: Final[dict[type[Struct], Callable[[Any, Family | None], Keys]]] = {
    OrderPlaced: _placed,
    AllocationRequested: _lines,
    InboundAnnounced: _announced,
    InboundCancelled: _inbound,
    ReservationRequested: _lines,
    ReservationReleased: _reserved,
    ReservationTransferRequested: _moved,
    AdjustmentReported: _lines,
    ReceiptReported: _receipt,
    SaleReported: _sale,
    CreditReported: _credit,
    ReturnReceived: _returned,
    ReturnInspected: _returned,
    ReturnRefurbished: _returned,
    DispatchReported: _dispatched,
    DispatchRefused: _order,
    OrderCancellationRequested: _order,
    OrderLineCancellationRequested: _order,
    VoidRequested: _order,
    DeadlinePassed: _overdue,
    PaymentDeclined: _order,
    **dict.fromkeys(buying.REPORTS, _bought),
    **STOCKING,
    TurnCame: _order,
    OrderTakenOver: _taken_over,
    TakeoverApproved: _opened,
    SourcingRequested: _order,
    OrderScreened: _order,
    ScreeningRuled: _order,
}


def layers_touched(data: Struct, family: Family | None) -> Keys:
    """Return (sku, location) of the layers *data* will move, given the family it belongs to."""
    find = _LAYERS.get(type(data))
    return find(data, family) if find else ()


def shelves_sourced(data: Struct, family: Family | None, atlas: Atlas) -> Keys:
    """Return (product, location) of all that is looked at to source an order, or what is left of one, by *atlas*."""
    if isinstance(data, OrderPlaced):
        return atlas.shelves(sought_of(data)) if data.location in UNPLACED else ()
    if not isinstance(data, DispatchRefused | DeadlinePassed | SourcingRequested):
        return ()
    order = data_of(family, "order") if family and "order" in family else None
    return atlas.shelves(sought_again(order)) if order is not None and order.sourced else ()


def cards_touched(data: Any, family: Family | None) -> Iterable[str]:
    """Return the gift cards that *data* may move: those it names, or those its order is paid with."""
    if isinstance(data, OrderPlaced):
        return [x.card for x in data.cards]
    if isinstance(data, CARD_REPORTS):
        return (data.card,)
    if family and TENDERS in family:
        return [x.card for x in data_of(family, TENDERS).parts if x.card]
    return (data_of(family, GIFT_CARD).card,) if family and GIFT_CARD in family else ()


def sales_touched(data: Struct) -> Keys:
    """Return (customer, sku) of the earlier sales *data* may take back."""
    if isinstance(data, CreditReported) and data.customer is not None:
        customer = data.customer
        return ((customer, x.sku) for x in data.goods)
    return ()
