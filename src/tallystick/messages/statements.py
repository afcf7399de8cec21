"""Statements: what partners say they hold, took, paid and owe, as of a moment. And what was found to differ from the book."""

from datetime import date
from typing import Final, Literal

from msgspec import Struct

from tallystick.model.amount import Minor, NaturalMinor, PositiveUnits, SignedMinor, SignedUnits

Measure = Literal["on_hand", "promised"]
ProviderLineKind = Literal["capture", "refund", "chargeback", "settlement", "payout"]


class CountedUnits(Struct, frozen=True, gc=False):
    """Units of a product as the keeper counts them; a counter that has gone wrong may be below zero."""

    sku: str
    units: SignedUnits


class StockStatementReported(Struct, frozen=True, gc=False):
    """Report: what *keeper* counts of each product at the time of the message; one it does not name, it has none of.

    *on_hand* is a location's count of all units there, *promised* a channel's count of units in its open orders.
    """

    statement: str
    keeper: str
    measure: Measure
    lines: tuple[CountedUnits, ...]


class ProviderLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """A line of a provider's statement. *key* names it there.

    *amount* is what was captured, refunded, charged back, settled (gross) or paid out (net); *fee* what it kept of it.
    """

    key: str
    kind: ProviderLineKind
    amount: SignedMinor
    on: date
    order: str = ""
    payout: str = ""
    fee: SignedMinor = 0


class ProviderStatementReported(Struct, frozen=True, gc=False):
    """Report: all that moved at a payment provider, or at a marketplace that collects for us, up to the day *through*."""

    statement: str
    provider: str
    currency: str
    through: date
    lines: tuple[ProviderLine, ...]


class BankLine(Struct, frozen=True, gc=False):
    """A line of a bank statement: *amount* came in (below zero: left), from *party*, who wrote *reference* on it."""

    key: str
    party: str
    reference: str
    amount: SignedMinor
    on: date


class BankStatementReported(Struct, frozen=True, gc=False):
    """Report: all that moved on a bank account up to the day *through*, as far as it was not in an earlier statement."""

    statement: str
    bank: str
    currency: str
    through: date
    lines: tuple[BankLine, ...]


class TillReceipt(Struct, frozen=True, gc=False):
    """A receipt in a till's journal: its running *number*, and what was sold on it, tax included."""

    number: PositiveUnits
    gross: NaturalMinor


class TillJournalReported(Struct, frozen=True, gc=False):
    """Report: every receipt that a till printed on the day *on*, from the number *first* to the number *last*."""

    journal: str
    till: str
    currency: str
    on: date
    first: PositiveUnits
    last: PositiveUnits
    receipts: tuple[TillReceipt, ...]


class LedgerLine(Struct, frozen=True, gc=False):
    """What an account holds in another ledger: debits less credits."""

    account: str
    balance: Minor


class LedgerStatementReported(Struct, frozen=True, gc=False):
    """Report: the trial balance of another ledger at the end of the day *through*, by the names our accounts have."""

    statement: str
    ledger: str
    currency: str
    through: date
    lines: tuple[LedgerLine, ...]


class DifferenceFound(Struct, frozen=True, gc=False):
    """Report by our own reconciliation: *rule* found under *key* that *party* says *theirs* where the book says *ours*."""

    rule: str
    kind: str
    party: str
    key: str
    commodity: str
    ours: int
    theirs: int
    references: tuple[str, ...] = ()


class DifferenceSettled(Struct, frozen=True, gc=False):
    """Report by our own reconciliation: what differed under *key* fits now."""

    rule: str
    party: str
    key: str


REPORTS: Final[tuple[type[Struct], ...]] = (
    StockStatementReported,
    ProviderStatementReported,
    BankStatementReported,
    TillJournalReported,
    LedgerStatementReported,
    DifferenceFound,
    DifferenceSettled,
)
"""What statements say, and what comparing them finds."""
