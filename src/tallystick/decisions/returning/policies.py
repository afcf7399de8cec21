"""The policies of returns in force, and what one says of a request."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from tallystick.messages.returning.policies import DISPOSALS, ReturnPolicy

DAYS_MAX: Final = 365
POLICIES_MAX: Final = 200
PER_MILLE: Final = 1000
NOT_SENT, WINDOW, REASON, CONDITION = "not_sent", "window_closed", "reason_not_accepted", "condition_not_accepted"
"""Why a return is refused."""


class PoliciesVersion(Struct, frozen=True, omit_defaults=True):
    """Policies with their version (1 is the first) and the moment (UTC) from which they are in force."""

    version: int
    effective_from: datetime
    policies: tuple[ReturnPolicy, ...]


def policy_at(versions: Sequence[PoliciesVersion], moment: datetime, channel: str) -> ReturnPolicy | None:
    """Return what counts for *channel* at *moment* (UTC): its own policy before everybody's; None where there is none."""
    begun = [v for v in versions if v.effective_from <= moment]
    if not begun:
        return None
    policies = max(begun, key=lambda v: (v.effective_from, v.version)).policies
    own = (p for p in policies if channel in p.channels)
    return next(own, None) or next((p for p in policies if not p.channels), None)


class Asked(Struct, frozen=True):
    """A request: why, in which condition, on which day, and when the customer got the goods, where that is known."""

    reason: str
    condition: str
    on: date
    delivered_on: date | None = None


class Objection(Struct, frozen=True):
    """Why a policy does not allow a return; *until* is the last day of the window, where that is why."""

    because: str
    until: date | None = None


def objection(policy: ReturnPolicy, asked: Asked, sent_on: date | None) -> Objection | None:
    """Return what *policy* has against a return of goods that left on *sent_on*; None where it has nothing.

    Of what left before days were kept nothing is known: the window is taken to be open.
    """
    if policy.reasons and asked.reason not in {*policy.reasons, *policy.free_reasons}:
        return Objection(REASON)
    if policy.conditions and asked.condition not in policy.conditions:
        return Objection(CONDITION)
    if sent_on is None:
        return None
    until = _counted_from(policy, asked, sent_on) + timedelta(days=policy.window_days)
    return Objection(WINDOW, until) if asked.on > until else None


def _counted_from(policy: ReturnPolicy, asked: Asked, sent_on: date) -> date:
    """A delivery is reported by whoever asks: it counts only where it can be one, on the way and no later than today."""
    if policy.counts_from == "dispatch":
        return sent_on
    expected = sent_on + timedelta(days=policy.delivery_days)
    reported = asked.delivered_on
    return reported if reported is not None and sent_on <= reported <= max(expected, sent_on) else expected


def flaw_of_policies(policies: Sequence[ReturnPolicy]) -> str:
    """Return which policy stands there twice, overlaps another, or says what cannot be; empty where all are sound."""
    if len(policies) > POLICIES_MAX:
        return f"policies: {len(policies)} of them, at most {POLICIES_MAX}"
    names: set[str] = set()
    channels: dict[str, str] = {}
    for place, policy in enumerate(policies):
        where = f"policies[{place}]"
        flaw = _flaw(policy)
        if flaw:
            return f"{where}: {flaw}"
        if policy.name in names:
            return f"{where}: name {policy.name} stands there twice: each policy has a name of its own"
        names.add(policy.name)
        for channel in policy.channels or ("",):
            if channel in channels:
                who = channel or "every channel"
                return f"{where}: channels: {who} has the policy {channels[channel]} already: keep one of them"
            channels[channel] = policy.name
    return ""


def _flaw(policy: ReturnPolicy) -> str:
    if not policy.name or not policy.name.isprintable():
        return "name is empty or cannot be printed"
    for name, least in (("window_days", 0), ("delivery_days", 0), ("send_back_days", 1)):
        if not least <= getattr(policy, name) <= DAYS_MAX:
            return f"{name} {getattr(policy, name)} is not between {least} and {DAYS_MAX}"
    if not 0 <= policy.fee_per_mille <= PER_MILLE:
        return f"fee_per_mille {policy.fee_per_mille} is not between 0 and {PER_MILLE}"
    if policy.label == "shop" and policy.label_minor:
        return (
            "label_minor: the shop pays for the label, so nothing is kept for it: take it out, or say label = customer"
        )
    if not policy.disposals or not set(policy.disposals) <= set(DISPOSALS):
        return f"disposals: name at least one of {', '.join(DISPOSALS)}"
    return ""
