"""Writing a batch: what is only added, what is live, and its link in the chain."""

from collections.abc import Iterable
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol

import asyncpg

from tallystick.journal.layer import NUMBERS, Layer
from tallystick.model.amount import UNITS_PREFIX
from tallystick.processes.fold import PROMISED
from tallystick.processes.loaded import Loaded
from tallystick.storage.batches import gate_sql as sql
from tallystick.storage.batches.batch_rows import BatchRows, Ids, encode_plans, shelf_id
from tallystick.storage.batches.card_rows import moved_cards
from tallystick.storage.batches.chain import EVENT_COLUMNS, POSTING_COLUMNS, Link, batch_hash
from tallystick.storage.batches.writes import SMALL_EVENTS_MAX, Added, Change, Table, write_few, write_many

_EVENT: Final = Table(
    "event",
    tuple(
        zip(
            EVENT_COLUMNS,
            [
                "bigint",
                "smallint",
                "smallint",
                "smallint",
                "timestamptz",
                "date",
                "date",
                "text",
                "text",
                "text",
                "text",
                "text",
                "text",
                "bytea",
                "bytea",
                "bytea",
                "bytea",
            ],
            strict=True,
        )
    ),
)
_POSTING: Final = Table(
    "posting",
    tuple(zip(POSTING_COLUMNS, ["bigint", "int", "smallint", "int", "int", "int", "int", "bigint"], strict=True)),
)
_DELTA: Final = Table("delta", (("batch", "bigint"), ("account", "int"), ("commodity", "int"), ("amount", "bigint")))
_OUTBOX: Final = Table(
    "outbox",
    (
        ("event", "bigint"),
        ("n", "smallint"),
        ("kind", "smallint"),
        ("subject", "text"),
        ("body", "bytea"),
        ("due", "timestamptz"),
        ("address", "text"),
    ),
)
_KEPT: Final = Table(
    "kept_command",
    (
        *(("event", "bigint"), ("n", "smallint"), ("kind", "smallint")),
        *(("subject", "text"), ("channel", "text"), ("body", "bytea")),
    ),
)
_TIMER: Final = Table("timer", (("subject", "text"), ("member", "text"), ("version", "int"), ("due", "timestamptz")))
_BREAK: Final = Table(
    "break",
    (
        ("event", "bigint"),
        ("n", "smallint"),
        ("kind", "text"),
        ("subject", "text"),
        ("detail", "text"),
        ("amount", "bigint"),
        ("commodity", "text"),
    ),
)
_OPEN_SALE: Final = Table(
    "open_sale",
    (
        ("customer", "text"),
        ("sku", "int"),
        ("event", "bigint"),
        ("line", "int"),
        ("units_left", "bigint"),
        ("cost_left", "bigint"),
        ("unit_net", "bigint"),
    ),
)
_PLAN_CHANGE: Final = Table(
    "plan_change",
    (
        ("event", "bigint"),
        ("n", "smallint"),
        ("stock", "bigint"),
        ("what", "smallint"),
        ("key", "text"),
        ("change", "bigint"),
    ),
)
_OVERSELL: Final = Table(
    "oversell",
    (
        ("event", "bigint"),
        *((name, "text") for name in ("subject", "channel", "location", "policy")),
        *(("units", "bigint"), ("amount", "bigint"), ("currency", "text")),
        *(("sold_at", "timestamptz"), ("expected_on", "date"), ("lines", "jsonb")),
    ),
)
_PROCESS: Final = Table(
    "process", (("subject", "text"), ("kind", "text"), ("state", "text"), ("event", "bigint"), ("body", "bytea"))
)


class Closed(NamedTuple):
    """What a batch is written with: its gate, the version of the posting rules, and the last closed day."""

    gate: int
    rules: int
    through: date | None


class Opened(Protocol):
    """A batch under way, and the subjects that were born before it."""

    number: int
    previous: bytes
    recorded_at: datetime
    born: set[str]


async def write_batch(connection: asyncpg.Connection, link: Opened, rows: BatchRows, closed: Closed) -> None:
    """Write everything a batch did, and its link in the chain of its gate."""
    events = rows.events(closed.rules, closed.through)
    head = batch_hash(Link(link.number, link.recorded_at, link.previous), events, rows.postings)
    added = [a for a in _added(link, rows, events) if a.rows]
    changes = [
        *_changes(link, rows),
        Change(sql.TAIL, (closed.gate, head)),
        Change(sql.BATCH, (link.number, link.previous, head, len(events), link.recorded_at)),
    ]
    # A line sold and taken back within one batch is added and changed by it: then the change must see the addition.
    # The same holds for a break that is opened and explained within one.
    small = len(events) <= SMALL_EVENTS_MAX and not rows.loaded.used_sales and not rows.explained
    await (write_few if small else write_many)(connection, added, changes)


def _added(link: Opened, rows: BatchRows, events: list[tuple[Any, ...]]) -> list[Added]:
    return [
        Added(_EVENT, events),
        Added(_POSTING, rows.postings),
        Added(_DELTA, [(link.number, *delta) for delta in rows.deltas]),
        Added(_OUTBOX, rows.outbox),
        Added(_KEPT, rows.kept()),
        Added(_TIMER, rows.timers()),
        Added(_BREAK, rows.breaks()),
        Added(_OPEN_SALE, rows.new_sales()),
        Added(_PLAN_CHANGE, rows.plan_changes() if rows.loaded.replanned_layers else []),
        Added(_OVERSELL, rows.oversells()),
        Added(_PROCESS, [row for row in rows.families if row[0] not in link.born]),
    ]


def _changes(link: Opened, rows: BatchRows) -> list[Change]:
    """Return the changes of live rows; a promise moves two columns of stock only, most of what a sale's rush does."""
    loaded, ids = rows.loaded, rows.ids
    planned = loaded.replanned_layers
    revalued = loaded.revalued_layers - planned
    held = loaded.moved_layers - loaded.revalued_layers - planned
    moved = [row for row in rows.families if row[0] in link.born]
    found = [
        _layers((sql.HELD, ("event", *PROMISED)), _by_key(loaded, ids, held)),
        _layers((sql.STOCK, NUMBERS), _by_key(loaded, ids, revalued)),
        _planned(_by_key(loaded, ids, planned)),
        _used_sales(loaded, ids),
        moved_cards(loaded) if loaded.moved_cards else None,
        Change(sql.EXPLAINED, list(zip(*rows.explained, strict=True))) if rows.explained else None,
    ]
    waiting = rows.waiting()
    if waiting:
        found.append(Change(sql.WAITING, list(zip(*waiting, strict=True))))
    if moved:
        found.append(Change(sql.PROCESSES, list(zip(*moved, strict=True))))
    return [change for change in found if change is not None]


def _by_key(loaded: Loaded, ids: Ids, keys: Iterable[tuple[str, str]]) -> list[tuple[int, Layer]]:
    rows = [(shelf_id(k, ids), loaded.layers[k]) for k in keys]
    rows.sort(key=itemgetter(0))
    return rows


def _layers(statement: tuple[str, tuple[str, ...]], rows: list[tuple[int, Layer]]) -> Change | None:
    if not rows:
        return None
    query, columns = statement
    return Change(query, ([i for i, _ in rows], *([getattr(x, c) for _, x in rows] for c in columns)))


def _planned(rows: list[tuple[int, Layer]]) -> Change | None:
    change = _layers((sql.PLANNED, NUMBERS), rows)
    return change and Change(change.sql, (*change.parameters, [encode_plans(x.plans) for _, x in rows]))


def _used_sales(loaded: Loaded, ids: Ids) -> Change | None:
    if not loaded.used_sales:
        return None
    commodity = ids["commodity"]
    rows = [
        (customer, commodity[UNITS_PREFIX + sku], event, line, sale.left, sale.cost_left)
        for (customer, sku, event, line), sale in loaded.used_sales.items()
    ]
    return Change(sql.USED_SALES, list(zip(*rows, strict=True)))
