"""How long things may be on their way, and the matching rules that follow from it."""

from typing import Final

from msgspec import Struct

from tallystick.reconciliation.book_side import CAPTURE, CHARGEBACK, FEE, REFUND, SETTLEMENT
from tallystick.reconciliation.matching import MatchingRule

STOCK, PROMISED, PAYOUTS = "stock", "promised", "bank"
TILL, LEDGER = "till", "ledger"


class Limits(Struct, frozen=True):
    """How long things may be on their way before a difference is anybody's case; see docs/how-to/operations.md.

    A count is judged *stock_settling_hours* after it was made. Movements within *clock_hours_max* of a location's count,
    or *channel_hours_max* of a channel's, may lie on either side of it; days by two clocks may be *clock_days* apart.
    """

    stock_settling_hours: int = 48
    clock_hours_max: int = 26
    channel_hours_max: int = 40
    provider_settling_days: int = 3
    bank_settling_days: int = 4
    till_settling_days: int = 3
    ledger_settling_days: int = 1
    clock_days: int = 1


AT_ONCE: Final = Limits(0, 0, 0, 0, 0, 0, 0, 0)
"""Judge everything now, also what may still be on its way: for who knows that nothing is."""


def rules(limits: Limits = Limits()) -> dict[str, MatchingRule]:  # noqa: B008 - frozen
    """Return the matching rules by name."""
    days = limits.provider_settling_days
    found = [
        MatchingRule(name, f"{name}_not_at_provider", f"{name}_not_booked", f"{name}_differs", settling_days=days)
        for name in (CAPTURE, REFUND, CHARGEBACK, SETTLEMENT)
    ]
    found += [
        MatchingRule(FEE, differs="fee_differs", settling_days=days),
        MatchingRule(
            PAYOUTS,
            "payout_not_at_bank",
            "bank_line_unknown",
            "payout_over",
            "payout_short",
            "bank_line_doubled",
            settling_days=limits.bank_settling_days,
            by_amount_days_max=limits.bank_settling_days,
        ),
        MatchingRule(
            TILL,
            "till_sale_unlisted",
            "till_sale_not_booked",
            "till_sale_differs",
            doubled="till_number_doubled",
            unique=True,
            settling_days=limits.till_settling_days,
        ),
        MatchingRule(LEDGER, *("ledger_differs",) * 3, settling_days=limits.ledger_settling_days),
    ]
    return {r.name: r for r in found}
