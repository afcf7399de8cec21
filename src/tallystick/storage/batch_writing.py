"""Writing a batch: COPY for what is only added, one UPDATE from arrays for what is live."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Protocol

import asyncpg

from tallystick.journal.layer import Layer
from tallystick.model.amount import UNITS_PREFIX
from tallystick.processes.fold import PROMISED, Loaded
from tallystick.storage import gate_sql as sql
from tallystick.storage.batch_rows import BatchRows, Ids, layer_id
from tallystick.storage.chain import EVENT_COLUMNS, POSTING_COLUMNS, batch_hash

_OUTBOX = ("event", "n", "kind", "subject", "body", "due")
_BREAK = ("event", "n", "kind", "subject", "detail", "amount", "commodity")
_OPEN_SALE = ("customer", "sku", "event", "line", "units_left", "cost_left", "unit_net")
_PROCESS = ("subject", "kind", "state", "event", "body")


class Link(Protocol):
    """Where a batch stands in its chain."""

    number: int
    previous: bytes
    recorded_at: datetime
    born: set[str]


async def write_batch(
    connection: asyncpg.Connection, link: Link, rows: BatchRows, events: list[tuple[Any, ...]]
) -> bytes:
    """Write everything a batch did and return the new head of the chain."""
    head = batch_hash(link.previous, events, rows.postings)
    await _copy(connection, "event", EVENT_COLUMNS, events)
    await _copy(connection, "posting", POSTING_COLUMNS, rows.postings)
    deltas = [(link.number, *delta) for delta in rows.deltas]
    await _copy(connection, "delta", ("batch", "account", "commodity", "amount"), deltas)
    await _copy(connection, "outbox", _OUTBOX, rows.outbox)
    await _copy(connection, "timer", ("subject", "member", "version", "due"), rows.timers())
    await _copy(connection, "break", _BREAK, rows.breaks())
    await _copy(connection, "open_sale", _OPEN_SALE, rows.new_sales())
    await _processes(connection, link, rows)
    await _layers(connection, rows.loaded, rows.ids)
    await _used_sales(connection, rows.loaded, rows.ids)
    await connection.fetch(sql.BATCH, link.number, link.previous, head, len(events), link.recorded_at)
    return head


async def _copy(
    connection: asyncpg.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    if rows:
        await connection.copy_records_to_table(table, records=rows, columns=columns)


async def _processes(connection: asyncpg.Connection, link: Link, rows: BatchRows) -> None:
    await _copy(connection, "process", _PROCESS, [row for row in rows.families if row[0] not in link.born])
    moved = [row for row in rows.families if row[0] in link.born]
    if moved:
        columns = list(zip(*moved, strict=True))
        await connection.fetch(sql.PROCESSES, columns[0], columns[2], columns[3], columns[4])


async def _layers(connection: asyncpg.Connection, loaded: Loaded, ids: Ids) -> None:
    """Write live stock; a promise moves two columns only, which is most of what happens in a sale's rush."""
    held = loaded.moved_layers - loaded.revalued_layers
    await _update_layers(connection, (sql.HELD, PROMISED), _by_key(loaded, ids, held))
    await _update_layers(connection, (sql.STOCK, Layer.__struct_fields__), _by_key(loaded, ids, loaded.revalued_layers))


def _by_key(loaded: Loaded, ids: Ids, keys: Iterable[tuple[str, str]]) -> list[tuple[int, Layer]]:
    commodity, location = ids["commodity"], ids["location"]
    rows = [(layer_id(commodity[UNITS_PREFIX + k[0]], location[k[1]]), loaded.layers[k]) for k in keys]
    rows.sort(key=itemgetter(0))
    return rows


async def _update_layers(
    connection: asyncpg.Connection, statement: tuple[str, tuple[str, ...]], rows: list[tuple[int, Layer]]
) -> None:
    if rows:
        query, columns = statement
        await connection.fetch(query, [i for i, _ in rows], *([getattr(x, c) for _, x in rows] for c in columns))


async def _used_sales(connection: asyncpg.Connection, loaded: Loaded, ids: Ids) -> None:
    if not loaded.used_sales:
        return
    commodity = ids["commodity"]
    rows = [
        (customer, commodity[UNITS_PREFIX + sku], event, line, sale.left, sale.cost_left)
        for (customer, sku, event, line), sale in loaded.used_sales.items()
    ]
    await connection.fetch(sql.USED_SALES, *zip(*rows, strict=True))
