"""A gate's store that dies at a named point, and remembers what was committed before it did."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from tallystick.decisions.rulebook import Rulebook
from tallystick.decisions.view import OpenSale
from tallystick.engine.answer import Answer, Settlement, Unit
from tallystick.engine.gate import Settle
from tallystick.engine.gate_store import Original, Pair
from tallystick.journal.card import Card
from tallystick.journal.layer import Layer
from tallystick.processes.family import Family
from tallystick.processes.folded import Folded
from tallystick.processes.loaded import Loaded
from tallystick.simulator.memory_book import CrashPoint
from tallystick.storage.batches.gate_store import PgBatch, PgGateStore
from tallystick.storage.book import Connection


class Died(BaseException):
    """The process ended here. Nobody inside it can catch that: no handler for ordinary failures may see it."""


class Deaths:
    """When the process is to die next; what it has committed, and told, since somebody last asked."""

    def __init__(self) -> None:
        """Be well."""
        self.due: CrashPoint | None = None
        self.committed: list[Folded] = []
        self.told: dict[Pair, Answer] = {}

    def at(self, point: CrashPoint) -> None:
        """Die here, if it is due here."""
        if self.due is point:
            self.due = None
            raise Died(point)

    def taken(self) -> list[Folded]:
        """Return what was committed since the last time."""
        taken, self.committed = self.committed, []
        return taken


class DyingStore:
    """Implements `engine.gate_store.GateStore` over the real one."""

    def __init__(self, store: PgGateStore, connection: Connection, deaths: Deaths) -> None:
        """Die as *deaths* says; the *connection* of *store* dies with it."""
        self.store, self.connection, self.deaths = store, connection, deaths
        self.currency = store.currency
        self.told: dict[Pair, Answer] = {}

    async def begin(self) -> "DyingBatch":
        """Open a transaction, if nobody dies before."""
        self.deaths.at(CrashPoint.BEFORE_FOLD)
        self.told = {}
        return DyingBatch(self, await self.store.begin())

    def listening(self, settle: Settle) -> Settle:
        """Wrap *settle* so that what each message is told is known once it is committed."""

        def heard(units: Sequence[Unit], answers: Sequence[Sequence[Answer]]) -> Settlement:
            for unit, told in zip(units, answers, strict=True):
                self.told.update({(m.source, m.id): a for m, a in zip(unit.messages, told, strict=True)})
            return settle(units, answers)

        return heard


class DyingBatch:
    """Implements `engine.gate_store.OpenBatch` over the real one."""

    def __init__(self, store: DyingStore, batch: PgBatch) -> None:
        """Pass on to *batch*."""
        self._store, self._batch, self._deaths = store, batch, store.deaths
        self._folded: Sequence[Folded] = ()
        self.number = batch.number
        self.closed_through: date | None = batch.closed_through
        self.recorded_at: datetime = batch.recorded_at
        self.rulebook: Rulebook = batch.rulebook
        self.shadow: frozenset[str] = batch.shadow

    async def claim(self, keys: Sequence[Pair]) -> Mapping[int, Original]:
        """See `OpenBatch.claim`."""
        return await self._batch.claim(keys)

    async def families(self, subjects: Iterable[str]) -> Mapping[str, Family]:
        """See `OpenBatch.families`."""
        return await self._batch.families(subjects)

    async def looked_up(self, subject: str) -> Family:
        """See `OpenBatch.looked_up`."""
        return await self._batch.looked_up(subject)

    async def layers(self, keys: Iterable[Pair]) -> Mapping[Pair, Layer]:
        """See `OpenBatch.layers`."""
        return await self._batch.layers(keys)

    async def cards(self, names: Iterable[str]) -> Mapping[str, Card]:
        """See `OpenBatch.cards`."""
        return await self._batch.cards(names)

    async def sales(self, keys: Iterable[Pair]) -> Mapping[Pair, list[OpenSale]]:
        """See `OpenBatch.sales`."""
        return await self._batch.sales(keys)

    async def store(self, folded: Sequence[Folded], loaded: Loaded) -> None:
        """See `OpenBatch.store`."""
        self._folded = list(folded)
        await self._batch.store(folded, loaded)

    async def unclaim(self, keys: Sequence[Pair]) -> None:
        """See `OpenBatch.unclaim`."""
        await self._batch.unclaim(keys)

    async def settle(self, settlement: Settlement) -> None:
        """See `OpenBatch.settle`."""
        await self._batch.settle(settlement)

    async def commit(self) -> None:
        """Commit, if nobody dies before, and note it, whether or not somebody dies after."""
        self._die(CrashPoint.BEFORE_COMMIT)
        await self._batch.commit()
        self._deaths.committed += self._folded
        self._die(CrashPoint.BEFORE_ANSWER)
        self._deaths.told.update(self._store.told)

    def _die(self, point: CrashPoint) -> None:
        if self._deaths.due is point:
            # A dead process sends no rollback: its connection breaks, and the server finds out.
            self._store.connection.terminate()
        self._deaths.at(point)

    async def rollback(self) -> None:
        """See `OpenBatch.rollback`."""
        await self._batch.rollback()
