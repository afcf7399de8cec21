"""How long a process may stand in a state. Named with the unit last; a policy may change the numbers."""

from typing import Final

from tallystick.messages.reservations import RESERVATION_SECONDS_MAX

LIMITS_SECONDS: Final[dict[str, int]] = {
    "authorisation_minutes_max": 30 * 60,
    "backorder_days_max": 30 * 86400,
    "dispatch_hours_max": 48 * 3600,
    "recall_hours_max": 24 * 3600,
    "capture_hours_max": 72 * 3600,
    "void_hours_max": 72 * 3600,
    "refund_days_max": 14 * 86400,
    "return_days_max": 30 * 86400,
    "send_back_days_max": 365 * 86400,
    "inspection_days_max": 7 * 86400,
    "approval_days_max": 7 * 86400,
    "reservation_days_max": RESERVATION_SECONDS_MAX,
    "inbound_days_max": 3650 * 86400,
    "invoice_days_max": 14 * 86400,
}

OVER_SHORT_MINOR_MAX: Final = 500
"""By how much the count of one tender may lie off the takings of a shop's day before a person is told."""
