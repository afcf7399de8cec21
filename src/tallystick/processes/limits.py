"""How long a process may stand in a state. Named with the unit last; a policy may change the numbers."""

from typing import Final

from tallystick.decisions.rulebook import flaw_of_rules
from tallystick.messages.availability import Rules
from tallystick.messages.partners.screening import SCREENING_HOURS_MAX
from tallystick.messages.reservations import RESERVATION_SECONDS_MAX

LIMITS_SECONDS: Final[dict[str, int]] = {
    "authorisation_minutes_max": 30 * 60,
    "backorder_days_max": 30 * 86400,
    "dispatch_hours_max": 48 * 3600,
    "recall_hours_max": 24 * 3600,
    "sourcing_hours_max": 24 * 3600,
    "collection_days_max": 7 * 86400,
    "capture_hours_max": 72 * 3600,
    "void_hours_max": 72 * 3600,
    "refund_days_max": 14 * 86400,
    "marketplace_days_max": 14 * 86400,
    "return_days_max": 30 * 86400,
    "send_back_days_max": 365 * 86400,
    "inspection_days_max": 7 * 86400,
    "approval_days_max": 7 * 86400,
    "reservation_days_max": RESERVATION_SECONDS_MAX,
    "inbound_days_max": 3650 * 86400,
    "invoice_days_max": 14 * 86400,
    "transfer_hours_max": 72 * 3600,
    "correction_approval_days_max": 14 * 86400,
    "count_days_max": 3650 * 86400,
    "screening_hours_max": SCREENING_HOURS_MAX * 3600,
    "label_hours_max": 24 * 3600,
    "parcel_days_max": 14 * 86400,
    "case_days_max": 3 * 86400,
    "gift_card_days_max": 36_500 * 86400,
}

OVER_SHORT_MINOR_MAX: Final = 500
"""By how much the count of one tender may lie off the takings of a shop's day before a person is told."""


def flaw_of_declared(rules: Rules) -> str:
    """Return what is wrong with *rules*, and which of their deadlines no process knows; empty where all are sound."""
    for place, rule in enumerate(rules.deadlines):
        if rule.limit not in LIMITS_SECONDS:
            return f"deadlines[{place}].limit {rule.limit} is none of {', '.join(LIMITS_SECONDS)}"
    return flaw_of_rules(rules)


ADJUSTMENT_MINOR_MAX: Final = 10_000
"""Up to which value, found and lost units added up, one person may correct stock alone."""
