"""The rules of what may be promised. They never reach back, for promises have been made by the old ones."""

from msgspec import Struct

from tallystick.decisions.rulebook import RulesVersion
from tallystick.messages.availability import AvailabilityRulesDeclared, AvailabilityRulesSet
from tallystick.processes.members import RULES as MEMBER
from tallystick.processes.records.in_force import declaring, document


class RulesData(Struct, frozen=True, omit_defaults=True):
    """The version in force and those that will be; `last` is the highest number given so far."""

    versions: tuple[RulesVersion, ...] = ()
    last: int = 0


RULES = document(
    MEMBER,
    RulesData,
    AvailabilityRulesDeclared,
    declaring("rules", RulesData, RulesVersion, AvailabilityRulesSet),
)
