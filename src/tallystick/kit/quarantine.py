"""Deliveries that cannot be translated, kept for a person."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from tallystick.ports.connector import Delivery, Fault

Data = TypeVar("Data", bound=Struct)


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


def within_limits(data: Data) -> Data:
    """Return what a report says; raise `msgspec.ValidationError` where a number in it is out of its bounds.

    A struct does not look at what it is made of: a partner's 2**63 lamps would only show when the book cannot count them.
    """
    return msgspec.convert(msgspec.to_builtins(data), type(data))
