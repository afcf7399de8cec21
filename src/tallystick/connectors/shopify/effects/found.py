"""An order looked up in the shop: what is open, held, taken and paid back of it, and our notes on it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.shopify import questions
from tallystick.connectors.shopify.client import Shopify
from tallystick.connectors.shopify.paid import AUTHORIZATION, CAPTURE, REFUND, SALE, VOID, Deal, deals_in
from tallystick.connectors.shopify.setup import Setup, gid, tail
from tallystick.connectors.shopify.wire import Graphic, GraphicBag, Movement, Notes
from tallystick.kit.currencies import minor_of
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Rejected

NAMESPACE: Final = "tallystick"
LISTED_MAX: Final = 50
LINES_MAX: Final = 100


class Noted(Struct, frozen=True, omit_defaults=True):
    """Our note on an order about a command: its mark, what it asks, what was *taken* before, and a clerk's *refund* it claims."""

    mark: str
    what: str
    taken: int = 0
    refund: str = ""


class Line(Graphic, frozen=True):
    """A line: `unfulfilled_quantity` has neither left nor been taken off."""

    id: str
    quantity: int
    unfulfilled_quantity: int
    sku: str | None = None


class Lines(Graphic, frozen=True):
    """Lines of an order."""

    nodes: tuple[Line, ...]


class MadeRefund(Graphic, frozen=True):
    """A refund, ours or a clerk's."""

    id: str
    total_refunded_set: GraphicBag
    note: str | None = None


class Tracking(Graphic, frozen=True):
    """What a parcel is followed by."""

    number: str | None = None


class Parcel(Graphic, frozen=True):
    """A fulfilment."""

    id: str
    status: str
    display_status: str | None = None
    tracking_info: tuple[Tracking, ...] = ()


class Found(Graphic, frozen=True):
    """An order as the shop has it now."""

    id: str
    presentment_currency_code: str
    line_items: Lines
    cancelled_at: datetime | None = None
    refunds: tuple[MadeRefund, ...] = ()
    fulfillments: tuple[Parcel, ...] = ()
    transactions: tuple[Movement, ...] = ()
    metafields: Notes = Notes()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines as we number them."""
        return tuple(sorted(self.line_items.nodes, key=lambda line: int(tail(line.id))))

    @property
    def open(self) -> list[tuple[str, int]]:
        """What has neither left nor been taken off: lines by id, and units."""
        return [(line.id, line.unfulfilled_quantity) for line in self.lines if line.unfulfilled_quantity > 0]

    @property
    def deals(self) -> Sequence[Deal]:
        """Its successful transactions."""
        return deals_in(self.transactions)

    def note(self, key: str) -> str | None:
        """Return what our note under *key* says."""
        return next((n.value for n in self.metafields.nodes if n.key == note_key(key)), None)

    def taken(self) -> int:
        """Return what was taken so far."""
        return sum(d.minor for d in self.deals if d.kind in (CAPTURE, SALE))

    def held(self) -> list[tuple[Deal, int]]:
        """Return what is held, and how much of it may still be taken."""
        let_go = {d.parent for d in self.deals if d.kind == VOID}
        found = [(d, d.minor - self._under(d, CAPTURE)) for d in self.deals if d.kind == AUTHORIZATION]
        return [(d, left) for d, left in found if left > 0 and d.id not in let_go]

    def refundable(self) -> list[tuple[Deal, int]]:
        """Return what was taken, and how much of it may still be paid back."""
        found = [(d, d.minor - self._under(d, REFUND)) for d in self.deals if d.kind in (CAPTURE, SALE)]
        return [(d, left) for d, left in found if left > 0]

    def refunded(self, refund: MadeRefund) -> int:
        """Return what a refund comes to."""
        money = refund.total_refunded_set.presentment_money
        return minor_of(money.amount, money.currency_code)

    def _under(self, deal: Deal, kind: str) -> int:
        return sum(d.minor for d in self.deals if d.kind == kind and d.parent == deal.id)


def note_key(key: str) -> str:
    """Return the name of our note under a command's *key*; Shopify allows 64 characters of few kinds."""
    return "k" + hashlib.sha256(key.encode()).hexdigest()[:40]


def order_named(client: Shopify, setup: Setup, order: str) -> Found:
    """Return our *order* as the shop has it; raise `Rejected` where it knows none."""
    number = setup.number(order)
    found = (
        client.ask(questions.ORDER, id=gid("Order", number), first=LISTED_MAX)["order"] if number.isdecimal() else None
    )
    if found is None:
        raise Rejected(f"order: the shop knows no {number!r}: see the setting `order_prefix`")
    try:
        whole = msgspec.convert(found, Found)
    except msgspec.ValidationError as wrong:
        raise Rejected(f"order {order}: the shop's own answer cannot be read: {wrong}") from wrong
    lists = (whole.refunds, whole.fulfillments, whole.transactions, whole.metafields.nodes)
    if len(whole.line_items.nodes) >= LINES_MAX or max(map(len, lists)) >= LISTED_MAX:
        raise Rejected(f"order {order}: it has more lines, payments or parcels than are read: see to it in Shopify")
    return whole


def lines_of(lines: Iterable[HeldLine], order: Found) -> list[tuple[str, int]]:
    """Return lines of ours as ids of Shopify's and units."""
    theirs, found = order.lines, list[tuple[str, int]]()
    for line in lines:
        if not 0 < line.line <= len(theirs) or theirs[line.line - 1].sku != line.sku:
            raise Rejected(f"order {tail(order.id)}: line {line.line} of {line.sku} is not in it")
        found.append((theirs[line.line - 1].id, line.quantity))
    return found


def refund_lines(units: Iterable[tuple[str, int]], location: str) -> list[dict[str, Any]]:
    """Return units that are taken off before they left, as a refund has them."""
    return [{"lineItemId": i, "quantity": n, "restockType": "CANCEL", "locationId": location} for i, n in units]
