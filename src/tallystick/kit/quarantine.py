"""Deliveries that cannot be translated, kept for a person."""

from tallystick.ports.connector import Delivery, Fault


def fault_of(delivery: Delivery, reason: str, remedy: str) -> Fault:
    """Return the fault of a whole delivery: mended, it arrives under the same id and subject."""
    return Fault(
        id=delivery.id,
        subject=delivery.subject,
        where=delivery.subject,
        reason=reason,
        remedy=remedy,
        body=delivery.body,
    )
