"""The message types of returns under a policy by their role, for the catalogue."""

from typing import Final

from msgspec import Struct

from tallystick.messages.returning import facts, policies, reports, tells

BY_ROLE: Final[dict[str, tuple[type[Struct], ...]]] = {
    "report": (policies.ReturnPoliciesDeclared, *reports.REPORTS),
    "fact": (
        policies.ReturnPoliciesSet,
        facts.ReturnHeld,
        facts.ReturnSorted,
        facts.ReturnCredited,
        facts.RefundAdvanced,
        facts.AdvanceCharged,
    ),
    "tell": (
        tells.WeighReturn,
        tells.ReturnUnruled,
        tells.ReturnRefused,
        tells.ReturnAllowed,
        tells.ParcelArrived,
        tells.HoldReturned,
        tells.ReturnedHeld,
        tells.SettleReturn,
        tells.ReturnSettledUp,
        tells.LapseReturn,
    ),
}
