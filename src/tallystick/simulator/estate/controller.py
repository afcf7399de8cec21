"""The controller: lays the statements that came in beside the book, and reports what differs, as in life."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from tallystick.messages.envelope import Message
from tallystick.messages.statements import DifferenceFound, DifferenceSettled
from tallystick.processes.folded import Folded
from tallystick.processes.records.statements import KINDS
from tallystick.reconciliation.book_side import Seen, book_side
from tallystick.reconciliation.comparison import Comparison, Statement
from tallystick.reconciliation.comparisons import COMPARISONS, reconcile
from tallystick.reconciliation.limits import Limits
from tallystick.reconciliation.matching import Difference
from tallystick.simulator.estate.town import Town

SOURCE: Final = "reconciliation"


class Practice(Struct, frozen=True):
    """How a house reconciles: which comparisons it makes, and how long it lets things settle."""

    comparisons: tuple[str, ...] = tuple(COMPARISONS)
    limits: Limits = Limits()


class Controller:
    """Sees the book and the statements, and nothing of what truly happened."""

    def __init__(self, town: Town, practice: Practice) -> None:
        """Work in *town*, as *practice* says."""
        self.town, self.practice = town, practice
        self.seen: list[Seen] = []
        self.statements: dict[str, Statement] = {}
        self.open: dict[str, Difference] = {}
        self.reports = 0
        self.on_found: Callable[[Difference], None] = lambda _: None
        town.listeners.append(self.hears)

    def hears(self, folded: Folded) -> None:
        """Keep what the book has committed, and the newest word of each statement."""
        m = folded.message
        if isinstance(m.data, KINDS):
            if folded.outcome != "repeated":
                self.statements[m.subject] = Statement(m.data, m.effective_at)
            return
        if folded.facts or folded.outcome == "refused":
            facts, postings = tuple(folded.facts), tuple(folded.postings)
            seen = Seen(m.subject, m.data, facts, postings, m.effective_at, m.effective_on, self._today())
            self.seen.append(seen)

    def reconciles(self) -> None:
        """Compare everything as of now, and tell what is new and what has gone."""
        book = book_side(self.seen)
        statements = tuple(self.statements.values())
        found = reconcile(Comparison(book, statements, self.town.moment(), self.practice.limits), self._wanted())
        now = {d.name: d for d in found.differences}
        for name, d in now.items():
            found_one = DifferenceFound(d.rule, d.kind, d.party, d.key, d.commodity, d.ours, d.theirs, d.references)
            self._reports(name, found_one)
            if name not in self.open:
                self.on_found(d)
        for name in sorted(self.open.keys() - now.keys() - set(found.pending)):
            gone = self.open[name]
            self._reports(name, DifferenceSettled(gone.rule, gone.party, gone.key))
        self.open = {**{n: d for n, d in self.open.items() if n in found.pending}, **now}

    def _wanted(self) -> Sequence[str]:
        return self.practice.comparisons

    def _today(self) -> date:
        return self.town.today

    def _reports(self, name: str, data: Struct) -> None:
        """Reconciliation speaks through the front door like everybody else."""
        self.reports += 1
        now = self.town.moment()
        message = Message(SOURCE, str(self.reports), f"difference/{name}", data, b"", now, now.date(), now)
        self.town.book.deliver(message)
