"""Reads that wait for an answer, gathered like writes: a question asks for every key that came while the last one ran."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
KEYS_MAX: Final = 1000


class ReadCollector(Generic[K, V]):
    """Reads many keys in one question. Nobody is told what was read before he asked."""

    def __init__(self, load: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], keys_max: int = KEYS_MAX) -> None:
        """Ask *load* for at most *keys_max* different keys at once."""
        self._load, self._keys_max = load, keys_max
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._asker: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """Return what is read for *key*, None where there is nothing."""
        told = self._waiting.get(key)
        if told is None:
            told = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._asker is None:
                self._asker = asyncio.create_task(self._ask_all())
        return await asyncio.shield(told)

    async def _ask_all(self) -> None:
        try:
            while self._waiting:
                keys = list(self._waiting)[: self._keys_max]
                await self._ask({key: self._waiting.pop(key) for key in keys})
        finally:
            self._asker = None

    async def _ask(self, asked: Mapping[K, "asyncio.Future[V | None]"]) -> None:
        try:
            found = await self._load(list(asked))
        except Exception as failure:  # noqa: BLE001 - each caller must hear of it
            for told in asked.values():
                told.set_exception(failure)
            return
        for key, told in asked.items():
            told.set_result(found.get(key))
