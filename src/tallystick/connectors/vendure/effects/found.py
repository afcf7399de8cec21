"""An order looked up in the shop, and what is open of it there."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tallystick.connectors.vendure import questions
from tallystick.connectors.vendure.client import Vendure
from tallystick.connectors.vendure.wire import CANCELLED, Fulfillment, Order
from tallystick.kit.marks import Mark, one_bears
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Rejected


def order_named(client: Vendure, code: str) -> Order:
    """Return the order that the shop calls *code*; raise `Rejected` where it knows none."""
    options: dict[str, Any] = {"filter": {"code": {"eq": code}}, "take": 1}
    items = client.read(questions.ORDERS, options=options)["orders"]["items"]
    if not items:
        raise Rejected(f"order: the shop knows no {code!r}: see the setting `order_prefix`")
    try:
        return msgspec.convert(items[0], Order)
    except msgspec.ValidationError as wrong:
        raise Rejected(f"order {code}: the shop's own answer cannot be read: {wrong}") from wrong


def fulfilled(order: Order) -> dict[str, int]:
    """Return how many units of each line are in parcels, by the line's id."""
    found: dict[str, int] = {}
    for parcel in order.fulfillments or ():
        if parcel.state != CANCELLED:
            for line in parcel.lines:
                found[line.order_line_id] = found.get(line.order_line_id, 0) + line.quantity
    return found


def open_lines(order: Order, wanted: Iterable[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Return what has neither left nor been cancelled, as Vendure takes it; no more than is *wanted*, where that is said."""
    gone = fulfilled(order)
    most = None if wanted is None else {x["orderLineId"]: x["quantity"] for x in wanted}
    found = []
    for line in order.lines:
        units = line.quantity - gone.get(line.id, 0)
        units = units if most is None else min(units, most.get(line.id, 0))
        if units > 0:
            found.append({"orderLineId": line.id, "quantity": units})
    return found


def parcel_of(order: Order, tracking: str) -> Fulfillment | None:
    """Return the parcel that goes under a *tracking* code."""
    for parcel in order.fulfillments or ():
        if parcel.tracking_code == tracking and parcel.state != CANCELLED:
            return parcel
    return None


def lines_of(lines: Iterable[HeldLine], order: Order) -> list[dict[str, Any]]:
    """Return lines of ours as Vendure takes them: they are numbered as they stand in its order."""
    found = []
    for line in lines:
        if not 0 < line.line <= len(order.lines) or order.lines[line.line - 1].product_variant.sku != line.sku:
            raise Rejected(f"order {order.code}: line {line.line} of {line.sku} is not in it")
        found.append({"orderLineId": order.lines[line.line - 1].id, "quantity": line.quantity})
    return found


def paid_back(order: Order, mark: Mark) -> int:
    """Return what refunds that bear *mark* come to, whether paid already or under way."""
    claims = order.notes()
    total = 0
    for refund in order.refunds:
        texts = (refund.reason, *(note for note in claims if f"refund {refund.id} " in note))
        if refund.state != "Failed" and one_bears(texts, mark):
            total += refund.total
    return total
