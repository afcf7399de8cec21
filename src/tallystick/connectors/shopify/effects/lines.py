"""Lines of an order: cancelled before they left, or sent."""

from collections.abc import Callable
from typing import Any, Final

from tallystick.connectors.shopify import questions
from tallystick.connectors.shopify.client import Shopify
from tallystick.connectors.shopify.effects.found import Found, Noted, Parcel, lines_of, refund_lines
from tallystick.connectors.shopify.effects.money import key_of
from tallystick.connectors.shopify.setup import Setup
from tallystick.kit.marks import marks_in, one_bears
from tallystick.messages.channels import TellShipment
from tallystick.messages.sales import CancelLines, CancelOrder, RefuseOrder
from tallystick.ports.connector import Rejected

SUCCESS, DELIVERED = "SUCCESS", "DELIVERED"
_UNREFUNDED: Final = {"originalPaymentMethodsRefund": False}
"""The book pays back what is owed by a refund of its own."""


class Lines:
    """The lines of one shop's orders."""

    def __init__(self, client: Shopify, setup: Setup, location: Callable[[], str]) -> None:
        """Speak over *client*; *location* gives where units go back that are taken off."""
        self._client, self._setup, self._location = client, setup, location

    def cancel(self, command: RefuseOrder | CancelOrder, order: Found, noted: Noted) -> None:
        """End what has not left: the order, where nothing has; else the units that are open."""
        reason = "INVENTORY" if isinstance(command, RefuseOrder) else "OTHER"
        note = f"{command.reason} {noted.mark}"
        if any(parcel.status == SUCCESS for parcel in order.fulfillments):
            self._refund_nothing(order, order.open, note)
            return
        told = self._client.tell(
            questions.CANCEL,
            orderId=order.id,
            reason=reason,
            refundMethod=_UNREFUNDED,
            restock=True,
            notifyCustomer=self._setup.notifies,
            staffNote=note,
        )
        # Shopify cancels by a job of its own: asked twice, it refuses while the first is at work, or has just ended.
        if told.errors and self._client.ask(questions.CANCELLED, id=order.id)["order"]["cancelledAt"]:
            return
        told.so()

    def take_off(self, command: CancelLines, order: Found, noted: Noted) -> None:
        """Take units off an order that goes on."""
        self._refund_nothing(order, lines_of(command.lines, order), f"{command.reason} {noted.mark}")

    def send(self, command: TellShipment, order: Found, _noted: Noted) -> None:
        """Make the parcel known under its tracking code, which is its number where it has none; or say that it arrived."""
        lines, parcel = lines_of(command.lines, order), parcel_of(command, order)
        if parcel is None:
            there = self._client.ask(questions.OPEN, id=order.id)["order"]
            told = {
                "lineItemsByFulfillmentOrder": _shared_out(lines, there, command),
                "notifyCustomer": self._setup.notifies,
                "trackingInfo": {"number": tracking_of(command), "company": command.carrier or "Other"},
            }
            made = self._client.tell(questions.FULFIL, fulfillment=told).so()["fulfillment"]["id"]
        else:
            _refuse_other(self._client.ask(questions.PACKED, id=parcel.id)["fulfillment"], lines)
            made = parcel.id
        if command.is_delivered:
            self._client.tell(questions.ARRIVED, event={"fulfillmentId": made, "status": DELIVERED}).so()

    def _refund_nothing(self, order: Found, units: list[tuple[str, int]], note: str) -> None:
        """Shopify takes units off by a refund; of money there is none in it."""
        lines = refund_lines(units, self._location())
        told = {"orderId": order.id, "note": note, "notify": self._setup.notifies, "refundLineItems": lines}
        self._client.tell(questions.REFUND, input={**told, "transactions": []}, key=key_of(note)).so()


def takes_off(order: Found, mark: str) -> bool:
    """Say whether a refund on the order bears *mark*."""
    (wanted,) = marks_in(mark)
    return one_bears([refund.note for refund in order.refunds], wanted)


def is_sent(command: TellShipment, order: Found) -> bool:
    """Say whether the parcel is known, and that it arrived if it has."""
    parcel = parcel_of(command, order)
    return parcel is not None and (not command.is_delivered or parcel.display_status == DELIVERED)


def parcel_of(command: TellShipment, order: Found) -> Parcel | None:
    """Return the parcel that goes under a command's tracking code."""
    wanted = tracking_of(command)
    for parcel in order.fulfillments:
        if parcel.status == SUCCESS and any(t.number == wanted for t in parcel.tracking_info):
            return parcel
    return None


def tracking_of(command: TellShipment) -> str:
    """Return the code a parcel is known by in the shop."""
    return command.tracking or command.shipment


def _shared_out(lines: list[tuple[str, int]], there: Any, command: TellShipment) -> list[dict[str, Any]]:
    """Take the units of each line from the fulfilment orders that have them open."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line, units in lines:
        left = units
        for place, one in _open_in(there, line):
            part = min(left, one["remainingQuantity"])
            if part > 0:
                found.setdefault(place, []).append({"id": one["id"], "quantity": part})
                left -= part
        if left:
            raise Rejected(
                f"order {command.order}: {left} of {units} units of a line are not open in the shop any more"
            )
    return [{"fulfillmentOrderId": place, "fulfillmentOrderLineItems": ones} for place, ones in found.items()]


def _open_in(there: Any, line: str) -> list[tuple[str, Any]]:
    orders = there["fulfillmentOrders"]["nodes"]
    return [(o["id"], x) for o in orders for x in o["lineItems"]["nodes"] if x["lineItem"]["id"] == line]


def _refuse_other(parcel: Any, lines: list[tuple[str, int]]) -> None:
    packed = {x["lineItem"]["id"]: x["quantity"] for x in parcel["fulfillmentLineItems"]["nodes"]}
    if packed != dict(lines):
        raise Rejected("a parcel with other lines goes under this tracking code already")
