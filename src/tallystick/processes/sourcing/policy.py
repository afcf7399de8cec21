"""The policy of sourcing. It never reaches back, for orders were sourced by the old one."""

from msgspec import Struct

from tallystick.decisions.sourcing.atlas import PolicyVersion
from tallystick.messages.sourcing.policy import SourcingPolicyDeclared, SourcingPolicySet
from tallystick.processes.members import SOURCING as MEMBER
from tallystick.processes.records.in_force import declaring, document


class SourcingData(Struct, frozen=True, omit_defaults=True):
    """The version in force and those that will be; `last` is the highest number given so far."""

    versions: tuple[PolicyVersion, ...] = ()
    last: int = 0


SOURCING = document(
    MEMBER,
    SourcingData,
    SourcingPolicyDeclared,
    declaring("policy", SourcingData, PolicyVersion, SourcingPolicySet),
)
