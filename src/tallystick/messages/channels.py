"""Channels: what a shop or marketplace is told: units and products to show, parcels; and what its customers are told."""

from typing import Literal

from msgspec import Struct

from tallystick.messages.stock import HeldLine
from tallystick.model.amount import NaturalMinor, NaturalUnits


class SetStock(Struct, frozen=True, gc=False):
    """Command to a channel: show *available* units of *sku* from now on. The last one counts.

    *version* grows per (channel, sku); an older one after a newer one is ignored.
    """

    channel: str
    sku: str
    available: NaturalUnits
    version: int


class StockAsked(Struct, frozen=True, gc=False, omit_defaults=True):
    """Question to a keeper of stock: what it shows or counts now of these *skus*; none named: of all it has."""

    keeper: str
    skus: tuple[str, ...] = ()


class PublishProduct(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to a channel: sell *sku* under this name and price (of a unit, as the channel counts it). The last one counts.

    An empty *description* leaves what stands there alone.
    """

    channel: str
    sku: str
    name: str
    currency: str
    price: NaturalMinor
    is_sold: bool = True
    description: str = ""


class TellShipment(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to a channel: these lines of an order left as *shipment*; its customer can follow *tracking*.

    *is_delivered* says that they have arrived.
    """

    channel: str
    order: str
    shipment: str
    lines: tuple[HeldLine, ...]
    carrier: str = ""
    tracking: str = ""
    is_delivered: bool = False


NoticeKind = Literal[
    "confirmed",
    "waiting",
    "shipped",
    "cancelled",
    "refunded",
    "returned",
    "return_authorised",
    "return_refused",
    "return_credited",
    "return_rejected",
]
"""What customers are told of. `ready` (for pick-up) is kept free for the day when a location says so."""


class TellCustomer(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to whoever writes to customers: tell *customer*, the vault's reference, what became of an order.

    Nothing of a person stands here: name, address and language are looked up when the notice leaves. *lines* are those
    it is about, none for all of the order; *amount* is in *currency*, tax included.
    """

    channel: str
    order: str
    kind: NoticeKind
    customer: str
    lines: tuple[HeldLine, ...] = ()
    currency: str = ""
    amount: NaturalMinor = 0
    shipment: str = ""
    carrier: str = ""
    tracking: str = ""
