"""What a report of a return under a policy must be before it is folded."""

from collections.abc import Callable
from typing import Any, Final, get_args

from msgspec import Struct

from tallystick.decisions.returning.policies import flaw_of_policies
from tallystick.messages.returning import policies, reports
from tallystick.model.amount import NUMBER_LIMIT
from tallystick.processes.members import RETURN_POLICIES_SUBJECT

LINES_MAX: Final = 2_000
VERDICTS: Final = frozenset(get_args(policies.Verdict))
AFTER_WORK: Final = frozenset({"resell", "scrap"})


def _declared(data: policies.ReturnPoliciesDeclared) -> str:
    begins = data.effective_from
    if begins is not None and begins.tzinfo is None:
        return f"effective_from {begins.isoformat()} names no time zone: add one, such as Z"
    for place, policy in enumerate(data.policies):
        for name in ("fee_minor", "label_minor", "advance_up_to", "approval_above"):
            if not 0 <= (getattr(policy, name) or 0) < NUMBER_LIMIT:
                return f"policies[{place}]: {name} {getattr(policy, name)} is below zero or not below 2^53"
    return flaw_of_policies(data.policies)


def _judged(data: Any, name: str, allowed: frozenset[str]) -> str:
    if not getattr(data, name):
        return f"{name} is empty: it is booked once by its name"
    if not 0 < len(data.lines) <= LINES_MAX:
        return f"lines: {len(data.lines)} of them, 1 to {LINES_MAX} are needed"
    for x in data.lines:
        if not 0 < x.quantity < NUMBER_LIMIT:
            return f"lines: line {x.line}: quantity {x.quantity} is not above zero and below 2^53"
        if x.verdict not in allowed:
            return f"lines: line {x.line}: verdict {x.verdict!r} is none of {', '.join(sorted(allowed))}"
    return ""


def _approved(data: reports.ReturnRefundApproved) -> str:
    return refund_flaw(data.refund)


def refund_flaw(refund: reports.RefundProposed) -> str:
    """Return what makes a refund impossible to approve, for who proposes one; empty where nothing does."""
    if not 0 < refund.amount < NUMBER_LIMIT:
        return f"amount {refund.amount} is not above zero and below 2^53"
    return "" if refund.reason.strip() else "reason: say why"


CHECKS: Final[dict[type[Struct], Callable[[Any], str]]] = {
    policies.ReturnPoliciesDeclared: _declared,
    reports.ReturnInspected: lambda data: _judged(data, "inspection", VERDICTS),
    reports.ReturnRefurbished: lambda data: _judged(data, "work", AFTER_WORK),
    reports.ReturnRefundApproved: _approved,
}

HOMES: Final[dict[type[Struct], Callable[[Any], str]]] = {
    policies.ReturnPoliciesDeclared: lambda _: RETURN_POLICIES_SUBJECT,
    reports.ReturnRefundApproved: lambda data: f"order/{data.refund.order}",
}
