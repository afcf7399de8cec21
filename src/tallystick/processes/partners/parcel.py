"""A parcel and its carrier: a label asked for, booked or refused, cancelled; then where the parcel is, until it is there."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.partners.parcels import (
    BookLabel,
    LabelBooked,
    LabelCancellationRequested,
    LabelKnown,
    LabelRefused,
    LabelRequested,
    LabelVoided,
    ParcelArrived,
    ParcelDelivered,
    ParcelTracked,
    VoidLabel,
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.members import FULFILMENT
from tallystick.processes.table import NEW, Break, Decision, Ignored, Process, Row, Step, Unexpected

ASKED, LABELLED, VOIDING, UNLABELLED = "ASKED", "LABELLED", "VOIDING", "UNLABELLED"
ON_ITS_WAY, STUCK, DELIVERED, RETURNED = "ON_ITS_WAY", "STUCK", "DELIVERED", "RETURNED"
_SETTLED = ("parcel_exception", "parcel_overdue")


class ParcelData(Struct, frozen=True, gc=False, omit_defaults=True):
    """What is known of a parcel. `said_at` is when the newest of what its carrier said was so; `rma` brings goods back."""

    order: str
    parcel: str
    carrier: str = ""
    rma: str = ""
    label: str = ""
    tracking: str = ""
    document: str = ""
    status: str = ""
    reason: str = ""
    said_at: datetime | None = None


def request(data: ParcelData | None, step: Step, view: View) -> Decision:
    """Ask the carrier for a label."""
    told: LabelRequested = step.data
    after = ParcelData(told.order, told.parcel, told.carrier, told.rma)
    command = BookLabel(
        told.carrier, told.order, told.parcel, told.size, told.service, told.recipient, is_return=bool(told.rma)
    )
    return Decision("asked", after, commands=(command,))


def unwanted(data: ParcelData, step: Step, view: View) -> Decision:
    """The label is not there yet: when it comes, it is cancelled."""
    return Decision("asked", data)


def cancel(data: ParcelData, step: Step, view: View) -> Decision:
    """Ask the carrier to cancel the label."""
    return Decision("asked", data, commands=(VoidLabel(data.carrier, data.order, data.parcel, data.label),))


def too_late(data: ParcelData, step: Step, view: View) -> Decision:
    """The parcel is with the carrier."""
    return Decision("too_late", data)


def booked(data: ParcelData | None, step: Step, view: View) -> Decision:
    """The label is there: whoever hears of the shipment hears what it is followed by."""
    after = _named(data, step.data)
    known = (FULFILMENT, LabelKnown(after.parcel, after.carrier, after.tracking))
    return Decision("booked", after, tells=() if after.rma else (known,), answer=_label(after))


def booked_in_vain(data: ParcelData, step: Step, view: View) -> Decision:
    """The label is there, and nobody wants it any more."""
    if data.label:
        return Decision("known", data)
    after = _named(data, step.data)
    return Decision("unwanted", after, commands=(VoidLabel(after.carrier, after.order, after.parcel, after.label),))


def refused(data: ParcelData, step: Step, view: View) -> Decision:
    """The carrier will not carry it: somebody must ask another, or pack it anew."""
    after = replace(data, reason=step.data.reason)
    return _told("refused", after, Break("label_refused", f"{_of(data)}: {after.reason}"))


def not_voided(data: ParcelData, step: Step, view: View) -> Decision:
    """The carrier does not cancel the label, and will charge it; or there never was one, and nobody wants it."""
    if not data.label:
        return Decision("refused", data)
    return _told("kept", data, Break("label_not_voided", f"{_of(data)}: {step.data.reason}"))


def voided(data: ParcelData, step: Step, view: View) -> Decision:
    """The label is no more."""
    return Decision("voided", replace(data, label="", tracking="", document=""))


def unanswered(data: ParcelData, step: Step, view: View) -> Decision:
    """The carrier did not answer in time: somebody must ask it."""
    return _told("told", data, Break("label_overdue", f"{_of(data)}: {data.carrier} has not answered"))


def unheard(data: ParcelData, step: Step, view: View) -> Decision:
    """Nothing was heard of the parcel for too long."""
    return _told("told", data, Break("parcel_overdue", f"{_of(data)}: nothing heard since {data.said_at:%Y-%m-%d}"))


def track(data: ParcelData | None, step: Step, view: View) -> Decision:
    """Note where the parcel is; what is older than what is known changes nothing."""
    said: ParcelTracked = step.data
    before = data or ParcelData(said.order, said.parcel)
    at = step.cause.effective_at
    if before.said_at is not None and at < before.said_at:
        return Decision("older", before)
    after = replace(
        before,
        carrier=before.carrier or said.carrier,
        tracking=before.tracking or said.tracking,
        status=said.status,
        reason=said.reason,
        said_at=at,
    )
    if said.status == "exception":
        return _told("stuck", after, Break("parcel_exception", f"{_of(after)}: {said.reason or 'no reason given'}"))
    if said.status == "returned":
        text = f"{_of(after)} came back to us: {said.reason or 'no reason given'}"
        return replace(_told("returned", after, Break("parcel_returned", text)), explains=_SETTLED)
    if said.status == "delivered":
        return replace(_delivered(after), explains=_SETTLED)
    return Decision("moving", after, explains=_SETTLED[1:])


def after_all(data: ParcelData, step: Step, view: View) -> Decision:
    """It has arrived; only that it comes back is news."""
    decision = track(data, step, view)
    return decision if decision.outcome == "returned" else Decision("known", data)


def _delivered(data: ParcelData) -> Decision:
    if data.rma:
        return Decision("delivered", data)  # what came back is booked when somebody has taken it in
    fact = ParcelDelivered(data.order, data.parcel, data.carrier, data.tracking)
    return Decision("delivered", data, (fact,), tells=((FULFILMENT, ParcelArrived(data.parcel)),))


def _named(data: ParcelData | None, told: LabelBooked) -> ParcelData:
    before = data or ParcelData(told.order, told.parcel)
    return replace(before, carrier=told.carrier, label=told.label, tracking=told.tracking, document=told.document)


def _label(data: ParcelData) -> dict[str, str]:
    return {"label": data.label, "tracking": data.tracking, "document": data.document}


def _told(outcome: str, data: ParcelData, found: Break) -> Decision:
    return Decision(outcome, data, breaks=(found,))


def _of(data: ParcelData) -> str:
    return f"{data.order}: parcel {data.parcel}"


_QUIET = (NEW, ASKED, LABELLED, VOIDING, UNLABELLED)
_MOVING = (ON_ITS_WAY, STUCK)


def _tracked(state: str) -> tuple[Row, ...]:
    """Whatever we thought of a parcel, where its carrier says it is, there it is."""
    return (
        Row(state, ParcelTracked, track, "moving", ON_ITS_WAY, within="parcel_days_max"),
        Row(state, ParcelTracked, track, "stuck", STUCK),
        Row(state, ParcelTracked, track, "delivered", DELIVERED, (ParcelArrived,)),
        Row(state, ParcelTracked, track, "returned", RETURNED),
    )


# fmt: off
ROWS = (
    #   in state    on message                  decide           outcome      to state    tells          within
    Row(NEW,        LabelRequested,             request,         "asked",     ASKED,      (BookLabel,),  "label_hours_max"),
    Row(UNLABELLED, LabelRequested,             request,         "asked",     ASKED,      (BookLabel,),  "label_hours_max"),

    Row(ASKED,      LabelBooked,                booked,          "booked",    LABELLED,   (LabelKnown,)),
    Row(ASKED,      LabelRefused,               refused,         "refused",   UNLABELLED),
    Row(ASKED,      LabelCancellationRequested, unwanted,        "asked",     VOIDING,    (),            "label_hours_max"),
    Row(ASKED,      DeadlinePassed,             unanswered,      "told",      ASKED),
    Row(LABELLED,   LabelCancellationRequested, cancel,          "asked",     VOIDING,    (VoidLabel,),  "label_hours_max"),
    Row(LABELLED,   LabelVoided,                voided,          "voided",    UNLABELLED),
    Row(VOIDING,    LabelVoided,                voided,          "voided",    UNLABELLED),
    Row(VOIDING,    LabelRefused,               not_voided,      "kept",      LABELLED),
    Row(VOIDING,    LabelRefused,               not_voided,      "refused",   UNLABELLED),
    Row(VOIDING,    LabelBooked,                booked_in_vain,  "unwanted",  VOIDING,    (VoidLabel,),  "label_hours_max"),
    Row(VOIDING,    LabelBooked,                booked_in_vain,  "known",     VOIDING,    moves=False),
    Row(VOIDING,    DeadlinePassed,             unanswered,      "told",      VOIDING),

    # Labels that others booked, and those whose word was overtaken.
    Row(NEW,        LabelBooked,                booked,          "booked",    LABELLED,   (LabelKnown,)),
    Row(UNLABELLED, LabelBooked,                booked,          "booked",    LABELLED,   (LabelKnown,)),
    *(Row(s,        LabelBooked,                booked,          "booked",    s,          (LabelKnown,), moves=False) for s in _MOVING),

    *(row for s in (*_QUIET, *_MOVING) for row in _tracked(s)),
    *(Row(s,        ParcelTracked,              track,           "older",     s,          moves=False) for s in _MOVING),
    Row(ON_ITS_WAY, DeadlinePassed,             unheard,         "told",      ON_ITS_WAY),
    Row(DELIVERED,  ParcelTracked,              after_all,       "returned",  RETURNED),
    Row(DELIVERED,  ParcelTracked,              after_all,       "known",     DELIVERED,  moves=False),
    *(Row(s,        LabelCancellationRequested, too_late,        "too_late",  s,          moves=False) for s in (*_MOVING, DELIVERED, RETURNED)),
)

OTHERS = (
    Ignored((ASKED, LABELLED, VOIDING, *_MOVING, DELIVERED, RETURNED), LabelRequested, "it has a label, or one is asked for"),
    Ignored((NEW, VOIDING, UNLABELLED), LabelCancellationRequested, "there is no label, or it is being cancelled"),
    Ignored((LABELLED, DELIVERED, RETURNED), LabelBooked, "it has its label, or needs none any more"),
    Ignored((NEW, LABELLED, UNLABELLED, *_MOVING, DELIVERED, RETURNED), LabelRefused, "nothing is asked of the carrier"),
    Ignored((NEW, ASKED, UNLABELLED, *_MOVING, DELIVERED, RETURNED), LabelVoided, "there is no label that could be cancelled"),
    Ignored((RETURNED,), ParcelTracked, "it is back with us"),
    Ignored((LABELLED, UNLABELLED, STUCK, DELIVERED, RETURNED), DeadlinePassed, "nothing is waited for"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a parcel that does not exist: report this as a defect"),
)
# fmt: on
PARCEL = Process("parcel", ParcelData, ROWS, OTHERS)
