"""The worker: takes deliveries out of the inbox, has them translated, and passes them through the gate in batches."""

import asyncio
from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol, cast

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.engine.answer import Answer, Settlement, Status, Unit
from tallystick.engine.gate import Gate
from tallystick.messages.envelope import Message
from tallystick.messages.stewardship.records import subject_of_record
from tallystick.ports.connector import Delivery, Fault, Report, Translation
from tallystick.ports.identities import Asked, Link, Unlinked
from tallystick.processes.masters.soundness import stated_by

DELIVERIES_IN_BATCH_MAX: Final = 500
FRUITLESS_BATCHES_MAX: Final = 3
BATCH_BODY_BYTES_MAX: Final = 1_000_000
"""A batch is held in memory as what its bodies become: some fifty times as much."""
LOOK_UPS_MAX: Final = 8
"""So many different ids a translation may need one after another."""
_encode = msgspec.json.Encoder().encode

Parse = Callable[[Delivery], Translation]
Progress = Callable[[int], None]
Enough = Callable[[], bool]


class Waiting(Protocol):
    """A delivery in the inbox; see `storage.inbox.Waiting`."""

    @property
    def number(self) -> int:
        """The delivery's number in the book."""

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the inbox."""

    @property
    def delivery(self) -> Delivery:
        """What arrived."""

    @property
    def received_at(self) -> datetime:
        """When it arrived, UTC."""


class InboxReader(Protocol):
    """What the worker needs of an inbox; see `storage.inbox.Inbox`."""

    async def waiting(
        self, under_way: Sequence[int], limit: int, partitions: Sequence[int] | None, bytes_max: int
    ) -> Sequence[Waiting]:
        """Return deliveries of some partitions, or of all, in order, leaving out those *under_way*.

        No more than *bytes_max* of bodies come beyond the first.
        """


class Study(Protocol):
    """What translations need to have been looked up before; see `app.connections.study.Study`."""

    async def begin(self, sources: Collection[str]) -> Mapping[str, Parse]:
        """Forget what was looked up, and return the translators of those *sources* that are connections."""

    async def look_up(self, unlinked: Sequence[tuple[str, Asked]]) -> bool:
        """Look up what (source, question) nobody has linked so far as is known here; say whether any answer came."""

    async def state(self, source: str, links: Sequence[Link]) -> None:
        """Keep what a master of *source* states of ids."""


class Translated(Struct, frozen=True):
    """A delivery and what was understood of it; `failure` when its translator itself broke."""

    number: int
    unit: Unit
    faults: tuple[Fault, ...] = ()
    failure: str = ""
    remedy: str = "mend the delivery or its translator, then retry"
    links: tuple[Link, ...] = ()
    asked: Asked | None = None


Read = list[Translated]


def with_statements(reports: Sequence[Report]) -> Iterator[Report]:
    """Yield *reports*, and after each that describes a master what it says field by field, of the thing it is about."""
    for report in reports:
        yield report
        said = stated_by(report.data)
        if said is not None:
            subject = subject_of_record(said.kind, said.code)
            yield replace(report, id=f"{report.id}/fields", subject=subject, data=said)


class NoProgressError(Exception):
    """The same deliveries come back again and again and nothing moves: what answers them does not settle them."""


def _remedy(source: str, asked: Asked) -> str:
    theirs, ours = ("THEIRS", asked.id) if asked.is_ours else (asked.id, "OURS")
    return f"say who it is: `tally identity link {source} {asked.kind} {theirs} {ours}`, then retry"


def _never() -> bool:
    return False


async def _stated(study: Study, waiting: Sequence[Waiting], read: Read) -> None:
    """Keep what masters state, before anything of the same batch asks for it. Stating it again changes nothing."""
    for w, t in zip(waiting, read, strict=True):
        if t.links:
            await study.state(w.delivery.source, t.links)


async def _abandon(reading: "asyncio.Task[Read] | None") -> None:
    """Let go of a reading nobody waits for, so that its connection is free when this returns."""
    if reading is not None:
        reading.cancel()
        await asyncio.wait([reading])
        if not reading.cancelled():
            reading.exception()  # looked at: it is the same trouble that ended the drain


def _stuck(batch: Read) -> str:
    return (
        f"delivery {batch[0].number} and {len(batch) - 1} more were answered {FRUITLESS_BATCHES_MAX + 1} times and still "
        "wait: the gate does not settle them; report this as a defect"
    )


class Worker:
    """Works an inbox off. Give its gate `settle` so that deliveries settle in the same transaction as their effects."""

    def __init__(self, inbox: InboxReader, parsers: Mapping[str, Parse]) -> None:
        """Translate each source's deliveries with its parser."""
        self._inbox, self._parsers = inbox, parsers
        self.partitions: Sequence[int] | None = None
        """The partitions to work off; None means all. Whoever sets it must hold them: see `storage.claims`."""
        self._batch: dict[int, Translated] = {}
        self._parked: set[str] = set()
        self._tried: set[int] = set()
        """Deliveries that were in a batch since a message was last accepted."""
        self.study: Study | None = None
        """Looks up what translations of connections need; without it there are none."""

    async def drain(self, gate: Gate, progress: Progress | None = None, enough: Enough = _never) -> int:
        """Work off what waits, until nothing is left or *enough* says so; return how many deliveries were answered.

        The next batch is read and translated while the gate stores this one. Every reading begins at the front, leaving
        out only what is under way: a row that was committed late must not be passed by a later one of its subject. Raises `StoreAway` when the database went
        away: what was under way is then found where it is, done or still waiting, by draining again. Raises
        `NoProgressError` when deliveries come back although they were answered, and nothing moves.
        """
        answered, fruitless, was_fresh = 0, 0, True
        self._parked.clear()
        self._tried.clear()
        ahead: asyncio.Task[Read] | None = asyncio.create_task(self._read(()))
        try:
            while ahead is not None:
                batch = await ahead
                if not batch:
                    if was_fresh:
                        break
                    was_fresh = True
                    ahead = asyncio.create_task(self._read(()))
                    continue
                was_fresh = False
                fruitless = fruitless + 1 if self._is_known(batch) else 0
                if fruitless > FRUITLESS_BATCHES_MAX:
                    raise NoProgressError(_stuck(batch))
                ahead = None if enough() else asyncio.create_task(self._read([t.number for t in batch]))
                await self._flush(gate, batch)
                answered += len(batch)
                if progress is not None:
                    progress(len(batch))
        finally:
            await _abandon(ahead)
        return answered

    def settle(self, units: Sequence[Unit], answers: Sequence[Sequence[Answer]]) -> Settlement:
        """Say what a batch's answers mean for the deliveries that are in it."""
        done, early, parked, faults = [], [], [], []
        for unit, told in zip(units, answers, strict=True):
            translated = self._batch.get(unit.delivery)
            if translated is None:
                continue
            if translated.failure:
                parked.append((unit.delivery, translated.failure, translated.remedy))
                continue
            refused = [a for a in told if a.status is Status.REFUSED]
            if refused:
                parked.append((unit.delivery, refused[0].reason, refused[0].remedy))
            elif any(a.status is Status.EARLY for a in told):
                early.append(unit.delivery)
            elif all(a.status.is_settled for a in told):
                done.append(unit.delivery)
                faults += [(unit.delivery, fault) for fault in translated.faults]
        moved = {
            u.subject for u, told in zip(units, answers, strict=True) if any(a.status is Status.ACCEPTED for a in told)
        }
        if moved:
            self._tried.clear()
        self._parked.update(u.subject for u in units if u.delivery in {p[0] for p in parked})
        return Settlement(tuple(done), tuple(early), tuple(parked), tuple(sorted(moved)), tuple(faults))

    def _is_known(self, batch: Sequence[Translated]) -> bool:
        """Say whether all of *batch* was tried before and nothing has moved since; from now on it was."""
        numbers = {t.number for t in batch}
        is_known = numbers <= self._tried
        self._tried |= numbers
        return is_known

    async def _flush(self, gate: Gate, batch: Sequence[Translated]) -> None:
        free = [t for t in batch if t.unit.subject not in self._parked]
        self._batch = {t.number: t for t in free}
        if free:
            await gate.flush([t.unit for t in free])

    async def _read(self, under_way: Sequence[int]) -> Read:
        waiting = await self._inbox.waiting(under_way, DELIVERIES_IN_BATCH_MAX, self.partitions, BATCH_BODY_BYTES_MAX)
        if self.study is None or not waiting:
            return [self._translated(w, self._parsers) for w in waiting]
        return await self._studied(waiting, self.study)

    async def _studied(self, waiting: Sequence[Waiting], study: Study) -> Read:
        """Translate; what lacks the identity of something is translated again once that has been looked up."""
        sources = {w.delivery.source for w in waiting}
        parsers = ChainMap(dict(await study.begin(sources)), cast("dict[str, Parse]", self._parsers))
        read = [self._translated(w, parsers) for w in waiting]
        for _ in range(LOOK_UPS_MAX):
            await _stated(study, waiting, read)
            asked = [(w.delivery.source, t.asked) for w, t in zip(waiting, read, strict=True) if t.asked]
            if not asked or not await study.look_up(asked):
                break
            read = [self._translated(w, parsers) if t.asked else t for w, t in zip(waiting, read, strict=True)]
        return read

    def _translated(self, waiting: Waiting, parsers: Mapping[str, Parse]) -> Translated:
        delivery = waiting.delivery
        empty = Unit((), delivery.subject, waiting.number, blocked=True)
        try:
            translation = parsers[delivery.source](delivery)
        except Unlinked as unlinked:
            asked = unlinked.asked
            remedy = _remedy(delivery.source, asked)
            return Translated(waiting.number, empty, failure=str(unlinked), remedy=remedy, asked=asked)
        except Exception as failure:  # noqa: BLE001 - one delivery that breaks its translator never stops the others
            return Translated(waiting.number, empty, failure=f"{type(failure).__name__}: {failure}")
        messages = tuple(
            Message(
                delivery.source,
                r.id,
                r.subject,
                r.data,
                _encode(r.data),
                r.time,
                r.on,
                waiting.received_at,
                r.zone,
                r.correlation,
                r.causation,
                r.traceparent,
            )
            for r in with_statements(translation.reports)
        )
        unit = Unit(messages, delivery.subject, waiting.number)
        return Translated(waiting.number, unit, translation.faults, links=translation.links)
