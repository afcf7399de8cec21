"""Which rows of the process tables the histories have reached."""

from collections import Counter
from typing import Final

from tallystick.messages.fulfilment import ReleaseMore, ShowParcel, StopShipment
from tallystick.messages.partners.parcels import GoodsArrived, LabelKnown, ParcelArrived
from tallystick.messages.partners.screening import ScreeningDoubted, ScreeningFailed, ScreeningPassed
from tallystick.messages.returning.reports import REPORTS
from tallystick.messages.returning.tells import HoldReturned, LapseReturn, ReturnUnruled, SettleReturn, WeighReturn
from tallystick.messages.sourcing.decided import CollectionReady, SourcingRequested
from tallystick.messages.sourcing.policy import SourcingPolicyDeclared
from tallystick.processes.orders.fulfilment import NOT_YET
from tallystick.processes.orders.order import COMPLETED, SHIPPED
from tallystick.processes.orders.returns.goods_return import RULED
from tallystick.processes.payments.marketplace import HELD
from tallystick.processes.registry import PROCESSES
from tallystick.processes.table import NEW, Row

NOT_LIVED: Final = frozenset({"product", "supplier", "ledger_account", "price", "kit", "journal", "document"})
"""Processes that the small world has no part in: masters, journals and documents. tests/processes/test_ledgers.py reaches their rows."""
STEWARDSHIP: Final = frozenset({"master", "ownership", "publication"})
"""Records of things and what governs them: `tests/masters` reaches their rows."""
BUYING: Final = frozenset({"purchase", "supplier_invoice"})
"""Processes with a small world of their own: `tallystick.simulator.buying`."""
_OF_PARTNERS: Final = frozenset({"screening", "parcel", "case"})
TOLD_BY_PARTNERS: Final = frozenset(
    {ScreeningPassed, ScreeningFailed, ScreeningDoubted, LabelKnown, ParcelArrived, GoodsArrived}
)
STOCKING: Final = frozenset({"transfer", "cycle_count", "correction", "stock_move"})
"""The same: `tallystick.simulator.stocking`."""
GOING_LIVE: Final = frozenset({"takeover", "channel", "parallel"})
"""The same: `tallystick.simulator.golive`, which also takes over orders, their payments and shipments."""
TENDERS: Final = frozenset({"gift_card", "tenders"})
"""Likewise: `tallystick.simulator.tenders`."""
_TOLD: Final = frozenset({WeighReturn, HoldReturned, SettleReturn, LapseReturn, ReturnUnruled, *REPORTS})
_OF_RETURNS: Final = frozenset({"rma", "return_policies"})
ELSEWHERE: Final = NOT_LIVED | STEWARDSHIP | BUYING | STOCKING | GOING_LIVE | _OF_PARTNERS | TENDERS | _OF_RETURNS

MARKETPLACES, PARTNERS, RETURNING, SOURCING = "marketplaces", "partners", "returning", "sourcing"
"""Small worlds of their own, named as their rooms beside this file: each alone reaches some rows of processes that all live."""


def is_of_marketplaces(process: str, row: Row) -> bool:
    """Say whether only orders of a marketplace reach a row."""
    return process == "marketplace_charge" or not {row.state, row.to_state}.isdisjoint(HELD) or row.outcome == NOT_YET


SOURCED_STATES: Final = frozenset({"PARKED", "READY"})
SOURCED_MESSAGES: Final = frozenset({SourcingPolicyDeclared, SourcingRequested, CollectionReady, ReleaseMore})


def is_ruled(process: str, row: Row) -> bool:
    """Say whether a row is about returns under a policy."""
    return process in _OF_RETURNS or row.message in _TOLD or RULED in {row.state, row.to_state}


def is_lived(process: str, row: Row, world: str) -> bool:
    """An order does the same of a return in every state, which tests/processes/test_returning.py holds: one is lived."""
    return world != RETURNING or process != "order" or row.state == SHIPPED


class Coverage:
    """Counts rows. Hand `seen` to a book as its watch; add what another process has counted."""

    def __init__(self, of: frozenset[str] = frozenset(PROCESSES) - ELSEWHERE, *, world: str = "") -> None:
        """Start with nothing reached of the processes *of*; of a *world* of its own, of the rows that it alone reaches."""
        rows = [(name, row) for name, p in PROCESSES.items() if world or name in of for row in p.rows]
        self._names = {
            id(row): row_name(name, row)
            for name, row in rows
            if world_of(name, row) == world and is_lived(name, row, world)
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


def is_sourced(process: str, row: Row) -> bool:
    """Say whether a row is about orders that are sourced, or fetched at a counter."""
    of_states = process in {"order", "fulfilment"} and {row.state, row.to_state} & SOURCED_STATES
    other = (row.state, row.message) in {(NEW, StopShipment), ("STOPPED", ShowParcel)} and process == "fulfilment"
    moved = process == "order" and row.outcome == "moved"
    return bool(of_states) or other or moved or row.message in SOURCED_MESSAGES


def world_of(process: str, row: Row) -> str:
    """Name the small world of its own that alone reaches a row; empty for that of the histories."""
    if is_of_marketplaces(process, row):
        return MARKETPLACES
    if is_ruled(process, row):
        return RETURNING
    if _of_partners(process, row) and {row.state, row.to_state} & SOURCED_STATES:
        return "stories"  # tests/scenarios/test_sourced_and_screened.py tells them
    if _of_partners(process, row):
        return PARTNERS
    return SOURCING if is_sourced(process, row) else ""


def _of_partners(process: str, row: Row) -> bool:
    return process in _OF_PARTNERS or row.message in TOLD_BY_PARTNERS or row.state == COMPLETED


def row_name(process: str, row: Row) -> str:
    """Name a row, such as `order: NEW on OrderPlaced, refused to REFUSED`."""
    return f"{process}: {row.state} on {row.message.__name__}, {row.outcome} to {row.to_state}"
