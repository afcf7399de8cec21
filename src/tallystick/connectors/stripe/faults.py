"""What cannot be understood of what Stripe said, for a person."""

from typing import Final

from tallystick.ports.connector import Delivery, Fault

REMEDY: Final = (
    "see the object in Stripe; the shop must give each payment our order number as metadata `order`. "
    "When it is right there, retry this letter or drop it"
)


class Unclear(ValueError):
    """An object that lacks what we must know; the text names it."""


def fault_of(delivery: Delivery, reason: str, remedy: str = REMEDY) -> Fault:
    """Return the fault of a whole delivery."""
    return Fault(
        id=delivery.id,
        subject=delivery.subject,
        where=delivery.subject,
        reason=reason,
        remedy=remedy,
        body=delivery.body,
    )
