"""The two sides of a parallel day: what an old system exports, and what the book says of the same moment."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from tallystick.reconciliation.levels import Level

OPEN, PARTLY, SHIPPED, CANCELLED = "open", "partly", "shipped", "cancelled"
STATES: Final = (OPEN, PARTLY, SHIPPED, CANCELLED)
_OURS: Final = {
    **dict.fromkeys(("RANKED", "RESERVED", "WAITING", "RELEASED"), OPEN),
    **dict.fromkeys(("SHIPPED_AHEAD", "PARTLY_SHIPPED"), PARTLY),
    "SHIPPED": SHIPPED,
    **dict.fromkeys(("CANCELLED", "REFUSED"), CANCELLED),
}

Shelf = tuple[str, str]
"""(location, product)."""


class OldOrder(Struct, frozen=True):
    """An order as the old system has it: one of `STATES`, units still to be sent, and its worth with tax, in minor units."""

    order: str
    channel: str
    state: str
    open: int
    total: int


class Export(Struct, frozen=True):
    """What an old system says of the moment *at*. A part that is None was not exported, and is not compared.

    *stock* names every product of the *locations* it covers: what it does not name it has none of. *balances* are by our
    accounts. *digest* is what the export is known again by.
    """

    ledger: str
    at: datetime
    digest: str
    locations: tuple[str, ...] = ()
    stock: dict[Shelf, int] | None = None
    orders: dict[str, OldOrder] | None = None
    balances: dict[str, int] | None = None


class OurOrder(Struct, frozen=True):
    """An order as the book has it now, its last *event* and when that took effect."""

    order: str
    channel: str
    state: str
    open: int
    total: int
    event: int
    moved_at: datetime


class OurSide(Struct, frozen=True):
    """What the book says: shelves and accounts as of the export's moment, orders as they stand."""

    currency: str
    stock: dict[Shelf, Level]
    orders: dict[str, OurOrder]
    balances: dict[str, int]


def state_of(state: str, *, has_sent: bool) -> str:
    """Return which of `STATES` an order of ours in *state* is in."""
    return _OURS.get(state, PARTLY if has_sent else OPEN)
