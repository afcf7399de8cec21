"""What the gate says of each message: accepted, known already, early, waiting behind another, or refused."""

from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.envelope import Message
from tallystick.ports.connector import Fault

REPORT_DEFECT: Final = "report this as a defect"


class Status(StrEnum):
    """The six things that can become of a message at the gate."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    EARLY = "early"
    WAITING = "waiting"
    REFUSED = "refused"
    CHANGED = "changed"

    @property
    def is_settled(self) -> bool:
        """Whether the book holds the message's effect now."""
        return self in _SETTLED


_SETTLED: Final = (Status.ACCEPTED, Status.DUPLICATE)


class Answer(Struct, frozen=True):
    """One message's answer. A duplicate is told what the original was told.

    `event` is 0 where nothing was recorded; then `reason` and `remedy` say why and what to do.
    """

    status: Status
    event: int = 0
    outcome: str = ""
    state: str = ""
    detail: dict[str, Any] | None = None
    reason: str = ""
    remedy: str = ""

    @property
    def is_defect(self) -> bool:
        """Whether it was refused because our own code, or the database under it, failed."""
        return REPORT_DEFECT in self.remedy


class Unit(Struct, frozen=True):
    """Messages that stand or wait together: what one delivery said, or one request. Parked under `subject`.

    A *blocked* unit could not be translated: it has no messages, and what comes after it in its subject waits.
    A unit that *expects* a tag (`processes.family.tag_of`) is folded only if its subject still has it: its sender
    decided on what it saw then.
    """

    messages: tuple[Message, ...]
    subject: str
    delivery: int = 0
    blocked: bool = False
    expects: str = ""


class Settlement(Struct, frozen=True):
    """What becomes of inbox deliveries in the same transaction as their effects.

    `parked` is (delivery, reason, remedy); `moved` are subjects whose early messages are worth another try; `faults`
    are the parts of deliveries that could not be translated.
    """

    done: tuple[int, ...] = ()
    early: tuple[int, ...] = ()
    parked: tuple[tuple[int, str, str], ...] = ()
    moved: tuple[str, ...] = ()
    faults: tuple[tuple[int, Fault], ...] = ()
