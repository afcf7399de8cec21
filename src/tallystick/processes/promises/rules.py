"""The rules of what may be promised: every version recorded, the one in force and those to come kept at hand."""

from datetime import datetime

from msgspec import Struct

from tallystick.decisions.rulebook import RulesVersion
from tallystick.decisions.view import View
from tallystick.messages.availability import AvailabilityRulesDeclared, AvailabilityRulesSet
from tallystick.processes.members import RULES as MEMBER
from tallystick.processes.table import NEW, Decision, Process, Row, Step

IN_FORCE = "IN_FORCE"


class RulesData(Struct, frozen=True, omit_defaults=True):
    """The version in force and those that will be; `last` is the highest number given so far."""

    versions: tuple[RulesVersion, ...] = ()
    last: int = 0


def declare(data: RulesData | None, step: Step, view: View) -> Decision:
    """Put new rules in force, at once or later; they never reach back, for promises have been made by the old ones."""
    report: AvailabilityRulesDeclared = step.data
    before, now = data or RulesData(), step.cause.recorded_at
    begins = max(report.effective_from or now, now)
    version = RulesVersion(before.last + 1, begins, report.rules)
    kept = [v for v in before.versions if v.effective_from < begins]
    after = RulesData((*_still_needed(kept, now), version), version.version)
    fact = AvailabilityRulesSet(version.version, begins, report.rules)
    answer = {"version": version.version, "effective_from": begins.isoformat()}
    return Decision("set", after, (fact,), answer=answer)


def _still_needed(versions: list[RulesVersion], now: datetime) -> list[RulesVersion]:
    """Drop what is in force no more: its event keeps it."""
    past = [v for v in versions if v.effective_from <= now]
    return [*past[-1:], *(v for v in versions if v.effective_from > now)]


# fmt: off
RULES = Process(
    MEMBER,
    RulesData,
    (
        #   in state  on message                 decide   outcome  to state
        Row(NEW,      AvailabilityRulesDeclared, declare, "set",   IN_FORCE),
        Row(IN_FORCE, AvailabilityRulesDeclared, declare, "set",   IN_FORCE),
    ),
)
# fmt: on
