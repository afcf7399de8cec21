"""Fulfilment: goods leaving for a customer, and the warehouse's word for it."""

from msgspec import UNSET, Struct, UnsetType

from tallystick.messages.sales import ServiceLine
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import Minor, Units


class DispatchReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a parcel left. It knows neither price nor cost; *lines* name order lines.

    *shipment* is booked once, however often it is reported; without it, each report is a parcel of its own. *carrier*
    and *tracking* are what the location says of its way, for whoever waits for it.
    """

    order: str
    shipment: str
    lines: tuple[HeldLine, ...]
    carrier: str = ""
    tracking: str = ""


class DispatchRefused(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the location will not ship these *lines*; none named: nothing of what is still open of the order."""

    order: str
    reason: str
    lines: tuple[HeldLine, ...] = ()


class DispatchedLine(Struct, frozen=True, gc=False):
    """A line that left, fully valued; *jurisdiction* says whose its tax is where it is not the order's."""

    line: int
    sku: str
    quantity: Units
    net: Minor
    tax: Minor
    cost: Minor
    jurisdiction: str | UnsetType = UNSET


class GoodsDispatched(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: control passed to the customer (IFRS 15.38): units, revenue, tax and cost in one entry.

    *lines* were held for the order; *unheld* ones left although the order no longer held them. *services* are earned
    with the first goods that leave.
    """

    order: str
    shipment: str
    channel: str
    location: str
    jurisdiction: str
    currency: str
    lines: tuple[DispatchedLine, ...] = ()
    unheld: tuple[DispatchedLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()


class ShipOrder(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to the location: send these lines to *recipient*, whom the vault knows by this reference."""

    order: str
    location: str
    lines: tuple[HeldLine, ...]
    recipient: str = ""


class RecallShipment(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to the location: do not send what has not left yet."""

    order: str
    location: str = ""


class RecallLines(Struct, frozen=True, gc=False):
    """Command to the location: do not send these units, if they have not left; refuse them if you do not."""

    order: str
    location: str
    lines: tuple[HeldLine, ...]


class RedirectShipment(Struct, frozen=True, gc=False):
    """Command to the location: what has not left goes to *recipient* instead."""

    order: str
    location: str
    recipient: str


class ReleaseShipment(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (order to fulfilment): the money is safe, the goods may go."""

    location: str
    lines: tuple[HeldLine, ...]
    recipient: str = ""


class TrimShipment(Struct, frozen=True, gc=False):
    """Tell (order to fulfilment): these units are not wanted any more."""

    lines: tuple[HeldLine, ...]


class ChangeRecipient(Struct, frozen=True, gc=False):
    """Tell (order to fulfilment): what has not left goes to somebody else."""

    recipient: str


class StopShipment(Struct, frozen=True, gc=False):
    """Tell (order to fulfilment): stop what has not left."""


class GoodsLeft(Struct, frozen=True, gc=False):
    """Tell (fulfilment to order): these lines left under *shipment*."""

    shipment: str
    lines: tuple[HeldLine, ...]


class ShipmentStopped(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (fulfilment to order): these *lines* will not be sent; none named: nothing of what was still open."""

    reason: str
    lines: tuple[HeldLine, ...] = ()


class ShowParcel(Struct, frozen=True, gc=False):
    """Tell (order to fulfilment): *channel* follows its parcels, and these *lines* of the order left in the one at hand."""

    channel: str
    lines: tuple[HeldLine, ...]
