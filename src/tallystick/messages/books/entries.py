"""Manual entries: what a controller books by hand once another person has approved it."""

from datetime import date

from msgspec import Struct

from tallystick.model.amount import Minor, PositiveMinor


class ManualLine(Struct, frozen=True, gc=False):
    """One amount moved from *credit* to *debit*, both accounts that are open to manual entries."""

    line: int
    debit: str
    credit: str
    amount: PositiveMinor
    text: str = ""


class ManualEntry(Struct, frozen=True):
    """What is proposed and approved, to the letter. *reverses* is the number of the entry it takes back, 0 for none.

    A reversal names the lines of the entry it reverses as they were booked; they are posted the other way round.
    """

    currency: str
    effective_on: date
    reason: str
    lines: tuple[ManualLine, ...]
    reverses: int = 0


class ManualEntryApproved(Struct, frozen=True):
    """Report: another person has approved proposal *proposal*. Users are named by number, never by name."""

    proposal: int
    entry: ManualEntry
    prepared_by: int
    approved_by: int

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.entry.currency


class ManualEntryReversalApproved(Struct, frozen=True):
    """Report: another person has approved, as proposal *proposal*, that an entry be taken back."""

    proposal: int
    entry: ManualEntry
    prepared_by: int
    approved_by: int

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.entry.currency


class PostedLine(Struct, frozen=True, gc=False):
    """One amount of a manual entry, with the two accounts a person chose."""

    line: int
    debit: str
    credit: str
    amount: Minor
    text: str = ""


class ManualEntryPosted(Struct, frozen=True, gc=False):
    """Fact: a manual entry took effect, prepared by one person and approved by another."""

    proposal: int
    currency: str
    reason: str
    prepared_by: int
    approved_by: int
    lines: tuple[PostedLine, ...]


class ManualEntryReversed(Struct, frozen=True, gc=False):
    """Fact: manual entry *reverses* is taken back: its own lines are posted the other way round."""

    proposal: int
    reverses: int
    currency: str
    reason: str
    prepared_by: int
    approved_by: int
    lines: tuple[PostedLine, ...]
