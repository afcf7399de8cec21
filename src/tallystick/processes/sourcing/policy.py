"""The policy of sourcing: every version recorded, the one in force and those to come kept at hand."""

from datetime import datetime

from msgspec import Struct

from tallystick.decisions.sourcing.atlas import PolicyVersion
from tallystick.decisions.view import View
from tallystick.messages.sourcing.policy import SourcingPolicyDeclared, SourcingPolicySet
from tallystick.processes.members import SOURCING as MEMBER
from tallystick.processes.table import NEW, Decision, Process, Row, Step

IN_FORCE = "IN_FORCE"


class SourcingData(Struct, frozen=True, omit_defaults=True):
    """The version in force and those that will be; `last` is the highest number given so far."""

    versions: tuple[PolicyVersion, ...] = ()
    last: int = 0


def declare(data: SourcingData | None, step: Step, view: View) -> Decision:
    """Put a new policy in force, at once or later; it never reaches back, for orders were sourced by the old one."""
    report: SourcingPolicyDeclared = step.data
    before, now = data or SourcingData(), step.cause.recorded_at
    begins = max(report.effective_from or now, now)
    version = PolicyVersion(before.last + 1, begins, report.policy)
    kept = _still_needed([v for v in before.versions if v.effective_from < begins], now)
    fact = SourcingPolicySet(version.version, begins, report.policy)
    answer = {"version": version.version, "effective_from": begins.isoformat()}
    return Decision("set", SourcingData((*kept, version), version.version), (fact,), answer=answer)


def _still_needed(versions: list[PolicyVersion], now: datetime) -> list[PolicyVersion]:
    """Drop what is in force no more: its event keeps it."""
    past = [v for v in versions if v.effective_from <= now]
    return [*past[-1:], *(v for v in versions if v.effective_from > now)]


# fmt: off
SOURCING = Process(
    MEMBER,
    SourcingData,
    (
        #   in state  on message              decide   outcome  to state
        Row(NEW,      SourcingPolicyDeclared, declare, "set",   IN_FORCE),
        Row(IN_FORCE, SourcingPolicyDeclared, declare, "set",   IN_FORCE),
    ),
)
# fmt: on
