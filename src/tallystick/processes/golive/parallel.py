"""The parallel run: day by day, how an old system's export fitted the book. The newest word on a day counts."""

from datetime import date
from typing import Final

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.golive.reports import ParallelDayCompared
from tallystick.processes.table import NEW, Decision, Process, Row, Step

RUNNING: Final = "RUNNING"
DAYS_KEPT_MAX: Final = 400


class ParallelDay(Struct, frozen=True):
    """How a day fitted: keys that are the same, that differ for a known reason, and that differ for none."""

    on: date
    export: str
    same: int
    explained: int
    unexplained: int


class ParallelData(Struct, frozen=True):
    """The days that were compared with *ledger*, in order."""

    ledger: str
    days: tuple[ParallelDay, ...]

    @property
    def clean_days(self) -> int:
        """How many days, back from the newest one compared, have nothing unexplained."""
        clean = 0
        for day in reversed(self.days):
            if day.unexplained:
                break
            clean += 1
        return clean


def compare(data: ParallelData | None, step: Step, view: View) -> Decision:
    """Keep what came of a day; compared again, it counts as it is now."""
    report: ParallelDayCompared = step.data
    day = ParallelDay(report.on, report.export, report.same, report.explained, report.unexplained)
    before = data.days if data else ()
    if day in before:
        return Decision("repeated", data)
    days = sorted([*(d for d in before if d.on != day.on), day], key=lambda d: d.on)
    after = ParallelData(report.ledger, tuple(days[-DAYS_KEPT_MAX:]))
    return Decision("compared", after, answer={"clean_days": after.clean_days})


PARALLEL: Final = Process(
    "parallel",
    ParallelData,
    (
        Row(NEW, ParallelDayCompared, compare, "compared", RUNNING),
        Row(RUNNING, ParallelDayCompared, compare, "compared", RUNNING),
        Row(RUNNING, ParallelDayCompared, compare, "repeated", RUNNING, moves=False),
    ),
)
