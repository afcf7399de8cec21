"""The count: planned, counted blind by one, two or three people, and posted as corrections."""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.stocking.count_judgement import Round, judged
from tallystick.decisions.view import View
from tallystick.journal.layer import COST_SCALE, Layer
from tallystick.messages.sales import DeadlinePassed
from tallystick.messages.stocking.corrections import CorrectionLine, PostCorrection, StockState
from tallystick.messages.stocking.counts import (
    CountCancelled,
    CountedLine,
    CountLimits,
    CountLine,
    CountPlanned,
    CountStarted,
    CountStock,
    CountTaken,
    JudgeCount,
)
from tallystick.processes.members import CORRECTION
from tallystick.processes.members import COUNT as MEMBER
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.stocking.shelving import digest_of
from tallystick.processes.table import NEW, Break, Decision, Early, Ignored, Other, Process, Row, Step

COUNTING, SETTLED, CANCELLED = "COUNTING", "SETTLED", "CANCELLED"


class Counting(Struct, frozen=True, gc=False, omit_defaults=True):
    """A line: what the book had when its round began, the rounds so far, how many are judged, and how it ended."""

    line: int
    sku: str
    state: StockState
    began: int
    rounds: tuple[Round, ...] = ()
    judged: int = 0
    settled: bool = False
    difference: int = 0

    def asked(self) -> CountLine:
        """Return what a counter is told of it."""
        return CountLine(self.line, self.sku, self.state)

    def counters(self) -> tuple[str, ...]:
        """Return who has counted it."""
        return tuple(r.counter for r in self.rounds)


class CountData(Struct, frozen=True, omit_defaults=True):
    """The count as it stands."""

    count: str
    location: str
    currency: str
    due_on: date
    limits: CountLimits
    lines: tuple[Counting, ...]
    digest: str
    plan: str = ""

    def open_lines(self) -> tuple[Counting, ...]:
        """Return the lines that are to be counted, or counted again."""
        return tuple(x for x in self.lines if not x.settled)


def book_number(layer: Layer, state: str) -> int:
    """Return the units somebody should find in *state*: reserved ones stand among the sellable, unexplained ones do not count."""
    if state == "sellable":
        return layer.sellable + layer.reserved - layer.short
    found: int = getattr(layer, state)
    return found


def unit_value(layer: Layer) -> int:
    """Return what a unit is worth by what is known, in minor units, rounded up: a limit is not slipped under by halves."""
    if layer.on_hand:
        return -(-layer.value // layer.on_hand)
    return -(-layer.last_cost // COST_SCALE)


def plan(data: CountData | None, step: Step, view: View) -> Decision:
    """Ask for a count. What is sent says which products, and nothing of what the book has."""
    told: CountPlanned = step.data
    if data is not None:
        return booked_already(data, data.digest == digest_of(told), f"count {data.count}")
    lines = tuple(
        Counting(x.line, x.sku, x.state, book_number(view.layer(x.sku, told.location), x.state)) for x in told.lines
    )
    fresh = CountData(
        told.count,
        told.location,
        told.currency,
        told.due_on,
        told.limits,
        lines,
        digest_of(told),
        told.plan,
    )
    over = datetime.combine(told.due_on, time(), UTC) + timedelta(hours=36)
    seconds = max(1, int((over - step.cause.recorded_at).total_seconds()))
    asked = CountStock(told.count, told.location, 1, told.due_on, told.lines, ())
    return Decision("planned", fresh, commands=(asked,), within_seconds=seconds)


def start(data: CountData, step: Step, view: View) -> Decision:
    """Somebody stands before the shelves: what moved before now is behind him."""
    return Decision("started", replace(data, lines=tuple(_begun(x, data, view) for x in data.lines)))


def _begun(x: Counting, data: CountData, view: View) -> Counting:
    return x if x.settled else replace(x, began=book_number(view.layer(x.sku, data.location), x.state))


def take(data: CountData, step: Step, view: View) -> Decision:
    """Take what was counted. The answer is the same whatever the book has; who has counted a line is not heard again on it."""
    told: CountTaken = step.data
    by_line = {x.line: x for x in told.lines}
    lines, heard = [], []
    for x in data.lines:
        counted = by_line.get(x.line)
        if counted is None or x.settled or told.counter in x.counters():
            lines.append(x)
            continue
        lines.append(replace(x, rounds=(*x.rounds, _round(x, data, (told.counter, counted), view))))
        heard.append(x.line)
    if not heard:
        return Decision("not_taken", data, answer={"lines": []})
    after = replace(data, lines=tuple(lines))
    return Decision("taken", after, tells=((MEMBER, JudgeCount()),), answer={"lines": heard})


def _round(x: Counting, data: CountData, counted: tuple[str, CountedLine], view: View) -> Round:
    now = book_number(view.layer(x.sku, data.location), x.state)
    return Round(counted[0], counted[1].units, min(x.began, now), max(x.began, now))


def judge(data: CountData, step: Step, view: View) -> Decision:
    """Say of each line counted whether it fits, differs, or must be counted by somebody else; at the end, correct."""
    lines, once_more = [], list[Counting]()
    for x in data.lines:
        if x.settled or len(x.rounds) == x.judged:
            lines.append(x)
            continue
        layer = view.layer(x.sku, data.location)
        found = judged(x.rounds, unit_value(layer), data.limits)
        settled = found.says == "settled"
        began = x.began if settled else book_number(layer, x.state)
        done = replace(x, began=began, judged=len(x.rounds), settled=settled, difference=found.difference)
        lines.append(done)
        if not settled:
            once_more.append(done)
    after = replace(data, lines=tuple(lines))
    if after.open_lines():
        return Decision("open", after, commands=_recounts(after, once_more))
    return Decision("settled", after, tells=_corrections(after))


def _recounts(data: CountData, lines: list[Counting]) -> tuple[CountStock, ...]:
    """Ask for the next round of *lines*, each by somebody who has not counted it."""
    asked: dict[tuple[str, ...], list[CountLine]] = {}
    for x in lines:
        asked.setdefault(x.counters(), []).append(x.asked())
    return tuple(
        CountStock(data.count, data.location, len(who) + 1, data.due_on, tuple(found), who)
        for who, found in asked.items()
    )


def _corrections(data: CountData) -> tuple[tuple[str, Struct], ...]:
    lines = tuple(
        CorrectionLine(x.line, x.sku, x.difference, x.state, "found" if x.difference > 0 else "shrinkage")
        for x in data.lines
        if x.difference
    )
    if not lines:
        return ()
    counters = tuple(dict.fromkeys(name for x in data.lines for name in x.counters()))
    limit = data.limits.approval_minor
    return ((CORRECTION, PostCorrection(data.count, data.location, data.currency, lines, counters, limit)),)


def cancel(data: CountData, step: Step, view: View) -> Decision:
    """Correct nothing."""
    return Decision("cancelled", data)


def overdue(data: CountData, step: Step, view: View) -> Decision:
    """The day has passed: somebody must be sent."""
    text = f"{data.count}: {len(data.open_lines())} lines at {data.location} were to be counted by {data.due_on}"
    return Decision("told", data, breaks=(Break("count_overdue", text),))


_UNTIL = "count_days_max"
# fmt: off
ROWS = (
    #   in state   on message      decide   outcome      to state   tells              within
    Row(NEW,       CountPlanned,   plan,    "planned",   COUNTING,  (CountStock,),     _UNTIL),
    *again(CountPlanned, plan, COUNTING, SETTLED, CANCELLED),
    Row(COUNTING,  CountStarted,   start,   "started",   COUNTING,  moves=False),
    Row(COUNTING,  CountTaken,     take,    "taken",     COUNTING,  (JudgeCount,),     moves=False),
    Row(COUNTING,  CountTaken,     take,    "not_taken", COUNTING,  moves=False),
    Row(COUNTING,  JudgeCount,     judge,   "open",      COUNTING,  (CountStock,),     moves=False),
    Row(COUNTING,  JudgeCount,     judge,   "settled",   SETTLED,   (PostCorrection,)),
    Row(COUNTING,  CountCancelled, cancel,  "cancelled", CANCELLED),
    Row(COUNTING,  DeadlinePassed, overdue, "told",      COUNTING),
)
OTHERS: tuple[Other, ...] = (
    *(
        Early((NEW,), message, "the plan of the count has not come yet")
        for message in (CountStarted, CountTaken, CountCancelled, JudgeCount)
    ),
    *(
        Ignored((SETTLED, CANCELLED), message, "what is counted now belongs to the next count")
        for message in (CountStarted, CountTaken, CountCancelled, JudgeCount)
    ),
    Ignored((NEW, SETTLED, CANCELLED), DeadlinePassed, "it is settled, or not to be counted"),
)
# fmt: on
COUNT = Process(MEMBER, CountData, ROWS, OTHERS)
