"""What the book tells the shop of its orders: a status with a note that bears the key, both or neither."""

from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from tallystick.connectors.oscar.client import Oscar
from tallystick.connectors.oscar.marks import mark_of, one_bears
from tallystick.connectors.oscar.setup import Setup
from tallystick.connectors.oscar.wire import Status
from tallystick.messages.channels import TellShipment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.ports.connector import Acknowledgement, Misconfigured, Rejected

TAKES: Final = (RefuseOrder, CancelOrder, TellShipment)
_REMEDY: Final = "install plugin/tallystick_orders.py in the shop, see docs/how-to/shops.md"


class OrdersOut:
    """Moves orders of the shop as the book decided."""

    def __init__(self, client: Oscar, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup

    def push(self, command: Any, key: str) -> Acknowledgement:
        """Make it so, once."""
        stands, mark = self._stands(command), mark_of(command, key)
        if not one_bears(stands.notes, mark):
            status = self._wanted(command, stands)
            self._client.change(self._path(command), status=status, note=f"{_words(command)} {mark}")
        return Acknowledgement(f"order/{stands.number}")

    def became(self, command: Any, key: str) -> Acknowledgement | None:
        """Say whether *command* took effect under *key*."""
        stands = self._stands(command)
        return Acknowledgement(f"order/{stands.number}") if one_bears(stands.notes, mark_of(command, key)) else None

    def _wanted(self, command: Struct, stands: Status) -> str:
        """Return the status an order is to have; what has left is not called back by a cancellation, nor told as ended."""
        if isinstance(command, TellShipment):
            return self._setup.shipped
        if isinstance(command, CancelOrder) and command.lines:
            return stands.status
        return stands.status if stands.status == self._setup.shipped else self._setup.cancelled

    def _stands(self, command: Any) -> Status:
        try:
            return msgspec.convert(self._client.read(self._path(command)), Status)
        except Rejected as missing:
            raise Rejected(f"order {command.order}: {missing}; if the shop has it, {_REMEDY}") from missing
        except msgspec.ValidationError as wrong:
            raise Misconfigured(f"the shop's view for statuses is another one: {wrong}: {_REMEDY}") from wrong

    def _path(self, command: Any) -> str:
        number = quote(self._setup.number(command.order), safe="")
        return f"/api/tallystick/orders/{number}/status/"


def _words(command: Any) -> str:
    if isinstance(command, TellShipment):
        lines = ", ".join(f"{line.quantity} of {line.sku}" for line in command.lines)
        if command.is_delivered:
            return f"parcel {command.shipment} has arrived: {lines}"
        return f"parcel {command.shipment} by {command.carrier} {command.tracking}: {lines}"
    return str(command.reason)
