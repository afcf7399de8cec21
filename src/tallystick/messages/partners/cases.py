"""Cases of customer service: a customer's question, or something that went wrong, until somebody has settled it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.model.amount import NaturalMinor

Topic = Literal["order", "return", "payment", "parcel", "other"]
CaseStep = Literal[
    "opened", "message", "shipped", "delivered", "parcel_exception", "returned", "refunded", "refund_failed",
    "cancelled", "refused", "closed",
]  # fmt: skip
"""What the desk is told of."""
Name = Annotated[str, Meta(min_length=1)]


class CaseOpened(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a customer asks, or something went wrong (*because*), about an order, its return *rma* or its payment.

    *customer* and *message* are the vault's references: who asks, and what was said.
    """

    case: Name
    channel: Name
    topic: Topic = "other"
    order: str = ""
    rma: str = ""
    customer: str = ""
    message: str = ""
    because: str = ""


class CaseMessageReceived(Struct, frozen=True, gc=False):
    """Report: more was said of a case; *message* is the vault's reference of it."""

    case: Name
    message: str


class CaseInformed(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report by our own follower: a step of the order that a case is about. *amount* is in *commodity*, tax included."""

    case: Name
    step: CaseStep
    about: str = ""
    commodity: str = ""
    amount: NaturalMinor = 0


class CaseClosed(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: somebody has settled the case."""

    case: Name
    reason: str = ""


class TellDesk(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to the desk that serves customers of *channel*: a case, and what happened to it."""

    channel: str
    case: str
    step: CaseStep
    topic: Topic
    order: str = ""
    rma: str = ""
    customer: str = ""
    message: str = ""
    about: str = ""
    commodity: str = ""
    amount: NaturalMinor = 0
