"""The inbound: goods announced for a day, arriving in one or several receipts, late, or not at all."""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.availability import (
    InboundAnnounced,
    InboundArrived,
    InboundCancelled,
    IncomingChanged,
    IncomingLine,
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.members import INBOUND as MEMBER
from tallystick.processes.table import NEW, Break, Decision, Early, Ignored, Process, Row, Step, Unexpected

EXPECTED, OVERDUE, ARRIVED, CANCELLED = "EXPECTED", "OVERDUE", "ARRIVED", "CANCELLED"


class InboundData(Struct, frozen=True, omit_defaults=True):
    """Units announced and arrived, by product; what is `open` of them is expected at `location` on `expected_on`."""

    inbound: str
    location: str = ""
    expected_on: date = date.min
    announced: dict[str, int] = {}
    arrived: dict[str, int] = {}

    def open(self) -> dict[str, int]:
        """Units still to come."""
        left = {sku: units - self.arrived.get(sku, 0) for sku, units in self.announced.items()}
        return {sku: units for sku, units in left.items() if units > 0}


def announce(data: InboundData | None, step: Step, view: View) -> Decision:
    """Expect what is announced, less what has arrived already; a later word replaces an earlier one."""
    told: InboundAnnounced = step.data
    announced: dict[str, int] = {}
    for line in told.lines:
        announced[line.sku] = announced.get(line.sku, 0) + line.quantity
    before = data or InboundData(told.inbound)
    after = replace(before, location=told.location, expected_on=told.expected_on, announced=announced)
    outcome = "expected" if after.open() else "arrived"
    return Decision(
        outcome, after, _changes(before, after), within_seconds=_until_overdue(after, step.cause.recorded_at)
    )


def arrive(data: InboundData | None, step: Step, view: View) -> Decision:
    """Take what came in off what is expected; more than was announced is nobody's debt."""
    told: InboundArrived = step.data
    before = data or InboundData(step.cause.subject.partition("/")[2])
    arrived = dict(before.arrived)
    for line in told.lines:
        arrived[line.sku] = arrived.get(line.sku, 0) + line.quantity
    after = replace(before, arrived=arrived)
    return Decision("some" if after.open() else "arrived", after, _changes(before, after))


def cancel(data: InboundData, step: Step, view: View) -> Decision:
    """Expect no more than what has arrived."""
    after = replace(data, announced={})
    return Decision("cancelled", after, _changes(data, after))


def overdue(data: InboundData, step: Step, view: View) -> Decision:
    """The day has passed: what is open counts for no promise any more, and somebody must ask."""
    units = sum(data.open().values())
    text = f"{data.inbound}: {units} units expected at {data.location} on {data.expected_on} have not arrived"
    return Decision("told", data, breaks=(Break("inbound_overdue", text),))


def _changes(before: InboundData, after: InboundData) -> tuple[Struct, ...]:
    """Return the facts that turn what was expected into what is, one for each location."""
    units: dict[tuple[str, str, date], int] = {}
    for data, sign in ((before, -1), (after, 1)):
        for sku, n in data.open().items():
            key = (data.location, sku, data.expected_on)
            units[key] = units.get(key, 0) + sign * n
    lines: dict[str, list[IncomingLine]] = {}
    for (location, sku, day), n in units.items():
        if n:
            lines.setdefault(location, []).append(IncomingLine(sku, day, n))
    return tuple(IncomingChanged(after.inbound, location, tuple(found)) for location, found in lines.items())


def _until_overdue(data: InboundData, now: datetime) -> int:
    """Return the seconds until the expected day is over everywhere west of Greenwich, too."""
    over = datetime.combine(data.expected_on, time(), UTC) + timedelta(hours=36)
    return max(1, int((over - now).total_seconds()))


_TOLD = "inbound_days_max"
# fmt: off
ROWS = (
    #   in state   on message        decide    outcome      to state   within
    Row(NEW,       InboundAnnounced, announce, "expected",  EXPECTED,  within=_TOLD),
    Row(NEW,       InboundArrived,   arrive,   "arrived",   ARRIVED),

    Row(EXPECTED,  InboundAnnounced, announce, "expected",  EXPECTED,  within=_TOLD),
    Row(EXPECTED,  InboundAnnounced, announce, "arrived",   ARRIVED),
    Row(EXPECTED,  InboundArrived,   arrive,   "some",      EXPECTED,  moves=False),
    Row(EXPECTED,  InboundArrived,   arrive,   "arrived",   ARRIVED),
    Row(EXPECTED,  InboundCancelled, cancel,   "cancelled", CANCELLED),
    Row(EXPECTED,  DeadlinePassed,   overdue,  "told",      OVERDUE),

    Row(OVERDUE,   InboundAnnounced, announce, "expected",  EXPECTED,  within=_TOLD),
    Row(OVERDUE,   InboundAnnounced, announce, "arrived",   ARRIVED),
    Row(OVERDUE,   InboundArrived,   arrive,   "some",      OVERDUE),
    Row(OVERDUE,   InboundArrived,   arrive,   "arrived",   ARRIVED),
    Row(OVERDUE,   InboundCancelled, cancel,   "cancelled", CANCELLED),

    # Goods that came before the word of them, or after it was taken back, are here all the same.
    Row(ARRIVED,   InboundAnnounced, announce, "expected",  EXPECTED,  within=_TOLD),
    Row(ARRIVED,   InboundAnnounced, announce, "arrived",   ARRIVED),
    Row(ARRIVED,   InboundArrived,   arrive,   "arrived",   ARRIVED),
    Row(CANCELLED, InboundArrived,   arrive,   "arrived",   CANCELLED),
)
OTHERS = (
    Ignored((CANCELLED,), InboundAnnounced, "it was taken back: what comes after all is announced under another name"),
    Early((NEW,), InboundCancelled, "the announcement itself has not come yet"),
    Ignored((ARRIVED, CANCELLED), InboundCancelled, "nothing of it is expected any more"),
    Ignored((OVERDUE, ARRIVED, CANCELLED), DeadlinePassed, "it has been told, or is not expected any more"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of an announcement that does not exist: report this as a defect"),
)
# fmt: on
INBOUND = Process(MEMBER, InboundData, ROWS, OTHERS)
