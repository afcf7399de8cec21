"""A case of customer service: opened by a customer or by what went wrong, told of every step, closed by somebody."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.partners.cases import (
    CaseClosed,
    CaseInformed,
    CaseMessageReceived,
    CaseOpened,
    CaseStep,
    TellDesk,
    Topic,
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.table import NEW, Break, Decision, Early, Ignored, Process, Row, Step, Unexpected

OPEN, CLOSED = "OPEN", "CLOSED"


class CaseData(Struct, frozen=True, gc=False, omit_defaults=True):
    """What a case is about: references only, nothing of a person. `said` counts the customer's messages."""

    case: str
    channel: str
    topic: Topic
    order: str = ""
    rma: str = ""
    customer: str = ""
    because: str = ""
    said: int = 0
    reason: str = ""


def open_case(_: CaseData | None, step: Step, view: View) -> Decision:
    """Open it, and let the desk know."""
    told: CaseOpened = step.data
    said = 1 if told.message else 0
    data = CaseData(told.case, told.channel, told.topic, told.order, told.rma, told.customer, told.because, said)
    return Decision("opened", data, commands=(_desk(data, "opened", message=told.message, about=told.because),))


def hear(data: CaseData, step: Step, view: View) -> Decision:
    """The customer said more; a case that was closed is open again."""
    after = replace(data, said=data.said + 1, reason="")
    return Decision("heard", after, commands=(_desk(after, "message", message=step.data.message),))


def inform(data: CaseData, step: Step, view: View) -> Decision:
    """Something happened to what the case is about."""
    told: CaseInformed = step.data
    command = _desk(data, told.step, about=told.about, commodity=told.commodity, amount=told.amount)
    return Decision("informed", data, commands=(command,))


def close(data: CaseData, step: Step, view: View) -> Decision:
    """Somebody has settled it."""
    after = replace(data, reason=step.data.reason)
    return Decision("closed", after, commands=(_desk(after, "closed", about=after.reason),), explains=("case_overdue",))


def overdue(data: CaseData, step: Step, view: View) -> Decision:
    """Nobody settled it in time, and the customer waits."""
    return Decision("told", data, breaks=(Break("case_overdue", f"case {data.case}: nobody has settled it"),))


def _desk(data: CaseData, step: CaseStep, **more: Any) -> TellDesk:
    return TellDesk(
        data.channel, data.case, step, data.topic, order=data.order, rma=data.rma, customer=data.customer, **more
    )


# fmt: off
ROWS = (
    #   in state on message           decide     outcome     to state tells         within
    Row(NEW,     CaseOpened,          open_case, "opened",   OPEN,    (TellDesk,),  "case_days_max"),
    Row(OPEN,    CaseMessageReceived, hear,      "heard",    OPEN,    (TellDesk,),  "case_days_max"),
    Row(OPEN,    CaseInformed,        inform,    "informed", OPEN,    (TellDesk,),  moves=False),
    Row(OPEN,    CaseClosed,          close,     "closed",   CLOSED,  (TellDesk,)),
    Row(OPEN,    DeadlinePassed,      overdue,   "told",     OPEN),
    Row(CLOSED,  CaseMessageReceived, hear,      "heard",    OPEN,    (TellDesk,),  "case_days_max"),
)

OTHERS = (
    Ignored((OPEN, CLOSED), CaseOpened, "the case is known"),
    Ignored((CLOSED,), CaseInformed, "nobody waits for it any more"),
    Ignored((CLOSED,), CaseClosed, "it is closed"),
    Ignored((CLOSED,), DeadlinePassed, "it is closed"),
    Early((NEW,), CaseMessageReceived, "the case has not been opened yet"),
    Early((NEW,), CaseInformed, "the case has not been opened yet"),
    Early((NEW,), CaseClosed, "the case has not been opened yet"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a case that does not exist: report this as a defect"),
)
# fmt: on
CASE = Process("case", CaseData, ROWS, OTHERS)
