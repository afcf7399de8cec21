"""Fulfilment: goods leaving for a customer, and the warehouse's word for it."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from tallystick.messages.marketplaces.terms import CollectedTax
from tallystick.messages.sales import ServiceLine
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import Minor, Units


class DispatchReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a parcel left. It knows neither price nor cost; *lines* name order lines.

    *shipment* is booked once, however often it is reported; without it, each report is a parcel of its own. *carrier*
    and *tracking* are what the location says of its way, for whoever waits for it. *location* is who sent it, where
    several send one order; without it, it is whoever was asked for these lines.
    """

    order: str
    shipment: str
    lines: tuple[HeldLine, ...]
    carrier: str = ""
    tracking: str = ""
    location: str = ""


class DispatchRefused(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the location will not ship these *lines*; none named: nothing of what it was asked for and has not sent.

    *location* is who refuses, where several were asked for one order.
    """

    order: str
    reason: str
    lines: tuple[HeldLine, ...] = ()
    location: str = ""


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
    with the first goods that leave. *carrier* and *tracking* are those of a label that we booked for the shipment. Tax that a
    marketplace *collected* is told beside the lines, which then have none.
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
    collected: tuple[CollectedTax, ...] = ()
    carrier: str = ""
    tracking: str = ""


class ShipOrder(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to the location: send these lines to *recipient*, whom the vault knows by this reference.

    With *pick_up*, the customer fetches them: they are laid ready, and the location says when they are.
    """

    order: str
    location: str
    lines: tuple[HeldLine, ...]
    recipient: str = ""
    pick_up: bool = False


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
    """Tell (order to fulfilment): the money is safe, the goods may go, or be laid ready for *pick_up*.

    Where a marketplace says so, all must go by *ship_by*.
    """

    location: str
    lines: tuple[HeldLine, ...]
    recipient: str = ""
    ship_by: datetime | None = None
    pick_up: bool = False


class ReleaseMore(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (order to fulfilment): a location is to send these lines as well, for another will not."""

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


class GoodsLeft(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (fulfilment number *fulfilment* to order): these lines left under *shipment*, from *location* if it is known.

    *carrier* and *tracking* are those of a label of ours, where it has one.
    """

    shipment: str
    lines: tuple[HeldLine, ...]
    fulfilment: int = 1
    location: str = ""
    carrier: str = ""
    tracking: str = ""


class ShipmentStopped(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (fulfilment number *fulfilment* to order): these *lines* will not be sent; none named: nothing still open."""

    reason: str
    lines: tuple[HeldLine, ...] = ()
    fulfilment: int = 1


class ShowParcel(Struct, frozen=True, gc=False):
    """Tell (order to fulfilment): *channel* follows its parcels, and these *lines* of the order left in the one at hand."""

    channel: str
    lines: tuple[HeldLine, ...]
