"""The collector: requests that wait for an answer, gathered into batches that leave whenever the last commit returns."""

import asyncio
from typing import Final

from tallystick.engine.answer import Answer, Unit
from tallystick.engine.gate import Gate
from tallystick.engine.gate_store import StoreAway

BATCH_UNITS_MAX: Final = 500

Waiting = tuple[Unit, "asyncio.Future[list[Answer]]"]


class Collector:
    """Gives each caller its own answer out of a shared batch. No timer: a batch is what came while the last one ran.

    As long as anybody waits there is a flusher that has not ended: one that is stopped tells the callers of its batch so
    and leaves the others to the next.
    """

    def __init__(self, gate: Gate, batch_units_max: int = BATCH_UNITS_MAX) -> None:
        """Flush through *gate*, at most *batch_units_max* units a batch."""
        self._gate, self._batch_units_max = gate, batch_units_max
        self._waiting: list[Waiting] = []
        self._flusher: asyncio.Task[None] | None = None

    async def submit(self, unit: Unit) -> list[Answer]:
        """Return the answers of *unit*, once they are durable.

        Raises what the batch failed with. After `StoreAway` it is unknown whether the unit stands in the book, and it may
        be sent again.
        """
        answered: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
        self._waiting.append((unit, answered))
        if self._flusher is None:
            self._start()
        return await answered

    def _start(self) -> None:
        self._flusher = asyncio.create_task(self._flush_all())
        # A flusher that is stopped before its first step never runs, not even what it does at last.
        self._flusher.add_done_callback(self._ended)

    def _ended(self, _: "asyncio.Task[None]") -> None:
        self._flusher = None
        if self._waiting:
            self._start()

    async def _flush_all(self) -> None:
        """Flush until nobody waits; the batch that fails tells each of its callers why."""
        while self._waiting:
            batch, self._waiting = self._waiting[: self._batch_units_max], self._waiting[self._batch_units_max :]
            await self._flush(batch)

    async def _flush(self, batch: list[Waiting]) -> None:
        try:
            answers = await self._gate.flush([unit for unit, _ in batch])
        except Exception as failure:  # noqa: BLE001 - each caller must hear of it
            _tell(batch, failure)
            return
        except BaseException:
            _tell(batch, StoreAway("the batch was stopped, and may have been kept or not: send it again"))
            raise
        for (_, answered), answer in zip(batch, answers, strict=True):
            if not answered.done():
                answered.set_result(answer)


def _tell(batch: list[Waiting], failure: Exception) -> None:
    for _, answered in batch:
        if not answered.done():
            answered.set_exception(failure)
