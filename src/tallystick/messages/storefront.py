"""The storefront: what a shop is told of products it sells and of parcels its customers wait for."""

from msgspec import Struct

from tallystick.messages.stock import HeldLine
from tallystick.model.amount import NaturalMinor


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
