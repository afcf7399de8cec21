"""The policies of returns. They never reach back: what was allowed goes by what it was allowed by."""

from msgspec import Struct

from tallystick.decisions.returning.policies import PoliciesVersion
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPoliciesSet
from tallystick.processes.members import RETURN_POLICIES as MEMBER
from tallystick.processes.records.in_force import declaring, document


class PoliciesData(Struct, frozen=True, omit_defaults=True):
    """The version in force and those that will be; `last` is the highest number given so far."""

    versions: tuple[PoliciesVersion, ...] = ()
    last: int = 0


RETURN_POLICIES = document(
    MEMBER,
    PoliciesData,
    ReturnPoliciesDeclared,
    declaring("policies", PoliciesData, PoliciesVersion, ReturnPoliciesSet),
)
