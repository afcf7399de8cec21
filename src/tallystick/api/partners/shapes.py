"""What is said of held orders, parcels and cases over HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.api.words import Name, Number, Reference, Text
from tallystick.messages.partners.cases import Topic
from tallystick.messages.partners.screening import Ruling

Grams = Annotated[int, Meta(ge=0, le=10_000_000, description="grams, gross; 0: not known")]
Millimetres = Annotated[int, Meta(ge=0, le=100_000, description="millimetres; 0: not known")]


class RulingGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says of a held order, and why; the reason names no person."""

    ruling: Ruling
    reason: Text = ""


class ScreeningStanding(Struct, frozen=True):
    """How an order was judged: `HELD`, in `REVIEW`, `PASSED` or `FAILED`; by whom, with which score and reasons."""

    order: str
    state: str
    verdict: str
    by: str
    score: int
    reasons: tuple[str, ...]


class PartnerMoved(Struct, frozen=True):
    """What became of it: the `outcome`, and the `state` after it; `ignored` where it changed nothing."""

    name: str
    outcome: str
    state: str


class LabelWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A label for `parcel`: the shipment under which it will leave, or, with `rma`, the one that brings goods back."""

    parcel: Number
    carrier: Name
    weight_grams: Grams = 0
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0
    service: Text = ""
    rma: Reference = ""


class LabelCancelled(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a label is not wanted any more."""

    reason: Text = ""


class ParcelWhere(Struct, frozen=True):
    """Which parcel of which order."""

    order: Number
    parcel: Number


class ParcelStanding(Struct, frozen=True):
    """A parcel: its label, and where its carrier has it; `said_at` is when that was so (UTC)."""

    order: str
    parcel: str
    state: str
    carrier: str
    label: str
    tracking: str
    document: str
    status: str
    reason: str
    said_at: datetime | None


class CaseWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A case to be opened. `message` is what the customer wrote, kept in the vault; `because` what went wrong, if nobody did.

    `customer` is a reference such as `person:…`, never a name.
    """

    case: Number
    channel: Name
    topic: Topic = "other"
    order: Reference = ""
    rma: Reference = ""
    customer: Reference = ""
    message: Annotated[str, Meta(max_length=10_000)] = ""
    because: Text = ""


class CaseWhere(Struct, frozen=True):
    """Which case."""

    case: Number


class CaseClosing(Struct, frozen=True, forbid_unknown_fields=True):
    """How a case was settled; it names no person."""

    reason: Text = ""


class MessageGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer wrote: kept in the vault, never in the book."""

    message: Annotated[str, Meta(min_length=1, max_length=10_000)]


class CaseStanding(Struct, frozen=True):
    """A case as it stands: what it is about, in references; `messages` counts what the customer wrote."""

    case: str
    state: Literal["OPEN", "CLOSED"]
    channel: str
    topic: str
    order: str
    rma: str
    customer: str
    because: str
    messages: int
    reason: str
