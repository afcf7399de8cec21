"""The kinds of faults, and the log of those that were put in: what each must come to, and what may come along with it."""

from typing import Final

from msgspec import Struct

_OVERDUE: Final = frozenset({"captured_after_end", "dispatch_overdue", "authorisation_overdue"})

ABSORBED: Final[dict[str, frozenset[str]]] = {
    "message_lost": _OVERDUE,
    "message_doubled": frozenset(),
    "message_late_minutes": _OVERDUE,
    "message_late_a_day": _OVERDUE,
    "message_backfilled": frozenset(),
    "statement_corrected": frozenset(),
    "clock_off": frozenset(),
    "wrong_zone": frozenset(),
    "command_lost": _OVERDUE,
    "partner_slow": frozenset(),
    "partner_down": _OVERDUE,
    "crash_before_fold": _OVERDUE,
    "crash_before_commit": _OVERDUE,
    "crash_before_answer": _OVERDUE,
    "crash_before_marking": frozenset(),
}
"""Faults that must leave no trace, and which exceptions they may cause all the same: somebody waited too long."""

SHOWN: Final[dict[str, frozenset[str]]] = {
    "message_contradicted": frozenset(),
    "goods_vanished": frozenset(),
    "goods_appeared": frozenset(),
    "dispatch_unreported": frozenset({"dispatch_overdue"}),
    "dispatch_made_up": frozenset(),
    "counter_drifted": frozenset(),
    "order_lost": frozenset(),
    "capture_unreported": frozenset({"capture_overdue", "authorisation_overdue"}),
    "capture_made_up": frozenset({"refund_failed", "captured_after_end"}),
    "refund_unreported": frozenset({"refund_overdue"}),
    "refund_made_up": frozenset(),
    "refund_doubled": frozenset(),
    "chargeback_unreported": frozenset(),
    "settlement_unreported": frozenset(),
    "fee_raised": frozenset(),
    "payout_shortened": frozenset(),
    "payout_lost": frozenset(),
    "payout_unannounced": frozenset(),
    "bank_line_doubled": frozenset(),
    "till_number_skipped": frozenset(),
    "till_number_doubled": frozenset(),
    "till_sale_unreported": frozenset(),
    "till_sale_misread": frozenset(),
    "journal_dropped": frozenset(),
    "journal_doubled": frozenset(),
    "foreign_entry": frozenset(),
}
"""Lies and losses for good that must be shown, and which other exceptions they cause on the subjects they hit."""

Exception_ = tuple[str, str]
"""(kind of break, subject it stands under)."""


class Fault(Struct):
    """One fault. *expects* are the breaks that must be raised, with the amount at stake; none where it must be absorbed."""

    id: int
    kind: str
    subjects: set[str]
    expects: dict[Exception_, int]
    message: tuple[str, str] | None = None

    @property
    def allows(self) -> frozenset[str]:
        """The kinds of breaks that may come along with it."""
        return ABSORBED.get(self.kind) or SHOWN.get(self.kind) or frozenset()


class FaultLog:
    """Every fault of one history, in the order they were put in; and what people did that is an exception by itself."""

    def __init__(self) -> None:
        """Start with a world that tells the truth."""
        self.faults: list[Fault] = []
        self.happenings: dict[Exception_, int] = {}
        self.lied_orders: set[str] = set()
        self._taken: set[str] = set()

    def absorbed(self, kind: str, *subjects: str, message: tuple[str, str] | None = None) -> Fault:
        """Write down a fault that must leave no trace."""
        return self._put(Fault(len(self.faults) + 1, kind, set(subjects), {}, message))

    def shown(self, kind: str, expects: dict[Exception_, int], *subjects: str) -> Fault:
        """Write down a fault that must be shown as *expects* says."""
        return self._put(Fault(len(self.faults) + 1, kind, set(subjects), expects))

    def lied(self, kind: str, expects: dict[Exception_, int], order: str) -> Fault:
        """Write down a lie about an order: nothing else will be lied about it."""
        self.lied_orders.add(order)
        return self.shown(kind, expects, f"order/{order}")

    def takes(self, *names: str) -> bool:
        """Reserve *names* for one fault, so that no two faults hide each other; False where one is taken."""
        if any(name in self._taken for name in names):
            return False
        self._taken.update(names)
        return True

    def _put(self, fault: Fault) -> Fault:
        self.faults.append(fault)
        return fault


def difference(rule: str, party: str, key: str) -> str:
    """Return the subject under which reconciliation reports a difference."""
    return f"difference/{rule}/{party}/{key}"
