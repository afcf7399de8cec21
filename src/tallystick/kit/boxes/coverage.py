"""What a source of files says: what of it becomes which message, and what is left out, by name, with the reason.

A fault of such a source begins with one of these names, so that a quarantine nobody decided on is seen by a test.
"""

from collections.abc import Mapping

from msgspec import Struct

from tallystick.ports.connector import Delivery, Fault


class Coverage(Struct, frozen=True, kw_only=True):
    """The named lists of one source."""

    source: str
    translated: Mapping[str, str]
    """What the source says, and what becomes of it."""
    fields: Mapping[str, str]
    """Each field that is read, in the source's own words, and where it goes."""
    ignored: Mapping[str, str] = {}
    """What is understood and rightly says nothing to a book."""
    quarantined: Mapping[str, str] = {}
    """What is kept as dead letters: the name a fault begins with, and why."""


class Left(ValueError):
    """A part that is quarantined: under which name of the coverage, what stands there, and what to do about it."""

    def __init__(self, name: str, detail: str, remedy: str) -> None:
        """Keep the three apart."""
        super().__init__(f"{name}: {detail}")
        self.name, self.detail, self.remedy = name, detail, remedy


def fault_left(delivery: Delivery, left: Left, body: bytes, number: int = 0) -> Fault:
    """Return the fault of a delivery, or of its part *number*, that says *body*."""
    return Fault(
        id=f"{delivery.id}/{number}" if number else delivery.id,
        subject=delivery.subject,
        where=delivery.subject,
        reason=str(left),
        remedy=left.remedy,
        body=body,
    )
