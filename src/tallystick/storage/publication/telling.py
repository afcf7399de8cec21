"""Telling a channel of products: what is due is leased with its newest word, and given back as taken or to be told again."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from tallystick.engine.partners.showing import Word
from tallystick.messages.channels import PublishProduct
from tallystick.model.amount import UNITS_PREFIX

_LEASE: Final = (
    "with due as (select id from publication_told where channel = $1 and version > shown_version and due <= $2 "
    "and (leased_until is null or leased_until <= $2) order by due, id limit $4 for update skip locked) "
    "update publication_told t set leased_until = $3, told = t.wanted, told_version = t.version, told_at = $2 from due "
    "where t.id = due.id returning t.id, t.sku, t.told, t.told_version, t.attempts"
)
_TAKEN: Final = (
    "update publication_told t set shown = t.told, shown_version = t.told_version, acknowledged_at = $4, attempts = 0, "
    "failure = null, leased_until = null, due = case when t.version > t.told_version then $4 else t.due end "
    "from unnest($2::int[], $3::bigint[]) u(id, version) "
    "where t.channel = $1 and t.id = u.id and t.told_version = u.version and t.shown_version < u.version"
)
# A channel that refused the stock of a product it did not know is told it again, now that it knows the product.
_STOCK: Final = (
    "update stock_told s set due = $3 from commodity c where s.channel = $1 and s.item = c.id "
    "and c.name = any($2::text[]) and s.failure is not null and s.version > s.shown_version"
)
_FAILED: Final = (
    "update publication_told t set leased_until = null, attempts = t.attempts + 1, failure = u.failure, due = u.due "
    "from unnest($2::int[], $3::bigint[], $4::timestamptz[], $5::text[]) u(id, version, due, failure) "
    "where t.channel = $1 and t.id = u.id and t.told_version = u.version and t.shown_version < u.version"
)


class ProductWord(Word, frozen=True):
    """A product that is told under its name and price."""

    body: bytes = b""

    @property
    def command(self) -> PublishProduct:
        """What the channel is told."""
        return msgspec.json.decode(self.body, type=PublishProduct)


class Telling:
    """Implements `engine.partners.showing.ShowingStore` for the products of one channel; statements take turns."""

    def __init__(self, connection: asyncpg.Connection, channel: str) -> None:
        """Tell *channel*."""
        self._connection, self.channel, self._turn = connection, channel, asyncio.Lock()

    async def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[ProductWord]:
        """Take at most *limit* products that are due, for nobody else until *until*."""
        async with self._turn:
            rows = await self._connection.fetch(_LEASE, self.channel, now, until, limit)
        return [ProductWord(r[0], r[1], 0, r[3], r[4], r[2]) for r in rows]

    async def taken(self, words: Sequence[Word], now: datetime) -> None:
        """Note that the channel took *words*; one that is not the newest told changes nothing."""
        await self._execute(_TAKEN, [w.item for w in words], [w.version for w in words], now)
        await self._execute(_STOCK, [f"{UNITS_PREFIX}{w.sku}" for w in words], now)

    async def failed(self, failures: Mapping[Word, tuple[datetime, str]]) -> None:
        """Note what was not taken: each with when it is told again, and why."""
        items, versions = [w.item for w in failures], [w.version for w in failures]
        dues, whys = [due for due, _ in failures.values()], [why for _, why in failures.values()]
        await self._execute(_FAILED, items, versions, dues, whys)

    async def _execute(self, sql: str, *what: object) -> None:
        async with self._turn:
            await self._connection.execute(sql, self.channel, *what)
