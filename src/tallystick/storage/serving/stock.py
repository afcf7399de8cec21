"""What may be promised, as the API asks for it: now for many products, and for one at a past moment."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg

from tallystick.decisions.availability import Question, availability, explained
from tallystick.decisions.rulebook import Lookup
from tallystick.ports.reading import GroupNotKnown, Lag, StockAsked, StockLine
from tallystick.storage.reading.explaining.event import NothingSuch
from tallystick.storage.reading.promising.past import Known, stock_at
from tallystick.storage.reading.promising.shelf_lines import Asked, AvailabilityReader, GroupUnknown, ShelfLine
from tallystick.storage.serving.pool import lent

LAG_SECONDS: Final = 1.0
"""How far the book is behind is counted once a second at most, whoever asks."""

Key = tuple[str, StockAsked]


class Stock:
    """Implements `ports.reading.StockReader`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Ask over *pool*, which lends a connection for each statement."""
        statements: Any = pool
        self._pool, self._reader = pool, AvailabilityReader(statements)
        self._lag, self._lag_until = Lag(0, None), 0.0

    async def lines(self, skus: Sequence[str], asked: StockAsked) -> Mapping[str, Sequence[StockLine]]:
        """Return the lines of those of *skus* that the book has stocked, by product, without their steps."""
        found: dict[str, list[StockLine]] = {}
        for x in await self._lines(skus, asked, datetime.now(UTC)):
            line = StockLine(x.sku, x.location, x.numbers, x.unavailable(), (), x.event, x.recorded_at)
            found.setdefault(x.sku, []).append(line)
        return found

    async def explained(self, sku: str, asked: StockAsked) -> Sequence[StockLine]:
        """Return the lines of one product with the steps that led to their numbers; none where it was never stocked."""
        now = datetime.now(UTC)
        question = Question(asked.channel, now.date(), asked.until)
        return [_line(x, question) for x in await self._lines([sku], asked, now)]

    async def each(self, keys: Sequence[Key]) -> Mapping[Key, Sequence[StockLine]]:
        """Return the lines of single products, asked for by many callers at once: one statement for each question."""
        questions: dict[StockAsked, list[str]] = {}
        for sku, asked in keys:
            questions.setdefault(asked, []).append(sku)
        found: dict[Key, Sequence[StockLine]] = {}
        for asked, skus in questions.items():
            found |= {(sku, asked): lines for sku, lines in (await self.lines(skus, asked)).items()}
        return found

    async def past(self, sku: str, asked: StockAsked, at: datetime) -> Mapping[str, Sequence[StockLine]] | None:
        """Return the lines of a product at a past moment, as recorded by then and as is known now of then."""
        rules = await self._reader.rules(at)
        places = _places(asked, rules)
        question = Question(asked.channel, at.date(), asked.until)
        found: dict[str, Sequence[StockLine]] = {}
        for known in Known:
            try:
                async with lent(self._pool) as connection:
                    then = await stock_at(connection, sku, at, known)
            except NothingSuch:
                return None
            lines = []
            for location, layer in then.layers.items():
                if places is None or location in places:
                    terms = rules.terms(asked.channel, sku, location)
                    line = ShelfLine(sku, location, layer, availability(layer, terms, question), terms, 0, None)
                    lines.append(_line(line, question))
            found[known.value] = lines
        return found

    async def lag(self) -> Lag:
        """Return how far the book is behind."""
        if time.monotonic() > self._lag_until:
            self._lag_until = time.monotonic() + LAG_SECONDS
            behind = await self._reader.inbox_lag()
            self._lag = Lag(behind.deliveries, behind.oldest)
        return self._lag

    async def _lines(self, skus: Sequence[str], asked: StockAsked, now: datetime) -> list[ShelfLine]:
        locations = [asked.location] if asked.location else []
        try:
            return await self._reader.lines(Asked(skus, now, asked.channel, locations, asked.group, asked.until))
        except GroupUnknown as unknown:
            raise GroupNotKnown(str(unknown)) from None


def _places(asked: StockAsked, rules: Lookup) -> list[str] | None:
    if asked.group:
        return [x for x in rules.group(asked.group) if asked.location in {"", x}]
    return [asked.location] if asked.location else None


def _line(x: ShelfLine, question: Question) -> StockLine:
    steps = explained(x.numbers, x.terms, question)
    return StockLine(x.sku, x.location, x.numbers, x.unavailable(), steps, x.event, x.recorded_at)
