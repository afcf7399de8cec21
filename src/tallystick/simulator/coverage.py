"""Which rows of the process tables the histories have reached."""

from collections import Counter
from typing import Final

from tallystick.processes.registry import PROCESSES
from tallystick.processes.table import Row

NOT_LIVED: Final = frozenset({"product", "supplier", "ledger_account", "price", "kit", "journal", "document"})
"""Processes that the small world has no part in: masters, journals and documents. tests/processes/test_ledgers.py reaches their rows."""
BUYING: Final = frozenset({"purchase", "supplier_invoice"})
"""Processes with a small world of their own: `tallystick.simulator.buying`."""

TENDERS: Final = frozenset({"gift_card", "tenders"})
"""Likewise: `tallystick.simulator.tenders`."""


class Coverage:
    """Counts rows. Hand `seen` to a book as its watch; add what another process has counted."""

    def __init__(self, of: frozenset[str] = frozenset(PROCESSES) - NOT_LIVED - BUYING - TENDERS) -> None:
        """Start with nothing reached of the processes *of*."""
        lived = [(name, p) for name, p in PROCESSES.items() if name in of]
        self._names = {id(row): row_name(name, row) for name, p in lived for row in p.rows}
        self._seen: Counter[int] = Counter()
        self._added: Counter[str] = Counter()

    def seen(self, _member: str, row: Row) -> None:
        """Count one row taken."""
        self._seen[id(row)] += 1

    def add(self, counts: Counter[str]) -> None:
        """Add counts by row name."""
        self._added.update(counts)

    def counts(self) -> Counter[str]:
        """Return how often each row was taken, the missed ones with zero."""
        counted = Counter(dict.fromkeys(self._names.values(), 0))
        counted.update(self._added)
        counted.update({self._names[key]: n for key, n in self._seen.items() if key in self._names})
        return counted

    def missed(self) -> list[str]:
        """Return the names of the rows never taken."""
        return [name for name, n in self.counts().items() if not n]


def row_name(process: str, row: Row) -> str:
    """Name a row, such as `order: NEW on OrderPlaced, refused to REFUSED`."""
    return f"{process}: {row.state} on {row.message.__name__}, {row.outcome} to {row.to_state}"
