"""The fulfilment: what a location was asked to send, what left, and what will not."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.channels import TellShipment
from tallystick.messages.fulfilment import (
    ChangeRecipient,
    DispatchRefused,
    DispatchReported,
    GoodsLeft,
    RecallLines,
    RecallShipment,
    RedirectShipment,
    ReleaseMore,
    ReleaseShipment,
    ShipmentStopped,
    ShipOrder,
    ShowParcel,
    StopShipment,
    TrimShipment,
)
from tallystick.messages.golive.tells import ShipmentTakenOver
from tallystick.messages.partners.parcels import GoodsArrived, LabelKnown, ParcelArrived
from tallystick.messages.sales import DeadlinePassed
from tallystick.messages.sourcing.decided import CollectionReady
from tallystick.messages.stock import HeldLine
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.table import NEW, Break, Decision, Early, Ignored, Process, Row, Step, Unexpected

UNASKED, REQUESTED, PARTLY = "UNASKED", "REQUESTED", "PARTLY"
DISPATCHED, STOPPING, STOPPED = "DISPATCHED", "STOPPING", "STOPPED"
READY = "READY"
ORDER = "order"
NOT_YET = "not_yet"
NOT_COLLECTED = "not collected"
Waiting = dict[int, tuple[str, int]]
"""Product and units by order line."""
Content = tuple[tuple[int, str, int], ...]
"""Line, product, units."""
Label = tuple[str, str]
"""Carrier and tracking number."""


class FulfilmentData(Struct, frozen=True, gc=False, omit_defaults=True):
    """What was asked for and is not yet reported as left, and when it must have; what each shipment took that was, and its label, if we booked one.

    `arrived` are the shipments that have reached their customer, as their carrier says.
    """

    order: str
    waiting: Waiting = {}
    shipments: dict[str, Content] = {}
    location: str = ""
    ship_by: datetime | None = None
    pick_up: bool = False
    labels: dict[str, Label] = {}
    arrived: tuple[str, ...] = ()


def _order(step: Step) -> str:
    return step.cause.subject.partition("/")[2]


def _number(step: Step) -> int:
    return int(step.member.partition("/")[2])


def request(data: FulfilmentData | None, step: Step, view: View) -> Decision:
    """Ask the location to send what the order releases; nothing open means nothing to ask."""
    told: ReleaseShipment = step.data
    waiting = {x.line: (x.sku, x.quantity) for x in told.lines}
    asked = FulfilmentData(
        _order(step), waiting, data.shipments if data else {}, told.location, told.ship_by, told.pick_up
    )
    command = ShipOrder(asked.order, told.location, told.lines, told.recipient, told.pick_up)
    seconds = None if asked.ship_by is None else max(1, _seconds_to(asked.ship_by, step))
    return Decision("asked", asked, commands=(command,), within_seconds=seconds)


def _still(ship_by: datetime | None, step: Step) -> int | None:
    """Return the seconds that are left of the marketplace's day; None where there is none, or it has passed and been told."""
    seconds = 0 if ship_by is None else _seconds_to(ship_by, step)
    return seconds if seconds > 0 else None


def _seconds_to(ship_by: datetime, step: Step) -> int:
    return int((ship_by - step.cause.recorded_at).total_seconds())


def take_over(_: None, step: Step, view: View) -> Decision:
    """Wait for what an old system has asked the location to send."""
    told: ShipmentTakenOver = step.data
    waiting = {x.line: (x.sku, x.quantity) for x in told.lines}
    return Decision("asked" if waiting else "unasked", FulfilmentData(_order(step), waiting, {}, told.location))


def request_more(data: FulfilmentData | None, step: Step, view: View) -> Decision:
    """Ask the location to send this too."""
    told: ReleaseMore = step.data
    before = data or FulfilmentData(_order(step))
    waiting = dict(before.waiting)
    for x in told.lines:
        waiting[x.line] = (x.sku, x.quantity + waiting.get(x.line, (x.sku, 0))[1])
    command = ShipOrder(before.order, told.location, told.lines, told.recipient)
    return Decision("asked", replace(before, waiting=waiting, location=told.location), commands=(command,))


def left(data: FulfilmentData | None, step: Step, view: View) -> Decision:
    """Goods left: tell the order, and see whether anything is still waited for. A shipment is booked once."""
    report: DispatchReported = step.data
    before = data or FulfilmentData(report.order, location=report.location)
    content = _content(report.lines)
    known = before.shipments.get(report.shipment)
    if known is not None:
        return booked_already(before, known == content, f"{report.order}: shipment {report.shipment}")
    lines = tuple(HeldLine(*x) for x in content) if len(content) < len(report.lines) else report.lines
    waiting = _still_waiting(before.waiting, content)
    shipments = {**before.shipments, report.shipment: content} if report.shipment else before.shipments
    after = replace(before, waiting=waiting, shipments=shipments)
    label = before.labels.get(report.shipment, ())
    told = GoodsLeft(report.shipment, lines, _number(step), report.location, *label)
    return Decision(
        "some" if waiting else "all",
        after,
        tells=((ORDER, told), *arrived_already(after, report.shipment)),
        within_seconds=_still(before.ship_by, step) if waiting else None,
    )


def _content(lines: tuple[HeldLine, ...]) -> Content:
    """One entry a line and product, in order: two parcels of one line in one report count together."""
    units: dict[tuple[int, str], int] = {}
    for x in lines:
        key = (x.line, x.sku)
        units[key] = units.get(key, 0) + x.quantity
    return tuple(sorted([(line, sku, quantity) for (line, sku), quantity in units.items()]))


def _still_waiting(waiting: Waiting, content: Content) -> Waiting:
    """Take what left off what is waited for; another product than the line's does not count."""
    after = dict(waiting)
    for line, sku, quantity in content:
        ordered, units = after.get(line, (None, 0))
        if ordered != sku:
            continue
        if units > quantity:
            after[line] = (sku, units - quantity)
        else:
            del after[line]
    return after


def recall(data: FulfilmentData, step: Step, view: View) -> Decision:
    """Ask the location to keep what has not left."""
    return Decision("asked", data, commands=(RecallShipment(data.order, data.location),))


def recall_lines(data: FulfilmentData, step: Step, view: View) -> Decision:
    """Ask the location to keep units that are still waited for: it refuses them, or sends them all the same."""
    lines = _waited_for(data.waiting, step.data.lines)
    command = RecallLines(data.order, data.location, lines)
    return Decision("asked", data, commands=(command,) if lines else ())


def redirect(data: FulfilmentData, step: Step, view: View) -> Decision:
    """Ask the location to send elsewhere what has not left."""
    return Decision("asked", data, commands=(RedirectShipment(data.order, data.location, step.data.recipient),))


def show(data: FulfilmentData, step: Step, view: View) -> Decision:
    """Let the channel hear of the parcel that has just left; one without a number is known by its report."""
    told: ShowParcel = step.data
    left: Any = step.cause.data
    shipment = left.shipment or f"{step.event:x}"
    carrier, tracking = data.labels.get(left.shipment, ("", ""))
    way = (left.carrier or carrier, left.tracking or tracking)
    command = TellShipment(told.channel, data.order, shipment, told.lines, *way)
    return Decision("shown", data, commands=(command,))


def _waited_for(waiting: Waiting, lines: tuple[HeldLine, ...]) -> tuple[HeldLine, ...]:
    """Return those of *lines* that are still waited for, no more of each than is."""
    found = []
    for line, sku, quantity in _content(lines):
        ordered, units = waiting.get(line, (None, 0))
        if ordered == sku:
            found.append(HeldLine(line, sku, min(units, quantity)))
    return tuple(found)


def never_asked(data: FulfilmentData | None, step: Step, view: View) -> Decision:
    """Nothing was asked of the location, so nothing needs to be stopped."""
    known = data or FulfilmentData(_order(step))
    return Decision("stopped", known, tells=((ORDER, ShipmentStopped("never released", (), _number(step))),))


def refused(data: FulfilmentData, step: Step, view: View) -> Decision:
    """The location will not send these lines, or the rest."""
    report: DispatchRefused = step.data
    lines = _waited_for(data.waiting, report.lines)
    waiting = _still_waiting(data.waiting, _content(lines)) if report.lines else {}
    if waiting:
        tells = ((ORDER, ShipmentStopped(report.reason, lines, _number(step))),) if lines else ()
        return Decision("part", replace(data, waiting=waiting), tells=tells)
    return _stopped(replace(data, waiting={}), report.reason, step)


def _stopped(data: FulfilmentData, reason: str, step: Step) -> Decision:
    return Decision("stopped", data, tells=((ORDER, ShipmentStopped(reason, (), _number(step))),))


def ready(data: FulfilmentData, step: Step, view: View) -> Decision:
    """The goods lie ready for the customer to fetch."""
    return Decision("ready", data)


def not_collected(data: FulfilmentData, step: Step, view: View) -> Decision:
    """Nobody fetched them in time: the location puts them back, and the order goes on without them."""
    decision = _stopped(replace(data, waiting={}), NOT_COLLECTED, step)
    return replace(decision, commands=(RecallShipment(data.order, data.location),))


def overdue(data: FulfilmentData, step: Step, view: View) -> Decision:
    """The location did not answer in time: somebody must ask it."""
    units = sum(units for _, units in data.waiting.values())
    return Decision("told", data, breaks=(Break("dispatch_overdue", f"{data.order}: {units} units not sent in time"),))


def late(data: FulfilmentData, step: Step, view: View) -> Decision:
    """Where a marketplace names the day, only that one counts: once it has passed somebody is told, and nothing is cancelled."""
    if data.ship_by is None:
        return overdue(data, step, view)
    seconds = _seconds_to(data.ship_by, step)
    if seconds > 0:
        return Decision(NOT_YET, data, within_seconds=seconds)
    units = sum(units for _, units in data.waiting.values())
    text = f"{data.order}: {units} units have not left by {data.ship_by.isoformat()}, as the marketplace demands"
    return Decision("told", data, breaks=(Break("ship_by_missed", text),))


def know(data: FulfilmentData | None, step: Step, view: View) -> Decision:
    """A label was booked for a shipment: whoever is told of it is told what it is followed by."""
    told: LabelKnown = step.data
    before = data or FulfilmentData(_order(step))
    return Decision("known", replace(before, labels={**before.labels, told.parcel: (told.carrier, told.tracking)}))


def arrive(data: FulfilmentData | None, step: Step, view: View) -> Decision:
    """A shipment has reached its customer: the order hears of it, at once or when it has heard that it left."""
    told: ParcelArrived = step.data
    before = data or FulfilmentData(_order(step))
    after = replace(before, arrived=(*before.arrived, told.parcel))
    return Decision("arrived", after, tells=arrived_already(after, told.parcel))


def arrived_already(data: FulfilmentData, shipment: str) -> tuple[tuple[str, Struct], ...]:
    """Tell the order of a shipment that has both left and arrived."""
    content = data.shipments.get(shipment)
    if content is None or shipment not in data.arrived:
        return ()
    lines, is_all = tuple(HeldLine(*x) for x in content), data.shipments.keys() <= set(data.arrived)
    return ((ORDER, GoodsArrived(shipment, lines, *data.labels.get(shipment, ("", "")), is_all)),)


LEFT = (GoodsLeft, GoodsArrived)
_STATES = (UNASKED, REQUESTED, PARTLY, READY, DISPATCHED, STOPPING, STOPPED)

# fmt: off
ROWS = (
    #   in state     on message        decide       outcome    to state    tells               within
    Row(NEW,         ReleaseShipment,  request,     "asked",   REQUESTED,  (ShipOrder,),       "dispatch_hours_max"),
    Row(NEW,         ShipmentTakenOver, take_over,  "asked",   REQUESTED,  (),                 "dispatch_hours_max"),
    Row(NEW,         ShipmentTakenOver, take_over,  "unasked", UNASKED),
    Row(NEW,         DispatchReported, left,        "all",     UNASKED,    LEFT),

    # Goods left before anybody asked: whatever is open is still to be asked for.
    Row(UNASKED,     DispatchReported, left,        "all",     UNASKED,    LEFT),
    Row(UNASKED,     ReleaseShipment,  request,     "asked",   REQUESTED,  (ShipOrder,),       "dispatch_hours_max"),
    Row(UNASKED,     StopShipment,     never_asked, "stopped", STOPPED,    (ShipmentStopped,)),
    Row(NEW,         StopShipment,     never_asked, "stopped", STOPPED,    (ShipmentStopped,)),

    # Another location will not send a part, and this one will.
    *(Row(state, ReleaseMore,      request_more, "asked",  REQUESTED,  (ShipOrder,),       "dispatch_hours_max")
      for state in (NEW, UNASKED, REQUESTED, DISPATCHED, STOPPED)),
    Row(PARTLY,      ReleaseMore,      request_more, "asked",  PARTLY,     (ShipOrder,),       "dispatch_hours_max"),

    # The customer fetches it: it lies ready for so long, and what leaves then has been fetched.
    Row(REQUESTED,   CollectionReady,  ready,       "ready",   READY,      (),                 "collection_days_max"),
    Row(PARTLY,      CollectionReady,  ready,       "ready",   READY,      (),                 "collection_days_max"),
    Row(READY,       DispatchReported, left,        "all",     DISPATCHED, LEFT),
    Row(READY,       DispatchReported, left,        "some",    READY,      LEFT,       "collection_days_max"),
    Row(READY,       DispatchRefused,  refused,     "stopped", STOPPED,    (ShipmentStopped,)),
    Row(READY,       DispatchRefused,  refused,     "part",    READY,      (ShipmentStopped,), moves=False),
    Row(READY,       StopShipment,     recall,      "asked",   STOPPING,   (RecallShipment,),  "recall_hours_max"),
    Row(READY,       TrimShipment,     recall_lines, "asked",  READY,      (RecallLines,),     moves=False),
    Row(READY,       DeadlinePassed,   not_collected, "stopped", STOPPED,  (ShipmentStopped, RecallShipment)),
    Row(READY,       ShowParcel,       show,        "shown",   READY,      (TellShipment,),    moves=False),

    Row(REQUESTED,   DispatchReported, left,        "all",     DISPATCHED, LEFT),
    Row(REQUESTED,   DispatchReported, left,        "some",    PARTLY,     LEFT,       "dispatch_hours_max"),
    Row(REQUESTED,   DispatchRefused,  refused,     "stopped", STOPPED,    (ShipmentStopped,)),
    Row(REQUESTED,   StopShipment,     recall,      "asked",   STOPPING,   (RecallShipment,),  "recall_hours_max"),
    Row(REQUESTED,   DeadlinePassed,   late,        "told",    REQUESTED,  ()),
    Row(REQUESTED,   DeadlinePassed,   late,        NOT_YET, REQUESTED,  (),                 "dispatch_hours_max"),

    Row(PARTLY,      DispatchReported, left,        "all",     DISPATCHED, LEFT),
    Row(PARTLY,      DispatchReported, left,        "some",    PARTLY,     LEFT,       "dispatch_hours_max"),
    Row(PARTLY,      DispatchRefused,  refused,     "stopped", STOPPED,    (ShipmentStopped,)),
    Row(PARTLY,      StopShipment,     recall,      "asked",   STOPPING,   (RecallShipment,),  "recall_hours_max"),
    Row(PARTLY,      DeadlinePassed,   late,        "told",    PARTLY,     ()),
    Row(PARTLY,      DeadlinePassed,   late,        NOT_YET, PARTLY,     (),                 "dispatch_hours_max"),

    Row(STOPPING,    DispatchReported, left,        "all",     DISPATCHED, LEFT),
    Row(STOPPING,    DispatchReported, left,        "some",    STOPPING,   LEFT,       "recall_hours_max"),
    Row(STOPPING,    DispatchRefused,  refused,     "stopped", STOPPED,    (ShipmentStopped,)),
    Row(STOPPING,    DeadlinePassed,   overdue,     "told",    STOPPING,   ()),

    # It may lack a part only; what it does send is waited for as before.
    Row(REQUESTED,   DispatchRefused,  refused,     "part",    REQUESTED,  (ShipmentStopped,), moves=False),
    Row(PARTLY,      DispatchRefused,  refused,     "part",    PARTLY,     (ShipmentStopped,), moves=False),
    Row(STOPPING,    DispatchRefused,  refused,     "part",    STOPPING,   (ShipmentStopped,), moves=False),

    Row(REQUESTED,   TrimShipment,     recall_lines, "asked",  REQUESTED,  (RecallLines,),     moves=False),
    Row(PARTLY,      TrimShipment,     recall_lines, "asked",  PARTLY,     (RecallLines,),     moves=False),
    Row(REQUESTED,   ChangeRecipient,  redirect,    "asked",   REQUESTED,  (RedirectShipment,), moves=False),
    Row(PARTLY,      ChangeRecipient,  redirect,    "asked",   PARTLY,     (RedirectShipment,), moves=False),

    Row(DISPATCHED,  DispatchReported, left,        "all",     DISPATCHED, LEFT),
    Row(STOPPED,     DispatchReported, left,        "all",     STOPPED,    LEFT),

    # The channel that waits for a parcel hears of it once it is booked.
    Row(UNASKED,     ShowParcel,       show,        "shown",   UNASKED,    (TellShipment,),    moves=False),
    Row(PARTLY,      ShowParcel,       show,        "shown",   PARTLY,     (TellShipment,),    moves=False),
    Row(STOPPING,    ShowParcel,       show,        "shown",   STOPPING,   (TellShipment,),    moves=False),
    Row(DISPATCHED,  ShowParcel,       show,        "shown",   DISPATCHED, (TellShipment,),    moves=False),

    # What left after all, though it was sought elsewhere, was the order's all the same.
    Row(STOPPED,     ShowParcel,       show,        "shown",   STOPPED,    (TellShipment,),    moves=False),

    # Labels and arrivals come at any time: a carrier is quicker than a warehouse's report now and then.
    Row(NEW,         LabelKnown,       know,        "known",   UNASKED),
    Row(NEW,         ParcelArrived,    arrive,      "arrived", UNASKED),
    *(Row(s,         LabelKnown,       know,        "known",   s,          moves=False) for s in _STATES),
    *(Row(s,         ParcelArrived,    arrive,      "arrived", s,          (GoodsArrived,),    moves=False) for s in _STATES),

    *again(DispatchReported, left, UNASKED, REQUESTED, PARTLY, READY, STOPPING, DISPATCHED, STOPPED),
)

OTHERS = (
    Ignored((UNASKED, REQUESTED, PARTLY, READY, STOPPING, DISPATCHED, STOPPED), ShipmentTakenOver, "known already"),
    Unexpected((STOPPING, READY), ReleaseMore, "an order asks for more of what it stops: report this as a defect"),
    Ignored((REQUESTED, PARTLY, READY, STOPPING, DISPATCHED, STOPPED), ReleaseShipment, "asked for once already"),
    Ignored((STOPPING, STOPPED), StopShipment, "being stopped, or stopped, already"),
    Ignored((STOPPING, STOPPED, DISPATCHED), TrimShipment, "nothing is waited for, or all of it is asked back"),
    Ignored((STOPPING, STOPPED, DISPATCHED), ChangeRecipient, "nothing is waited for, or all of it is asked back"),
    Ignored((NEW, UNASKED), TrimShipment, "nothing was asked of the location, so nothing is asked back"),
    Ignored((READY,), ChangeRecipient, "whoever fetches it fetches it here"),
    Early((NEW, UNASKED), CollectionReady, "nothing was asked of the location yet"),
    Ignored((READY, STOPPING, STOPPED, DISPATCHED), CollectionReady, "it lies ready already, or is not waited for any more"),
    Unexpected((NEW, UNASKED), ChangeRecipient, "an order redirects what it never released: report this as a defect"),
    Unexpected((NEW, REQUESTED), ShowParcel, "an order shows a parcel that did not leave: report this as a defect"),
    Ignored((DISPATCHED,), StopShipment, "everything has left, and the order has been told"),
    Ignored((DISPATCHED, STOPPED), DispatchRefused, "nothing is waited for any more"),
    Ignored((UNASKED, DISPATCHED, STOPPED), DeadlinePassed, "nothing is waited for"),
    Ignored((UNASKED,), DispatchRefused, "nothing was asked of the location yet"),
    Unexpected((NEW,), DispatchRefused, "the location refuses what it was never asked: ask it which order it means"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a shipment that does not exist: report this as a defect"),
)
# fmt: on
FULFILMENT = Process("fulfilment", FulfilmentData, ROWS, OTHERS)
