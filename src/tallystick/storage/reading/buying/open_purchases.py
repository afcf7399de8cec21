"""Purchases of which something is open, the longest untouched first."""

from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.processes.family import data_of, decode_family
from tallystick.processes.members import PURCHASE

_PURCHASES: Final = "select p.body, b.recorded_at from process p join batch b on b.id = p.event >> 12 where p.kind = 'purchase' order by 2"
_ROWS_AT_ONCE: Final = 1000


class OpenPurchase(Struct, frozen=True):
    """A purchase: what it has in GR/IR (minor units, below zero where it was invoiced first), and what is to come of it.

    `moved_at` is when it was last told of; `blocked` are its invoices that must not be paid yet.
    """

    purchase: str
    supplier: str
    moved_at: datetime
    received_not_invoiced: int
    to_come: int
    blocked: list[str]


async def open_purchases(connection: asyncpg.Connection) -> list[OpenPurchase]:
    """Return the purchases with goods not invoiced, units to come, or invoices that wait."""
    found = []
    async with connection.transaction(readonly=True):
        cursor = await connection.cursor(_PURCHASES)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            found += [x for body, moved_at in rows if (x := _open(body, moved_at)) is not None]
    return found


def _open(body: bytes, moved_at: datetime) -> OpenPurchase | None:
    data: Any = data_of(decode_family(body), PURCHASE)
    if data is None:
        return None
    to_come = sum(data.to_come(x) for x in data.lines)
    worth = data.received_not_invoiced()
    if not (to_come or worth or data.waiting):
        return None
    return OpenPurchase(data.purchase, data.supplier, moved_at, worth, to_come, sorted(data.waiting))
