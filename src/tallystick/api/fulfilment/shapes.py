"""What is said of fulfilment over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.orders.shapes import CommandStanding
from tallystick.api.words import LINES_MAX, Number, Quantity, Sku, Text


class LineSent(Struct, frozen=True, forbid_unknown_fields=True):
    """Units of an order line that left. `line` counts the order's lines from 1."""

    line: Annotated[int, Meta(ge=1, le=LINES_MAX)]
    sku: Sku
    quantity: Quantity


class Dispatched(Struct, frozen=True, forbid_unknown_fields=True):
    """A parcel left. One `shipment` is booked once, however often it is told.

    `carrier` and `tracking` are for whoever waits for it: the customer, and a shop that follows its parcels. `location`
    is who sent it, where several send one order.
    """

    shipment: Number
    lines: Annotated[tuple[LineSent, ...], Meta(min_length=1, max_length=LINES_MAX)]
    carrier: Text = ""
    tracking: Text = ""
    location: Text = ""


class DispatchRefusal(Struct, frozen=True, forbid_unknown_fields=True):
    """The location will not send these lines; none named: nothing of what is still open.

    `location` is who refuses, where several were asked for one order.
    """

    reason: Text
    lines: Annotated[tuple[LineSent, ...], Meta(max_length=LINES_MAX)] = ()
    location: Text = ""


class FulfilmentMoved(Struct, frozen=True):
    """What became of it: the fulfilment's `state` after the `outcome`; `ignored` where it changed nothing."""

    order: str
    outcome: str
    state: str


class LineWaiting(Struct, frozen=True):
    """Units of a line that the location was asked for and has not sent yet."""

    line: int
    sku: str
    quantity: int


class FulfilmentStanding(Struct, frozen=True):
    """A fulfilment as it stands: what is waited for, the shipments that left, what was asked of the location.

    Where several locations send one order, `state` is of the first that was asked, and the rest is of all of them.
    """

    order: str
    state: str
    waiting: list[LineWaiting]
    shipments: dict[str, list[LineWaiting]]
    commands: list[CommandStanding]
