"""A comparison under way: what was stated, what the book says, and as of when both are judged."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from tallystick.reconciliation.book_side import BookSide
from tallystick.reconciliation.limits import Limits


class Statement(Struct, frozen=True):
    """A statement as it was kept: what it says, and of which moment."""

    said: Struct
    at: datetime


class Comparison(Struct, frozen=True):
    """One comparison under way: what the book says, what was stated, and as of when both are judged."""

    book: BookSide
    statements: Sequence[Statement]
    as_of: datetime
    limits: Limits = Limits()

    def said(self, kind: type[Struct]) -> list[Statement]:
        """Return the statements of one kind in the order they were kept."""
        return [s for s in self.statements if isinstance(s.said, kind)]
