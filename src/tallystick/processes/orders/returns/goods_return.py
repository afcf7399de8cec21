"""The return: permitted, received, settled by the order; or never seen again. Under a policy it is handed to its RMA."""

from msgspec import Struct
from msgspec.structs import astuple, replace

from tallystick.decisions.view import View
from tallystick.messages.returning.reports import REPORTS, ReturnCancelled
from tallystick.messages.returning.tells import ParcelArrived, ReturnUnruled, WeighReturn
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested, ReturnSettled, TakeBack
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.members import rma_member
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.table import NEW, Decision, Early, Ignored, Other, Process, Row, Step, Unexpected

OPEN, RECEIVED, SETTLED, EXPIRED = "OPEN", "RECEIVED", "SETTLED", "EXPIRED"
RULED = "RULED"
ORDER = "order"


class Received(Struct, frozen=True, gc=False):
    """What came in one parcel, and where."""

    location: str
    lines: tuple[ReturnedLine, ...]


class ReturnData(Struct, frozen=True, gc=False, omit_defaults=True):
    """The permission's number, how many parcels came under it, and what was in those that have a name."""

    rma: str
    parcels: int = 0
    named: dict[str, Received] = {}


def permit(_: None, step: Step, view: View) -> Decision:
    """The customer may send the goods back; where policies are in force, the order says whether."""
    asked: ReturnRequested = step.data
    data = ReturnData(asked.rma)
    now = step.cause.recorded_at
    if not any(v.policies for v in view.return_policies() if v.effective_from <= now):
        return Decision("permitted", data)
    told = WeighReturn(
        asked.rma, asked.lines, asked.reason, asked.condition, asked.delivered_on, step.cause.effective_on
    )
    return Decision("asked", data, tells=((ORDER, told),), passes_on=True)


def permit_unruled(data: ReturnData, step: Step, view: View) -> Decision:
    """No policy is for the order's channel: the customer may."""
    return Decision("permitted", data)


def receive(data: ReturnData | None, step: Step, view: View) -> Decision:
    """Goods are back, with permission or without: the order values and books them. A parcel is booked once."""
    report: ReturnReceived = step.data
    before = data or ReturnData(report.rma)
    came = Received(report.location, tuple(sorted(report.lines, key=astuple)))
    known = before.named.get(report.parcel)
    if known is not None:
        return booked_already(before, known == came, f"{report.order}: parcel {report.parcel} of {report.rma}")
    after = _counted(before, report, came)
    return Decision("received", after, tells=((ORDER, TakeBack(report.rma, report.location, report.lines)),))


def hand_on(data: ReturnData, step: Step, view: View) -> Decision:
    """Goods are back under a policy: its RMA has them looked at before anything is credited. A parcel is booked once."""
    decision = receive(data, step, view)
    if decision.outcome != "received":
        return decision
    report: ReturnReceived = step.data
    told = ParcelArrived(report.rma, report.location, report.lines)
    return Decision("handed_on", decision.data, tells=((rma_member(report.rma), told),), passes_on=True)


def pass_on(data: ReturnData, step: Step, view: View) -> Decision:
    """Whatever else is said of a return under a policy is for its RMA."""
    return Decision("passed_on", data, tells=((rma_member(data.rma), step.data),), passes_on=True)


def keep(data: ReturnData, step: Step, view: View) -> Decision:
    """The customer keeps the goods."""
    return Decision("cancelled", data)


def _counted(before: ReturnData, report: ReturnReceived, came: Received) -> ReturnData:
    named = {**before.named, report.parcel: came} if report.parcel else before.named
    return replace(before, parcels=before.parcels + 1, named=named)


def settle(data: ReturnData, step: Step, view: View) -> Decision:
    """The order has booked the goods."""
    return Decision("settled", data)


def expire(data: ReturnData, step: Step, view: View) -> Decision:
    """Nothing came back in time."""
    return Decision("expired", data)


# fmt: off
ROWS = (
    #   in state    on message       decide   outcome      to state  tells         within
    Row(NEW,        ReturnRequested, permit,  "permitted", OPEN,     (),           "return_days_max"),
    Row(NEW,        ReturnReceived,  receive, "received",  RECEIVED, (TakeBack,)),
    Row(OPEN,       ReturnReceived,  receive, "received",  RECEIVED, (TakeBack,)),
    Row(OPEN,       DeadlinePassed,  expire,  "expired",   EXPIRED),
    Row(EXPIRED,    ReturnReceived,  receive, "received",  RECEIVED, (TakeBack,)),
    Row(RECEIVED,   ReturnSettled,   settle,  "settled",   SETTLED),
    Row(SETTLED,    ReturnReceived,  receive, "received",  RECEIVED, (TakeBack,)),
    *again(ReturnReceived, receive, SETTLED),

    Row(NEW,        ReturnRequested, permit,  "asked",     RULED,    (WeighReturn,)),
    Row(RULED,      ReturnUnruled,   permit_unruled, "permitted", OPEN, (),       "return_days_max"),
    Row(RULED,      ReturnReceived,  hand_on, "handed_on", RULED,    (ParcelArrived,)),
    *again(ReturnReceived, hand_on, RULED),
    *(Row(RULED,    report,          pass_on, "passed_on", RULED,    (report,), moves=False) for report in REPORTS),
    Row(OPEN,       ReturnCancelled, keep,    "cancelled", EXPIRED),
)

OTHERS: tuple[Other, ...] = (
    *(Early((NEW,), report, "the return itself has not come yet") for report in REPORTS),
    *(
        Ignored((RECEIVED, SETTLED, EXPIRED), report, "no policy governs it: it is refunded when it is booked")
        for report in REPORTS
    ),
    *(
        Ignored((OPEN,), report, "no policy governs it: it is refunded when it is booked")
        for report in REPORTS
        if report is not ReturnCancelled
    ),
    Ignored((OPEN, RECEIVED, SETTLED, EXPIRED, RULED), ReturnRequested, "permitted, or weighed, already"),
    Ignored((RULED,), DeadlinePassed, "its RMA has its own"),
    Unexpected((RULED,), ReturnSettled, "an order settled what its RMA has: report as a defect"),
    Unexpected((NEW, OPEN, RECEIVED, SETTLED, EXPIRED), ReturnUnruled, "nobody asked: report this as a defect"),
    Ignored((RECEIVED, SETTLED, EXPIRED), DeadlinePassed, "it has ended, or the goods are here"),
    Unexpected((RECEIVED,), ReturnReceived, "a parcel while another is being booked: report this as a defect"),
    Unexpected((NEW, OPEN, SETTLED, EXPIRED), ReturnSettled, "an order settled no parcel of ours: report as a defect"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a return that does not exist: report this as a defect"),
)
# fmt: on
RETURN = Process("return", ReturnData, ROWS, OTHERS)
