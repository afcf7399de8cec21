"""What a proof says: it holds, or which rows are wrong."""

from typing import Final

from msgspec import Struct

NAMED_MAX: Final = 20


class Proof(Struct, frozen=True):
    """One question asked of a book. Where `ok` is False, `detail` names the rows that are wrong."""

    name: str
    ok: bool
    detail: str


class Findings:
    """Collects what one proof finds wrong; names the first `NAMED_MAX`, counts the rest."""

    def __init__(self, name: str) -> None:
        """Start with nothing found."""
        self.name, self.count = name, 0
        self._named: list[str] = []

    def say(self, finding: str) -> None:
        """Note one wrong row, named so that a person can look it up."""
        self.count += 1
        if len(self._named) < NAMED_MAX:
            self._named.append(finding)

    def proof(self, detail: str) -> Proof:
        """Return the proof: *detail* says what was looked at when nothing is wrong."""
        if not self.count:
            return Proof(self.name, ok=True, detail=detail)
        more = self.count - len(self._named)
        return Proof(self.name, ok=False, detail="; ".join(self._named) + (f"; and {more} more" if more else ""))
