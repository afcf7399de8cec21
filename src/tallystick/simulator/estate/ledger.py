"""The ERP: takes our journals every night, and states its trial balance. It may lose one, post one twice, or be posted to by hand."""

from collections import Counter

from tallystick.journal.posting import balances
from tallystick.messages.statements import LedgerLine, LedgerStatementReported
from tallystick.simulator.estate.faults import difference
from tallystick.simulator.estate.town import Town

LIES = ("journal_dropped", "journal_doubled", "foreign_entry")
CURRENCY = "EUR/2"


class Erp:
    """Another ledger, by the names of our accounts."""

    def __init__(self, town: Town) -> None:
        """Live in *town*."""
        self.town = town
        self.balances: Counter[str] = Counter()
        self.handed_over = 0

    def takes_journal(self) -> None:
        """Post what the book has booked since last night."""
        town, entries = self.town, self.town.book.entries
        fresh = [p for folded in entries[self.handed_over :] for p in folded.postings]
        self.handed_over = len(entries)
        journal = {a: n for (a, commodity), n in balances(fresh).items() if commodity == CURRENCY and n}
        if journal and town.lies and town.log.takes("erp"):
            self._gets_it_wrong(journal)
        else:
            self.balances.update(journal)

    def _gets_it_wrong(self, journal: dict[str, int]) -> None:
        lie = LIES[int(self.town.chance.random() * len(LIES))]
        wrong = {
            "journal_dropped": {a: -n for a, n in journal.items()},
            "journal_doubled": journal,
            "foreign_entry": {"revenue:web": 4700, "bank:main": -4700},
        }[lie]
        self.balances.update(journal)
        self.balances.update(wrong)
        expects = {("ledger_differs", difference("ledger", "erp", account)): n for account, n in wrong.items()}
        self.town.log.shown(lie, expects)

    def states(self, night: int) -> None:
        """Send the trial balance."""
        lines = tuple(LedgerLine(a, n) for a, n in sorted(self.balances.items()) if n)
        name = f"erp/{night}"
        self.town.send(
            "erp", f"statement/ledger/{name}", LedgerStatementReported(name, "erp", CURRENCY, self.town.today, lines)
        )
