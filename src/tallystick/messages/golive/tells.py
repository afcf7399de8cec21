"""What an order taken over tells its payment and its shipment: how they stand, with nothing to be asked of anybody."""

from msgspec import Struct

from tallystick.messages.stock import HeldLine
from tallystick.model.amount import Minor


class PaymentTakenOver(Struct, frozen=True, gc=False):
    """Tell (order to payment): of *amount* in all, *owed* is for goods that left; the rest as `OpenOrder` says it."""

    channel: str
    provider: str
    currency: str
    amount: Minor
    owed: Minor
    captured: Minor
    settled: Minor
    authorised: Minor
    ended: bool = False


class ShipmentTakenOver(Struct, frozen=True, gc=False):
    """Tell (order to fulfilment): *location* was asked to send these lines by the old system."""

    location: str
    lines: tuple[HeldLine, ...]
