"""Which rows of the process tables the histories have reached."""

from collections import Counter
from typing import Final

from tallystick.messages.partners.parcels import GoodsArrived, LabelKnown, ParcelArrived
from tallystick.messages.partners.screening import ScreeningDoubted, ScreeningFailed, ScreeningPassed
from tallystick.processes.orders.order import COMPLETED
from tallystick.processes.registry import PROCESSES
from tallystick.processes.table import Row

NOT_LIVED: Final = frozenset({"product", "supplier", "ledger_account", "price", "journal", "document"})
"""Processes that the small world has no part in: masters, journals and documents. tests/processes/test_ledgers.py reaches their rows."""
BUYING: Final = frozenset({"purchase", "supplier_invoice"})
"""Processes with a small world of their own: `tallystick.simulator.buying`."""
PARTNERS: Final = frozenset({"screening", "parcel", "case"})
"""Processes with a small world of their own: `tallystick.simulator.partners`; so have the rows that they alone reach."""
TOLD_BY_PARTNERS: Final = frozenset(
    {ScreeningPassed, ScreeningFailed, ScreeningDoubted, LabelKnown, ParcelArrived, GoodsArrived}
)


class Coverage:
    """Counts rows. Hand `seen` to a book as its watch; add what another process has counted."""

    def __init__(self, of: frozenset[str] = frozenset(PROCESSES) - NOT_LIVED - BUYING - PARTNERS) -> None:
        """Start with nothing reached of the processes *of*; with those of partners, of the rows that they alone reach."""
        lived = [(name, p, name in of) for name, p in PROCESSES.items() if name in of or of >= PARTNERS]
        self._names = {
            id(row): row_name(name, row)
            for name, p, is_whole in lived
            for row in p.rows
            if _of_partners(name, row) == (of >= PARTNERS) and (is_whole or _of_partners(name, row))
        }
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


def _of_partners(process: str, row: Row) -> bool:
    return process in PARTNERS or row.message in TOLD_BY_PARTNERS or row.state == COMPLETED


def row_name(process: str, row: Row) -> str:
    """Name a row, such as `order: NEW on OrderPlaced, refused to REFUSED`."""
    return f"{process}: {row.state} on {row.message.__name__}, {row.outcome} to {row.to_state}"
