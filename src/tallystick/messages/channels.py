"""Channels: what a shop or marketplace is told: units and products to show, and parcels its customers wait for."""

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
    """Command to a channel: sell *sku* under this name and price (of a unit, net of tax). The last one counts."""

    channel: str
    sku: str
    name: str
    currency: str
    price: NaturalMinor
    is_sold: bool = True


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
