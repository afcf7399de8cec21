"""A difference between the book and a statement: told once, told again when it changes, settled when it has gone."""

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.statements import DifferenceFound, DifferenceSettled
from tallystick.processes.table import NEW, Break, Decision, Ignored, Process, Row, Step

OPEN, SETTLED = "OPEN", "SETTLED"


class DifferenceData(Struct, frozen=True, gc=False):
    """What was told last: of which kind, and by how much they differ."""

    kind: str
    amount: int


def found(data: DifferenceData | None, step: Step, view: View) -> Decision:
    """Tell a person, once; where it has grown or shrunk, tell by how much."""
    report: DifferenceFound = step.data
    now = DifferenceData(report.kind, report.theirs - report.ours)
    said = f"{report.party} {report.key}: they say {report.theirs}, the book says {report.ours}"
    detail = f"{said} ({', '.join(report.references)})" if report.references else said
    return Decision("found", now, breaks=(Break(report.kind, detail, now.amount, report.commodity),))


def found_again(data: DifferenceData, step: Step, view: View) -> Decision:
    """The same difference is not told twice."""
    decision = found(data, step, view)
    if decision.data == data:
        return Decision("repeated", data)
    told = decision.breaks[0]
    changed = Break(told.kind, told.detail, told.amount - data.amount, told.commodity)
    return Decision("changed", decision.data, breaks=(changed,))


def settled(data: DifferenceData, step: Step, view: View) -> Decision:
    """It fits now."""
    return Decision("settled", data)


# fmt: off
ROWS = (
    #   in state   on message         decide       outcome     to state
    Row(NEW,       DifferenceFound,   found,       "found",    OPEN),
    Row(OPEN,      DifferenceFound,   found_again, "repeated", OPEN,    moves=False),
    Row(OPEN,      DifferenceFound,   found_again, "changed",  OPEN),
    Row(OPEN,      DifferenceSettled, settled,     "settled",  SETTLED),
    Row(SETTLED,   DifferenceFound,   found,       "found",    OPEN),
)

OTHERS = (
    Ignored((NEW, SETTLED), DifferenceSettled, "nothing differs"),
)
# fmt: on
DIFFERENCE = Process("difference", DifferenceData, ROWS, OTHERS)
