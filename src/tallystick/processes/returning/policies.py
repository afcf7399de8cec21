"""The policies of returns: every version recorded, the one in force and those to come kept at hand."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from tallystick.decisions.returning.policies import PoliciesVersion
from tallystick.decisions.view import View
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPoliciesSet
from tallystick.processes.members import RETURN_POLICIES as MEMBER
from tallystick.processes.table import NEW, Decision, Process, Row, Step

IN_FORCE: Final = "IN_FORCE"


class PoliciesData(Struct, frozen=True, omit_defaults=True):
    """The version in force and those that will be; `last` is the highest number given so far."""

    versions: tuple[PoliciesVersion, ...] = ()
    last: int = 0


def declare(data: PoliciesData | None, step: Step, view: View) -> Decision:
    """Put new policies in force, at once or later; they never reach back: what was allowed goes by what it was allowed by."""
    report: ReturnPoliciesDeclared = step.data
    before, now = data or PoliciesData(), step.cause.recorded_at
    begins = max(report.effective_from or now, now)
    version = PoliciesVersion(before.last + 1, begins, report.policies)
    kept = [v for v in before.versions if v.effective_from < begins]
    after = PoliciesData((*_still_needed(kept, now), version), version.version)
    fact = ReturnPoliciesSet(version.version, begins, report.policies)
    answer = {"version": version.version, "effective_from": begins.isoformat()}
    return Decision("set", after, (fact,), answer=answer)


def _still_needed(versions: list[PoliciesVersion], now: datetime) -> list[PoliciesVersion]:
    """Drop what is in force no more: its event keeps it."""
    past = [v for v in versions if v.effective_from <= now]
    return [*past[-1:], *(v for v in versions if v.effective_from > now)]


# fmt: off
RETURN_POLICIES = Process(
    MEMBER,
    PoliciesData,
    (
        #   in state  on message              decide   outcome  to state
        Row(NEW,      ReturnPoliciesDeclared, declare, "set",   IN_FORCE),
        Row(IN_FORCE, ReturnPoliciesDeclared, declare, "set",   IN_FORCE),
    ),
)
# fmt: on
