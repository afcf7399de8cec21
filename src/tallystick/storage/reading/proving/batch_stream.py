"""A book read once from end to end: batch by batch, with its events, postings and the sales it opened.

Three or four cursors run side by side, so that no more than one batch is in memory, and a row whose batch is missing
still turns up under that batch's number.
"""

from collections.abc import AsyncIterator, Callable
from operator import itemgetter
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.storage.batches.chain import EVENT_COLUMNS, POSTING_COLUMNS

EVENT_BITS: Final = 12
GATE_BITS: Final = 40
_ROWS_AT_ONCE: Final = 8192
_EVENTS_AT_ONCE: Final = 512

Row = tuple[Any, ...]
BATCHES: Final = "select id, previous, hash, events, recorded_at from batch order by id"
EVENTS: Final = f"select {', '.join(EVENT_COLUMNS)} from event order by id"
POSTINGS: Final = f"select {', '.join(POSTING_COLUMNS)} from posting order by event, n"
SALES: Final = "select event, line, customer, sku, units_left, cost_left, unit_net from open_sale order by event, line, sku, customer"
ID, SOURCE, _, RULES, *_REST = range(len(EVENT_COLUMNS))
FACTS: Final = EVENT_COLUMNS.index("facts")


class Filed(Struct):
    """One batch as it lies in the database; `batch` is None where its row is gone.

    `events` and `postings` are in the order of their columns in `storage.batches.chain`, `sales` as in `SALES`.
    """

    number: int
    batch: Row | None
    events: list[Row]
    postings: list[Row]
    sales: list[Row]


class _Reader:
    """A cursor whose rows come in order of the batch they belong to."""

    def __init__(self, connection: asyncpg.Connection, sql: str, rows_at_once: int, bits: int) -> None:
        self._connection, self._sql, self._at_once = connection, sql, rows_at_once
        self._key: Callable[[Row], int] = (lambda row: row[0] >> bits) if bits else itemgetter(0)
        self._rows: list[Row] = []
        self._at = 0
        self._cursor: Any = None

    async def next_batch(self) -> int | None:
        """Return the batch of the next row, None at the end."""
        if self._at == len(self._rows):
            await self._fill()
        return self._key(self._rows[self._at]) if self._rows else None

    async def take(self, number: int) -> list[Row]:
        """Return the rows of batch *number*, which must be the next or later."""
        taken: list[Row] = []
        while await self.next_batch() == number:
            end = self._at
            rows, key = self._rows, self._key
            if key(rows[-1]) == number:
                end = len(rows)
            while end < len(rows) and key(rows[end]) == number:
                end += 1
            taken += rows[self._at : end]
            self._at = end
        return taken

    async def _fill(self) -> None:
        if self._cursor is None:
            self._cursor = await self._connection.cursor(self._sql)
        self._rows, self._at = [tuple(row) for row in await self._cursor.fetch(self._at_once)], 0


async def filed_batches(connection: asyncpg.Connection) -> AsyncIterator[Filed]:
    """Yield every batch in the order of its number; needs a transaction around it."""
    batches = _Reader(connection, BATCHES, _ROWS_AT_ONCE, 0)
    events = _Reader(connection, EVENTS, _EVENTS_AT_ONCE, EVENT_BITS)
    postings = _Reader(connection, POSTINGS, _ROWS_AT_ONCE, EVENT_BITS)
    sales = _Reader(connection, SALES, _ROWS_AT_ONCE, EVENT_BITS)
    readers = (batches, events, postings, sales)
    while True:
        ahead = [n for reader in readers if (n := await reader.next_batch()) is not None]
        if not ahead:
            return
        number = min(ahead)
        own, *rest = [await reader.take(number) for reader in readers]
        yield Filed(number, own[0] if own else None, *rest)
