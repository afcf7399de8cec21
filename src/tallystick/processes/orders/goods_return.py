"""The return: permitted, received, settled by the order; or never seen again."""

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.returns import ReturnReceived, ReturnRequested, ReturnSettled, TakeBack
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.table import NEW, Decision, Ignored, Process, Row, Step, Unexpected

OPEN, RECEIVED, SETTLED, EXPIRED = "OPEN", "RECEIVED", "SETTLED", "EXPIRED"
ORDER = "order"


class ReturnData(Struct, frozen=True, gc=False):
    """The permission's number and the parcels received under it."""

    rma: str
    parcels: int = 0


def permit(_: None, step: Step, view: View) -> Decision:
    """The customer may send the goods back."""
    return Decision("permitted", ReturnData(step.data.rma))


def receive(data: ReturnData | None, step: Step, view: View) -> Decision:
    """Goods are back, with permission or without: the order values and books them."""
    report: ReturnReceived = step.data
    after = ReturnData(report.rma, (data.parcels if data else 0) + 1)
    return Decision("received", after, tells=((ORDER, TakeBack(report.rma, report.location, report.lines)),))


def settle(data: ReturnData, step: Step, view: View) -> Decision:
    """The order has booked the goods; a refund is on its way where one is due."""
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
