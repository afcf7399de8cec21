"""The claim of a loss: goods left and never arrived; the order credits them without their coming back."""

from msgspec import Struct
from msgspec.structs import astuple

from tallystick.decisions.view import View
from tallystick.messages.returns import CreditLoss, LossClaimed, LossCredited
from tallystick.messages.stock import HeldLine
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.table import NEW, Decision, Ignored, Process, Row, Step, Unexpected

CLAIMED, CREDITED = "CLAIMED", "CREDITED"
ORDER = "order"


class ClaimData(Struct, frozen=True, gc=False):
    """What was claimed under which name: it is credited once."""

    claim: str
    lines: tuple[HeldLine, ...]


def claim(data: ClaimData | None, step: Step, view: View) -> Decision:
    """The customer got nothing: the order values what is lost. A claim is credited once, however often it is reported."""
    report: LossClaimed = step.data
    lines = tuple(sorted(report.lines, key=astuple))
    if data is not None:
        return booked_already(data, data.lines == lines, f"{report.order}: claim {report.claim}")
    return Decision("claimed", ClaimData(report.claim, lines), tells=((ORDER, CreditLoss(report.claim, report.lines)),))


def credited(data: ClaimData, step: Step, view: View) -> Decision:
    """The order has booked the loss."""
    return Decision("credited", data)


# fmt: off
ROWS = (
    #   in state   on message    decide    outcome     to state  tells
    Row(NEW,       LossClaimed,  claim,    "claimed",  CLAIMED,  (CreditLoss,)),
    Row(CLAIMED,   LossCredited, credited, "credited", CREDITED),
    *again(LossClaimed, claim, CREDITED),
)

OTHERS = (
    Unexpected((CLAIMED,), LossClaimed, "a claim while the same is being booked: report this as a defect"),
    Unexpected((NEW,), LossCredited, "an order credited no claim of ours: report this as a defect"),
    Ignored((CREDITED,), LossCredited, "credited already"),
)
# fmt: on
CLAIM = Process("claim", ClaimData, ROWS, OTHERS)
