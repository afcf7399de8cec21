"""What a message will look at: the stock layers and earlier sales to be locked before it is folded."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.payments import PaymentDeclined
from tallystick.messages.returns import ReturnReceived
from tallystick.messages.sales import (
    CreditReported,
    DeadlinePassed,
    OrderCancellationRequested,
    OrderPlaced,
    SaleReported,
)
from tallystick.messages.stock import AdjustmentReported, ReceiptReported
from tallystick.processes.family import Family, data_of

Keys = Iterable[tuple[str, str]]


def _lines(data: Any, family: Family | None) -> Keys:
    return ((x.sku, data.location) for x in data.lines)


def _sale(data: SaleReported, family: Family | None) -> Keys:
    return ((x.sku, data.location) for x in (*data.goods, *data.giveaways))


def _credit(data: CreditReported, family: Family | None) -> Keys:
    return ((x.sku, data.location) for x in data.goods)


def _receipt(data: ReceiptReported, family: Family | None) -> Keys:
    skus = {*(x.sku for x in data.lines), *(x.sku for x in data.declared_costs)}
    return ((sku, data.location) for sku in skus)


def _order(data: Any, family: Family | None) -> Keys:
    order = data_of(family, "order") if family and "order" in family else None
    return ((x.sku, order.location) for x in order.lines) if order else ()


def _returned(data: ReturnReceived, family: Family | None) -> Keys:
    return ((x.sku, data.location) for x in data.lines)


def _dispatched(data: DispatchReported, family: Family | None) -> Keys:
    """What the order holds, and what left in its place."""
    order = data_of(family, "order") if family and "order" in family else None
    return {(x.sku, order.location) for x in (*order.lines, *data.lines)} if order else ()


_LAYERS: Final[dict[type[Struct], Callable[[Any, Family | None], Keys]]] = {
    OrderPlaced: _lines,
    AdjustmentReported: _lines,
    ReceiptReported: _receipt,
    SaleReported: _sale,
    CreditReported: _credit,
    ReturnReceived: _returned,
    DispatchReported: _dispatched,
    DispatchRefused: _order,
    OrderCancellationRequested: _order,
    DeadlinePassed: _order,
    PaymentDeclined: _order,
}


def layers_touched(data: Struct, family: Family | None) -> Keys:
    """Return (sku, location) of the layers *data* will move, given the family it belongs to."""
    find = _LAYERS.get(type(data))
    return find(data, family) if find else ()


def sales_touched(data: Struct) -> Keys:
    """Return (customer, sku) of the earlier sales *data* may take back."""
    if isinstance(data, CreditReported) and data.customer is not None:
        customer = data.customer
        return ((customer, x.sku) for x in data.goods)
    return ()
