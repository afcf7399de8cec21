"""The fulfilment: what a location was asked to send, what left, and what will not."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.fulfilment import (
    DispatchRefused,
    DispatchReported,
    GoodsLeft,
    RecallShipment,
    ReleaseShipment,
    ShipmentStopped,
    ShipOrder,
    StopShipment,
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.messages.stock import HeldLine
from tallystick.processes.table import NEW, Break, Decision, Ignored, Process, Row, Step, Unexpected

UNASKED, REQUESTED, PARTLY = "UNASKED", "REQUESTED", "PARTLY"
DISPATCHED, STOPPING, STOPPED = "DISPATCHED", "STOPPING", "STOPPED"
ORDER = "order"


class FulfilmentData(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units asked for by order line and not yet reported as left."""

    order: str
    waiting: dict[int, int] = {}


def _order(step: Step) -> str:
    return step.cause.subject.partition("/")[2]


def request(data: FulfilmentData | None, step: Step, view: View) -> Decision:
    """Ask the location to send what the order releases; nothing open means nothing to ask."""
    told: ReleaseShipment = step.data
    asked = FulfilmentData(_order(step), {x.line: x.quantity for x in told.lines})
    return Decision("asked", asked, commands=(ShipOrder(asked.order, told.location, told.lines),))


def left(data: FulfilmentData | None, step: Step, view: View) -> Decision:
    """Goods left: tell the order, and see whether anything is still waited for."""
    report: DispatchReported = step.data
    before = data or FulfilmentData(report.order)
    waiting = dict(before.waiting)
    for line in report.lines:
        waiting[line.line] = max(0, waiting.get(line.line, 0) - line.quantity)
    open_lines = {line: n for line, n in waiting.items() if n}
    return Decision(
        "some" if open_lines else "all",
        replace(before, waiting=open_lines),
        tells=((ORDER, GoodsLeft(report.shipment, _merged(report.lines))),),
    )


def _merged(lines: tuple[HeldLine, ...]) -> tuple[HeldLine, ...]:
    """One entry a line: two parcels of one line in one report count together."""
    by_line: dict[int, HeldLine] = {}
    for x in lines:
        known = by_line.get(x.line)
        by_line[x.line] = HeldLine(x.line, x.sku, x.quantity + known.quantity) if known else x
    return tuple(by_line.values())


def recall(data: FulfilmentData, step: Step, view: View) -> Decision:
    """Ask the location to keep what has not left."""
    return Decision("asked", data, commands=(RecallShipment(data.order),))


def never_asked(data: FulfilmentData, step: Step, view: View) -> Decision:
    """Nothing was asked of the location, so nothing needs to be stopped."""
    return Decision("stopped", data, tells=((ORDER, ShipmentStopped("never released")),))


def refused(data: FulfilmentData, step: Step, view: View) -> Decision:
    """The location will not send the rest."""
    return Decision("stopped", replace(data, waiting={}), tells=((ORDER, ShipmentStopped(step.data.reason)),))


def overdue(data: FulfilmentData, step: Step, view: View) -> Decision:
    """The location did not answer in time: somebody must ask it."""
    units = sum(data.waiting.values())
    return Decision("told", data, breaks=(Break("dispatch_overdue", f"{data.order}: {units} units not sent in time"),))


# fmt: off
ROWS = (
    #   in state     on message        decide       outcome    to state    tells               within
    Row(NEW,         ReleaseShipment,  request,     "asked",   REQUESTED,  (ShipOrder,),       "dispatch_hours_max"),
    Row(NEW,         DispatchReported, left,        "all",     UNASKED,    (GoodsLeft,)),

    # Goods left before anybody asked: whatever is open is still to be asked for.
    Row(UNASKED,     DispatchReported, left,        "all",     UNASKED,    (GoodsLeft,)),
    Row(UNASKED,     ReleaseShipment,  request,     "asked",   REQUESTED,  (ShipOrder,),       "dispatch_hours_max"),
    Row(UNASKED,     StopShipment,     never_asked, "stopped", STOPPED,    (ShipmentStopped,)),

    Row(REQUESTED,   DispatchReported, left,        "all",     DISPATCHED, (GoodsLeft,)),
    Row(REQUESTED,   DispatchReported, left,        "some",    PARTLY,     (GoodsLeft,),       "dispatch_hours_max"),
    Row(REQUESTED,   DispatchRefused,  refused,     "stopped", STOPPED,    (ShipmentStopped,)),
    Row(REQUESTED,   StopShipment,     recall,      "asked",   STOPPING,   (RecallShipment,),  "recall_hours_max"),
    Row(REQUESTED,   DeadlinePassed,   overdue,     "told",    REQUESTED,  ()),

    Row(PARTLY,      DispatchReported, left,        "all",     DISPATCHED, (GoodsLeft,)),
    Row(PARTLY,      DispatchReported, left,        "some",    PARTLY,     (GoodsLeft,),       "dispatch_hours_max"),
    Row(PARTLY,      DispatchRefused,  refused,     "stopped", STOPPED,    (ShipmentStopped,)),
    Row(PARTLY,      StopShipment,     recall,      "asked",   STOPPING,   (RecallShipment,),  "recall_hours_max"),
    Row(PARTLY,      DeadlinePassed,   overdue,     "told",    PARTLY,     ()),

    Row(STOPPING,    DispatchReported, left,        "all",     DISPATCHED, (GoodsLeft,)),
    Row(STOPPING,    DispatchReported, left,        "some",    STOPPING,   (GoodsLeft,),       "recall_hours_max"),
    Row(STOPPING,    DispatchRefused,  refused,     "stopped", STOPPED,    (ShipmentStopped,)),
    Row(STOPPING,    DeadlinePassed,   overdue,     "told",    STOPPING,   ()),

    Row(DISPATCHED,  DispatchReported, left,        "all",     DISPATCHED, (GoodsLeft,)),
    Row(STOPPED,     DispatchReported, left,        "all",     STOPPED,    (GoodsLeft,)),
)

OTHERS = (
    Ignored((REQUESTED, PARTLY, STOPPING, DISPATCHED, STOPPED), ReleaseShipment, "asked for once already"),
    Ignored((STOPPING, STOPPED), StopShipment, "being stopped, or stopped, already"),
    Ignored((DISPATCHED,), StopShipment, "everything has left, and the order has been told"),
    Ignored((DISPATCHED, STOPPED), DispatchRefused, "nothing is waited for any more"),
    Ignored((UNASKED, DISPATCHED, STOPPED), DeadlinePassed, "nothing is waited for"),
    Ignored((UNASKED,), DispatchRefused, "nothing was asked of the location yet"),
    Unexpected((NEW,), StopShipment, "an order stops what it never released: report this as a defect"),
    Unexpected((NEW,), DispatchRefused, "the location refuses what it was never asked: ask it which order it means"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a shipment that does not exist: report this as a defect"),
)
# fmt: on
FULFILMENT = Process("fulfilment", FulfilmentData, ROWS, OTHERS)
