"""The gate's database: one connection, one transaction a batch, rows locked in a fixed order."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import asyncpg

from tallystick.decisions.rulebook import EMPTY, Rulebook
from tallystick.decisions.view import OpenSale
from tallystick.engine.answer import Settlement
from tallystick.engine.gate_store import Original, Pair, StoreBusy, StoreRefused
from tallystick.journal.card import Card
from tallystick.journal.layer import Layer
from tallystick.model.amount import UNITS_PREFIX, units
from tallystick.posting.table import RULES_VERSION
from tallystick.processes.family import Family, decode_family
from tallystick.processes.folded import Folded
from tallystick.processes.holding import rulebook_of
from tallystick.processes.loaded import Loaded
from tallystick.processes.members import CHANNELS_SUBJECT, RULES_SUBJECT
from tallystick.storage.batches import gate_sql as sql
from tallystick.storage.batches.batch_rows import BatchRows, decode_plans, layer_ids, names_needed
from tallystick.storage.batches.batch_writing import Closed, write_batch
from tallystick.storage.batches.card_rows import CARDS
from tallystick.storage.batches.channel_moves import close_kept, move_channels
from tallystick.storage.line import Line, line_over, told_when_away
from tallystick.storage.names import Names

EARLY, PARKED = 1, 2
_BUSY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.UniqueViolationError)
# An OverflowError is a number that no column of ours holds.
_REFUSED = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    asyncpg.exceptions.CharacterNotInRepertoireError,
    OverflowError,
)


Seal = Callable[[bytes], bytes]
P = ParamSpec("P")
R = TypeVar("R")


def _said_plainly(method: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Turn the database's complaints into what the gate acts on: try again, find the culprit, or wait."""

    @wraps(method)
    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with told_when_away():
                return await method(*args, **kwargs)
        except _BUSY as busy:
            raise StoreBusy(str(busy)) from busy
        except _REFUSED as refused:
            raise StoreRefused(str(refused)) from refused

    return call


def _unsealed(_body: bytes) -> bytes:
    raise RuntimeError("a gate that takes deliveries needs a keyring: set `seal`")


class PgGateStore:
    """Implements `engine.gate_store.GateStore` on a connection of its own."""

    def __init__(self, connection: asyncpg.Connection | Line, names: Names, currency: str, gate: int = 0) -> None:
        """Write as gate number *gate*; two processes must not use one number at once (they would queue)."""
        self._line, self.names, self.currency, self.gate = line_over(connection), names, currency, gate
        self.seal: Seal = _unsealed
        self._rules: tuple[int | None, Rulebook] = (None, EMPTY)

    @_said_plainly
    async def begin(self) -> "PgBatch":
        """Open a transaction and lock this gate's chain."""
        connection = await self._line.live()
        transaction = connection.transaction()
        try:
            await transaction.start()
            (number, head, closed, rules, kept), *_ = await connection.fetch(sql.HEAD, self.gate)
            if rules != self._rules[0]:
                await self._read_rules(connection)
        except BaseException:
            await _undo(connection, transaction)
            raise
        batch = PgBatch(self, (connection, transaction), (number, head), closed)
        batch.rulebook, batch.shadow = self._rules[1], frozenset(kept)
        return batch

    async def _read_rules(self, connection: asyncpg.Connection) -> None:
        """Read the rules of what may be promised; they are kept until another event has changed them."""
        for event, body in await connection.fetch(sql.RULES, RULES_SUBJECT):
            self._rules = (event, rulebook_of(decode_family(body)))


async def _undo(connection: asyncpg.Connection, transaction: asyncpg.transaction.Transaction) -> None:
    """Roll back; where that fails, hang up, so that the server does it and nobody meets a half-done transaction."""
    if connection.is_closed():
        return
    try:
        await transaction.rollback()
    except Exception:  # noqa: BLE001 - whatever it is, this connection cannot be trusted any more
        connection.terminate()


class PgBatch:
    """Implements `engine.gate_store.OpenBatch`."""

    def __init__(
        self,
        store: PgGateStore,
        open_transaction: tuple[asyncpg.Connection, asyncpg.transaction.Transaction],
        link: tuple[int, bytes],
        closed_through: date | None,
    ) -> None:
        """Go on from *link*, the number of this batch and the hash before it."""
        self._store = store
        self._connection, self._transaction = open_transaction
        self.number, self.previous = link
        self.closed_through = closed_through
        self.recorded_at = datetime.now(UTC)
        self.born: set[str] = set()
        self.rulebook = EMPTY
        self.shadow = frozenset[str]()

    @_said_plainly
    async def claim(self, keys: Sequence[Pair]) -> Mapping[int, Original]:
        """See `OpenBatch.claim`."""
        if not keys:
            return {}
        source = await self._store.names.ensure("source", {k[0] for k in keys})
        # In the order of the keys, for a key that another batch has claimed is waited for.
        claims = sorted((source[name], key, self.number << 12 | i) for i, (name, key) in enumerate(keys))
        claimed = await self._connection.fetch(sql.CLAIM, *zip(*claims, strict=True))
        if len(claimed) == len(keys):
            return {}
        return await self._originals(keys, {row[0] for row in claimed})

    async def _originals(self, keys: Sequence[Pair], claimed: set[int]) -> Mapping[int, Original]:
        """A key not claimed was recorded before, or stands earlier in this very batch, which its fold will see."""
        source = self._store.names.ids["source"]
        places = [i for i in range(len(keys)) if self.number << 12 | i not in claimed]
        rows = await self._connection.fetch(
            sql.KNOWN, [source[keys[i][0]] for i in places], [keys[i][1] for i in places]
        )
        recorded = {
            (r["source"], r["ext_id"]): Original(r["event"], r["answer"]) for r in rows if r["answer"] is not None
        }
        found = ((i, recorded.get((source[keys[i][0]], keys[i][1]))) for i in places)
        return {i: original for i, original in found if original is not None}

    @_said_plainly
    async def unclaim(self, keys: Sequence[Pair]) -> None:
        """See `OpenBatch.unclaim`."""
        source = self._store.names.ids["source"]
        await self._connection.fetch(sql.UNCLAIM, [source[k[0]] for k in keys], [k[1] for k in keys])

    @_said_plainly
    async def families(self, subjects: Iterable[str]) -> Mapping[str, Family]:
        """See `OpenBatch.families`."""
        rows = await self._connection.fetch(sql.FAMILIES, sorted(subjects))
        self.born.update(row[0] for row in rows)
        # With the locks held: of two batches that move one subject, the later one says a later moment.
        self.recorded_at = datetime.now(UTC)
        return {subject: decode_family(body) for subject, body in rows}

    @_said_plainly
    async def looked_up(self, subject: str) -> Family:
        """See `OpenBatch.looked_up`."""
        rows = await self._connection.fetch(sql.RULES, subject)
        return decode_family(rows[0][1]) if rows else {}

    @_said_plainly
    async def layers(self, keys: Iterable[Pair]) -> Mapping[Pair, Layer]:
        """See `OpenBatch.layers`."""
        by_id = await self._by_id(list(keys))
        rows = await self._connection.fetch(sql.LAYERS, sorted(by_id))
        if len(rows) < len(by_id):
            new = sorted(by_id.keys() - {row[0] for row in rows})
            await self._connection.fetch(sql.NEW_LAYERS, new)
            rows += await self._connection.fetch(sql.LAYERS, new)
        layers = {by_id[row[0]]: Layer(*row[2:]) for row in rows}
        for row in rows:
            if row[1] is not None:
                layers[by_id[row[0]]].plans = decode_plans(row[1])
        return layers

    async def _by_id(self, keys: Sequence[Pair]) -> dict[int, Pair]:
        """Number the layers of *keys*; names nobody has used before are numbered first, which is rare."""
        names = self._store.names
        try:
            return layer_ids(keys, names.ids)
        except KeyError:
            await names.ensure("commodity", {units(k[0]) for k in keys if k[0]})
            await names.ensure("location", {k[1] for k in keys})
            return layer_ids(keys, names.ids)

    @_said_plainly
    async def cards(self, names: Iterable[str]) -> Mapping[str, Card]:
        """See `OpenBatch.cards`."""
        wanted = sorted(names)
        rows = await self._connection.fetch(CARDS, wanted)
        return {name: Card() for name in wanted} | {row[0]: Card(*row[1:]) for row in rows}

    @_said_plainly
    async def sales(self, keys: Iterable[Pair]) -> Mapping[Pair, list[OpenSale]]:
        """See `OpenBatch.sales`."""
        keys = sorted(keys)
        commodity = await self._store.names.ensure("commodity", {units(k[1]) for k in keys})
        skus = {commodity[UNITS_PREFIX + k[1]]: k[1] for k in keys}
        found: dict[Pair, list[OpenSale]] = {k: [] for k in keys}
        rows = await self._connection.fetch(
            sql.SALES, [k[0] for k in keys], [commodity[UNITS_PREFIX + k[1]] for k in keys]
        )
        for customer, sku, event, line, left, cost, unit_net in rows:
            found[customer, skus[sku]].append(OpenSale(event, line, left, cost, unit_net))
        return found

    @_said_plainly
    async def store(self, folded: Sequence[Folded], loaded: Loaded) -> None:
        """See `OpenBatch.store`."""
        moved = [f for f in folded if f.message.subject == CHANNELS_SUBJECT]
        if moved:
            await move_channels(self._connection, moved, loaded)
            # All batches that were under way have been waited for: this one is later than each of them.
            self.recorded_at = datetime.now(UTC)
        rows = await self._rows(folded, loaded)
        await write_batch(self._connection, self, rows, Closed(self._store.gate, RULES_VERSION, self.closed_through))
        if moved:
            await close_kept(self._connection, moved)

    async def _rows(self, folded: Sequence[Folded], loaded: Loaded) -> BatchRows:
        """Lay the rows out; names nobody has used before are numbered first, which is rare."""
        names = self._store.names
        try:
            return BatchRows(folded, loaded, names.ids)
        except KeyError:
            for table, needed in names_needed(folded).items():
                await names.ensure(table, needed)
            return BatchRows(folded, loaded, names.ids)

    @_said_plainly
    async def settle(self, settlement: Settlement) -> None:
        """See `OpenBatch.settle`."""
        c = self._connection
        if settlement.done:
            await c.fetch(sql.INBOX_DONE, settlement.done)
        if settlement.early:
            await c.fetch(sql.INBOX_STATE, settlement.early, EARLY)
        if settlement.moved:
            await c.fetch(sql.INBOX_MOVED, settlement.moved)
        if settlement.parked:
            ids, reasons, remedies = zip(*settlement.parked, strict=True)
            await c.fetch(sql.INBOX_STATE, ids, PARKED)
            await c.fetch(sql.PARKED, ids, reasons, remedies)
        if settlement.faults:
            seal = self._store.seal
            rows = [(i, f.id, f.subject, f.where, f.reason, f.remedy, seal(f.body)) for i, f in settlement.faults]
            await c.fetch(sql.FAULTS, *zip(*rows, strict=True))

    @_said_plainly
    async def commit(self) -> None:
        """See `OpenBatch.commit`."""
        await self._transaction.commit()

    async def rollback(self) -> None:
        """See `OpenBatch.rollback`."""
        await _undo(self._connection, self._transaction)
