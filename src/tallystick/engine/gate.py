"""The gate: the only writer. Lock, load, fold, store: one transaction a batch."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from tallystick.decisions.view import NotLoaded
from tallystick.engine.answer import REPORT_DEFECT, Answer, Settlement, Status, Unit
from tallystick.engine.gate_store import GateStore, OpenBatch, Original, Pair, StoreAway, StoreBusy, StoreRefused
from tallystick.engine.metrics import GateMetrics
from tallystick.engine.patience import Patience
from tallystick.engine.tracing import Tracing
from tallystick.messages.envelope import Message
from tallystick.posting.table import PostingTable
from tallystick.processes.family import encode_family, tag_of
from tallystick.processes.fold import Fold
from tallystick.processes.folded import Folded, Refused, TooEarly
from tallystick.processes.footprint import cards_touched, layers_touched, sales_touched, shelves_sourced
from tallystick.processes.loaded import Loaded

MESSAGES_IN_BATCH_MAX = 4096
TRIES_MAX = 5
TRIES_ALONE_MAX = 12
LOADS_MAX = 1000
AWAY_SECONDS_MAX = 30.0

Settle = Callable[[Sequence[Unit], Sequence[Sequence[Answer]]], Settlement]


class Gate:
    """Folds units of messages in batches over a store. One gate has one chain; several may run side by side."""

    def __init__(
        self, store: GateStore, table: PostingTable, metrics: GateMetrics, settle: Settle | None = None
    ) -> None:
        """Write to *store* by *table*; *settle* says what each batch means for the inbox."""
        self._store, self._table, self._metrics, self._settle = store, table, metrics, settle
        self._tracing = Tracing("tallystick.gate")
        self.away_seconds_max = AWAY_SECONDS_MAX

    async def flush(self, units: Sequence[Unit]) -> list[list[Answer]]:
        """Fold *units* in order and return each one's answers, all durable.

        Where the database refuses the batch it is folded again by halves until the culprit is alone, and parked.
        Raises `StoreAway` when the database was away for `away_seconds_max`: whether the units stand in the book is then
        unknown, and they may be sent again under their ids. What had become durable is answered as a duplicate.
        """
        answers: list[list[Answer]] = []
        for batch in _batches(units):
            answers += await self._outlasting(batch)
        return answers

    async def _outlasting(self, units: Sequence[Unit]) -> list[list[Answer]]:
        """Flush, and again when the database is back. A gate of the inbox does not: the inbox itself knows what is left."""
        patience = Patience(self.away_seconds_max)
        while True:
            try:
                return await self._flush(units)
            except StoreAway:
                if self._settle is not None or not await patience.wait():
                    raise
                self._metrics.retries.inc()

    async def _flush(self, units: Sequence[Unit]) -> list[list[Answer]]:
        reason, patience = "", Patience()
        # A unit alone is given more time: what is in its way is another gate, and parking it would be wrong.
        for _ in range(TRIES_MAX if len(units) > 1 else TRIES_ALONE_MAX):
            try:
                return await self._once(units)
            except StoreBusy as busy:
                reason = str(busy)
                self._metrics.retries.inc()
                await patience.wait()
            except StoreRefused as refused:
                return await self._by_halves(units, str(refused))
        return await self._by_halves(units, reason)

    async def _by_halves(self, units: Sequence[Unit], reason: str) -> list[list[Answer]]:
        if len(units) > 1:
            middle = len(units) // 2
            return [*await self._flush(units[:middle]), *await self._flush(units[middle:])]
        remedy = "the database refused what was decided: report this as a defect, then retry"
        answers = [[Answer(Status.REFUSED, reason=reason, remedy=remedy) for _ in units[0].messages]]
        if self._settle is not None:
            await self._park(self._settle(units, answers))
        return answers

    async def _park(self, settlement: Settlement) -> None:
        batch = await self._store.begin()
        try:
            await batch.settle(settlement)
            await batch.commit()
        except BaseException:
            await batch.rollback()
            raise

    async def _once(self, units: Sequence[Unit]) -> list[list[Answer]]:
        started = time.perf_counter()
        messages = [m for u in units for m in u.messages]
        first = next((m.traceparent for m in messages if m.traceparent), None)
        with self._tracing.span("gate.batch", first, {"messages": len(messages)}):
            return await self._in_batch(units, len(messages), started)

    async def _in_batch(self, units: Sequence[Unit], messages: int, started: float) -> list[list[Answer]]:
        batch = await self._store.begin()
        try:
            answers = await _Batch(self._store.currency, self._table, batch, self._metrics).run(units)
            if self._settle is not None:
                await batch.settle(self._settle(units, answers))
            with self._metrics.stage("commit"):
                await batch.commit()
        except BaseException:
            await batch.rollback()
            raise
        self._metrics.flushed(messages, time.perf_counter() - started)
        return answers


def _batches(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """Cut *units* so that no batch holds more messages than an event's number has room for."""
    first = messages = 0
    for place, unit in enumerate(units):
        if messages + len(unit.messages) > MESSAGES_IN_BATCH_MAX and place > first:
            yield units[first:place]
            first, messages = place, 0
        messages += len(unit.messages)
    yield units[first:]


class _Batch:
    """One batch under way: what is loaded, what has been folded, what each message was told."""

    def __init__(self, currency: str, table: PostingTable, batch: OpenBatch, metrics: GateMetrics) -> None:
        self.batch, self.metrics = batch, metrics
        self.loaded = Loaded(currency)
        self.loaded.rulebook = batch.rulebook
        self.loaded.shadow = batch.shadow
        self.fold = Fold(self.loaded, table)
        self.folded: list[Folded] = []
        self.parked: set[str] = set()
        self.unclaimed: list[Pair] = []
        self.told: dict[Pair, Answer] = {}

    async def run(self, units: Sequence[Unit]) -> list[list[Answer]]:
        messages = [m for u in units for m in u.messages]
        with self.metrics.stage("claim"):
            known = await self.batch.claim([(m.source, m.id) for m in messages])
        fresh = [m for i, m in enumerate(messages) if i not in known] if known else messages
        await self.load(fresh)
        with self.metrics.stage("fold"):
            answers = await self.answer_all(units, known)
        with self.metrics.stage("store"):
            if self.unclaimed:
                await self.batch.unclaim(self.unclaimed)
            await self.batch.store(self.folded, self.loaded)
        return answers

    async def load(self, messages: Sequence[Message]) -> None:
        """Lock and load what the messages will look at: families first, for they say which stock is meant."""
        with self.metrics.stage("load"):
            families = self.loaded.families
            families.update(await self.batch.families({m.subject for m in messages}))
            layers = {key for m in messages for key in layers_touched(m.data, families.get(m.subject))}
            if self.loaded.rulebook.policies:
                layers.update(self.sourced(messages))
            if layers:
                self.loaded.layers.update(await self.batch.layers(layers))
            cards = {name for m in messages for name in cards_touched(m.data, families.get(m.subject))}
            if cards:
                self.loaded.cards.update(await self.batch.cards(cards))
            sales = {key for m in messages for key in sales_touched(m.data)}
            if sales:
                self.loaded.add_sales(await self.batch.sales(sales))

    def sourced(self, messages: Sequence[Message]) -> Iterator[tuple[str, str]]:
        """Return the shelves of every location that an order of the batch may be sourced from."""
        for m in messages:
            atlas = self.loaded.sourcing(m.recorded_at)
            if atlas is not None:
                yield from shelves_sourced(m.data, self.loaded.families.get(m.subject), atlas)

    async def answer_all(self, units: Sequence[Unit], known: Mapping[int, Original]) -> list[list[Answer]]:
        place, answers = 0, []
        for unit in units:
            mine = []
            if unit.blocked:
                self.parked.add(unit.subject)
            for message in unit.messages:
                mine.append(await self.answer(message, unit, place, known.get(place)))
                place += 1
            answers.append(mine)
        return answers

    async def answer(self, message: Message, unit: Unit, place: int, original: Original | None) -> Answer:
        if original is not None:
            return _again(original)
        key = (message.source, message.id)
        earlier = self.told.get(key)
        if earlier is not None:
            return msgspec.structs.replace(earlier, status=Status.DUPLICATE) if earlier.event else earlier
        if unit.expects and not self.is_as_expected(unit):
            answer = Answer(Status.CHANGED, reason=f"{unit.subject} has changed", remedy="look again, then decide")
        elif unit.subject in self.parked:
            answer = Answer(Status.WAITING, reason=f"{unit.subject} is parked", remedy="mend the message before it")
        else:
            answer = await self.folded_answer(message, self.batch.number << 12 | place)
        self.told[key] = answer
        if not answer.status.is_settled:
            self.unclaimed.append(key)
            if answer.status not in {Status.EARLY, Status.CHANGED}:
                self.parked.add(unit.subject)
        return answer

    def is_as_expected(self, unit: Unit) -> bool:
        family = self.loaded.families.get(unit.subject)
        return family is not None and tag_of(encode_family(family)) == unit.expects

    async def folded_answer(self, message: Message, event: int) -> Answer:
        for _ in range(LOADS_MAX):
            try:
                folded = self.fold.fold(message, event)
            except NotLoaded as missing:
                await self.load_missing(missing)
            except TooEarly as early:
                return Answer(Status.EARLY, reason=str(early), remedy="it is tried again when its subject has moved")
            except Refused as refused:
                return Answer(Status.REFUSED, reason=refused.reason, remedy=refused.remedy)
            except Exception as defect:  # noqa: BLE001 - one bad message never stops a batch
                return Answer(Status.REFUSED, reason=f"{type(defect).__name__}: {defect}", remedy=REPORT_DEFECT)
            else:
                self.folded.append(folded)
                return Answer(Status.ACCEPTED, event, folded.outcome, folded.state, folded.answer)
        return Answer(Status.REFUSED, reason=f"looks at more than {LOADS_MAX} rows nobody named", remedy="split it")

    async def load_missing(self, missing: NotLoaded) -> None:
        if missing.kind == "layer":
            self.loaded.layers.update(await self.batch.layers([missing.key]))
        elif missing.kind == "card":
            self.loaded.cards.update(await self.batch.cards([missing.key[0]]))
        elif missing.kind == "family":
            self.loaded.looked_up[missing.key[0]] = await self.batch.looked_up(missing.key[0])
        else:
            self.loaded.add_sales(await self.batch.sales([missing.key]))


def _again(original: Original) -> Answer:
    """Return the answer the original was given."""
    told = msgspec.json.decode(original.answer)
    return Answer(Status.DUPLICATE, original.event, told["outcome"], told["state"], told.get("detail"))
