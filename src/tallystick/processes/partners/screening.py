"""Screening: an order is held until somebody has said that it may go. Silence goes by the rule of its channel."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.partners.screening import (
    BeginScreening,
    OrderScreened,
    ScreeningDoubted,
    ScreeningFailed,
    ScreeningPassed,
    ScreeningRuled,
    ScreenOrder,
    Verdict,
)
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.table import NEW, Break, Decision, Ignored, Process, Row, Step, Unexpected

HELD, REVIEW, PASSED, FAILED = "HELD", "REVIEW", "PASSED", "FAILED"
ORDER = "order"
DOUBTS = ("screening_review", "screening_overdue")
_OUTCOMES = {"accept": "accepted", "review": "doubted", "reject": "rejected"}
SILENCE, PERSON = "nobody judged in time", "a person"


class ScreeningData(Struct, frozen=True, gc=False, omit_defaults=True):
    """What is held, how silence is taken, and what was said of it: by whom, with which score and reasons."""

    asked: ScreenOrder
    otherwise: Verdict = "review"
    verdict: str = ""
    by: str = ""
    score: int = 0
    reasons: tuple[str, ...] = ()


def ask(_: ScreeningData | None, step: Step, view: View) -> Decision:
    """Have the order judged; the rule says how long that may take."""
    told: BeginScreening = step.data
    data = ScreeningData(told.asked, told.otherwise)
    return Decision("asked", data, commands=(told.asked,), within_seconds=told.hours * 3600)


def judge(data: ScreeningData, step: Step, view: View) -> Decision:
    """Do what whoever judges says."""
    said: OrderScreened = step.data
    return _said(replace(data, verdict=said.verdict, by=said.by, score=said.score, reasons=said.reasons))


def judge_again(data: ScreeningData, step: Step, view: View) -> Decision:
    """A person looks at it already: a further word decides only where it is no doubt."""
    if step.data.verdict == "review":
        return Decision("known", data)
    return judge(data, step, view)


def rule(data: ScreeningData, step: Step, view: View) -> Decision:
    """Do what a person says."""
    said: ScreeningRuled = step.data
    reasons = (*data.reasons, said.reason) if said.reason else data.reasons
    return _said(replace(data, verdict=said.ruling, by=PERSON, reasons=reasons))


def silence(data: ScreeningData, step: Step, view: View) -> Decision:
    """Nobody judged in time: as the rule has it."""
    return _said(replace(data, verdict=data.otherwise, by=SILENCE))


def unlooked(data: ScreeningData, step: Step, view: View) -> Decision:
    """No person has looked in time: as the rule has it, and where that is to look, somebody is told once more."""
    if data.otherwise != "review":
        return silence(data, step, view)
    asked = data.asked
    text = f"{asked.order}: nobody has looked at it"
    return Decision("told", data, breaks=(Break("screening_overdue", text, asked.amount, asked.currency),))


def late(data: ScreeningData, step: Step, view: View) -> Decision:
    """It was let go before; a refusal that comes now is for a person: goods may have left."""
    if step.data.verdict != "reject":
        return Decision("known", data)
    asked = data.asked
    text = f"{asked.order}: refused by {step.data.by or 'whoever judges'} after it was let go: stop it, or have it back"
    return Decision("late", data, breaks=(Break("screened_late", text, asked.amount, asked.currency),))


def known(data: ScreeningData, step: Step, view: View) -> Decision:
    """It was refused before; nothing brings it back."""
    return Decision("known", data)


def too_late(data: ScreeningData, step: Step, view: View) -> Decision:
    """It has been decided."""
    return Decision("too_late", data, answer={"verdict": data.verdict, "by": data.by})


def _said(data: ScreeningData) -> Decision:
    because = f"screening: {', '.join(data.reasons) or data.by or 'no reason given'}"
    tell: Struct = ScreeningPassed()
    settled = () if data.verdict == "review" else DOUBTS
    if data.verdict == "reject":
        tell = ScreeningFailed(because)
    elif data.verdict == "review":
        tell = ScreeningDoubted(because)
    return Decision(_OUTCOMES[data.verdict], data, tells=((ORDER, tell),), explains=settled)


# fmt: off
ROWS = (
    #   in state  on message      decide       outcome     to state  tells                within
    Row(NEW,      BeginScreening, ask,         "asked",    HELD,     (ScreenOrder,),      "screening_hours_max"),

    Row(HELD,     OrderScreened,  judge,       "accepted", PASSED,   (ScreeningPassed,)),
    Row(HELD,     OrderScreened,  judge,       "rejected", FAILED,   (ScreeningFailed,)),
    Row(HELD,     OrderScreened,  judge,       "doubted",  REVIEW,   (ScreeningDoubted,), "screening_hours_max"),
    Row(HELD,     ScreeningRuled, rule,        "accepted", PASSED,   (ScreeningPassed,)),
    Row(HELD,     ScreeningRuled, rule,        "rejected", FAILED,   (ScreeningFailed,)),
    Row(HELD,     DeadlinePassed, silence,     "accepted", PASSED,   (ScreeningPassed,)),
    Row(HELD,     DeadlinePassed, silence,     "rejected", FAILED,   (ScreeningFailed,)),
    Row(HELD,     DeadlinePassed, silence,     "doubted",  REVIEW,   (ScreeningDoubted,), "screening_hours_max"),

    Row(REVIEW,   OrderScreened,  judge_again, "accepted", PASSED,   (ScreeningPassed,)),
    Row(REVIEW,   OrderScreened,  judge_again, "rejected", FAILED,   (ScreeningFailed,)),
    Row(REVIEW,   OrderScreened,  judge_again, "known",    REVIEW,   moves=False),
    Row(REVIEW,   ScreeningRuled, rule,        "accepted", PASSED,   (ScreeningPassed,)),
    Row(REVIEW,   ScreeningRuled, rule,        "rejected", FAILED,   (ScreeningFailed,)),
    Row(REVIEW,   DeadlinePassed, unlooked,    "accepted", PASSED,   (ScreeningPassed,)),
    Row(REVIEW,   DeadlinePassed, unlooked,    "rejected", FAILED,   (ScreeningFailed,)),
    Row(REVIEW,   DeadlinePassed, unlooked,    "told",     REVIEW),

    Row(PASSED,   OrderScreened,  late,        "late",     PASSED,   moves=False),
    Row(PASSED,   OrderScreened,  late,        "known",    PASSED,   moves=False),
    Row(FAILED,   OrderScreened,  known,       "known",    FAILED,   moves=False),
    Row(PASSED,   ScreeningRuled, too_late,    "too_late", PASSED,   moves=False),
    Row(FAILED,   ScreeningRuled, too_late,    "too_late", FAILED,   moves=False),
)

OTHERS = (
    Ignored((NEW,), OrderScreened, "the order is not held: its channel has no rule of screening"),
    Ignored((NEW,), ScreeningRuled, "the order is not held: its channel has no rule of screening"),
    Ignored((PASSED, FAILED), DeadlinePassed, "it has been decided"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a screening that does not exist: report this as a defect"),
    Unexpected((HELD, REVIEW, PASSED, FAILED), BeginScreening, "an order is held twice: report this as a defect"),
)
# fmt: on
SCREENING = Process("screening", ScreeningData, ROWS, OTHERS)
