"""The return: permitted, received, settled by the order; or never seen again."""

from msgspec import Struct
from msgspec.structs import astuple, replace

from tallystick.decisions.view import View
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested, ReturnSettled, TakeBack
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.table import NEW, Decision, Ignored, Process, Row, Step, Unexpected

OPEN, RECEIVED, SETTLED, EXPIRED = "OPEN", "RECEIVED", "SETTLED", "EXPIRED"
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
    """The customer may send the goods back."""
    return Decision("permitted", ReturnData(step.data.rma))


def receive(data: ReturnData | None, step: Step, view: View) -> Decision:
    """Goods are back, with permission or without: the order values and books them. A parcel is booked once."""
    report: ReturnReceived = step.data
    before = data or ReturnData(report.rma)
    came = Received(report.location, tuple(sorted(report.lines, key=astuple)))
    known = before.named.get(report.parcel)
    if known is not None:
        return booked_already(before, known == came, f"{report.order}: parcel {report.parcel} of {report.rma}")
    named = {**before.named, report.parcel: came} if report.parcel else before.named
    after = replace(before, parcels=before.parcels + 1, named=named)
    return Decision("received", after, tells=((ORDER, TakeBack(report.rma, report.location, report.lines)),))


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
)

OTHERS = (
    Ignored((OPEN, RECEIVED, SETTLED, EXPIRED), ReturnRequested, "permitted already"),
    Ignored((RECEIVED, SETTLED, EXPIRED), DeadlinePassed, "it has ended, or the goods are here"),
    Unexpected((RECEIVED,), ReturnReceived, "a parcel while another is being booked: report this as a defect"),
    Unexpected((NEW, OPEN, SETTLED, EXPIRED), ReturnSettled, "an order settled no parcel of ours: report as a defect"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a return that does not exist: report this as a defect"),
)
# fmt: on
RETURN = Process("return", ReturnData, ROWS, OTHERS)
