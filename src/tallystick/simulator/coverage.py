"""Which rows of the process tables the histories have reached."""

from collections import Counter
from typing import Final

from tallystick.messages.returning.reports import REPORTS
from tallystick.messages.returning.tells import HoldReturned, LapseReturn, ReturnUnruled, SettleReturn, WeighReturn
from tallystick.processes.orders.goods_return import RULED
from tallystick.processes.orders.order import SHIPPED
from tallystick.processes.registry import PROCESSES
from tallystick.processes.table import Row

NOT_LIVED: Final = frozenset({"product", "supplier", "ledger_account", "price", "journal", "document"})
"""Processes that the small world has no part in: masters, journals and documents. tests/processes/test_ledgers.py reaches their rows."""
BUYING: Final = frozenset({"purchase", "supplier_invoice"})
"""Processes with a small world of their own: `tallystick.simulator.buying`."""
RETURNING: Final = frozenset({"rma", "return_policies", "return", "order"})
"""Processes that returns under a policy go through, in a world of their own: `tallystick.simulator.returning`."""
_TOLD: Final = frozenset({WeighReturn, HoldReturned, SettleReturn, LapseReturn, ReturnUnruled, *REPORTS})
_OF_RETURNS: Final = frozenset({"rma", "return_policies"})


def is_ruled(process: str, row: Row) -> bool:
    """Say whether a row is about returns under a policy."""
    return process in _OF_RETURNS or row.message in _TOLD or RULED in {row.state, row.to_state}


def _is_lived(process: str, row: Row) -> bool:
    """An order does the same of a return in every state, which tests/processes/test_returning.py holds: one is lived."""
    return process != "order" or row.state == SHIPPED


class Coverage:
    """Counts rows. Hand `seen` to a book as its watch; add what another process has counted."""

    def __init__(self, of: frozenset[str] = frozenset(PROCESSES) - NOT_LIVED - BUYING - _OF_RETURNS) -> None:
        """Start with nothing reached of the processes *of*; of `RETURNING`, of what is about returns under a policy."""
        lived = [(name, row) for name, p in PROCESSES.items() if name in of for row in p.rows]
        ruled = of == RETURNING
        wanted = [x for x in lived if is_ruled(*x) is ruled and (_is_lived(*x) or not ruled)]
        self._names = {id(row): row_name(name, row) for name, row in wanted}
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
