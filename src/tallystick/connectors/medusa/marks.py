"""What is to be done to an order, written into its metadata under the command's key, for the shop keeps no keys. Pure."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.medusa.wire import Fulfillment, Order, Taken
from tallystick.messages.channels import TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, RefuseOrder

PREFIX: Final = "tally_"
CANCELED: Final = "canceled"
Told = RefuseOrder | CancelOrder | TellShipment | AuthorisePayment | CapturePayment | PayRefund | VoidPayment
TAKES: Final = (RefuseOrder, CancelOrder, TellShipment, AuthorisePayment, CapturePayment, PayRefund, VoidPayment)


def mark_of(command: Struct) -> str:
    """Write a command down: its kind and what it says, which is nothing personal."""
    return f"{type(command).__name__} {msgspec.json.encode(command).decode()}"


def name_of(key: str) -> str:
    """Return under which name of the metadata a key's command stands."""
    return f"{PREFIX}{key}"


def marks_on(order: Order) -> dict[str, Any]:
    """Return the marks on an order by name."""
    return {name: said for name, said in (order.metadata or {}).items() if name.startswith(PREFIX)}


def parcel_of(order: Order, key: str) -> Fulfillment | None:
    """Return the fulfilment made for a key."""
    found = [f for f in order.fulfillments if (f.metadata or {}).get("tally_key") == key and f.canceled_at is None]
    return found[0] if found else None


def note_of(command: PayRefund, key: str) -> str:
    """Return the note of a refund, by which it is found and told to ours."""
    return f"{PREFIX}{key} {command.number}"


def refund_of(order: Order, note: str) -> Taken | None:
    """Return the refund that bears a note."""
    return next((r for p in order.payments for r in p.refunds if r.note == note), None)
