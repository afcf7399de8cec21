"""Following records for one channel: which products changed, and what the channel is to be told of them now.

One short transaction under the lock of the feed's row, as stock does it (decision 27): positions, words and versions move
together or not at all, and workers cannot overtake each other.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from tallystick.decisions.masters.golden import golden
from tallystick.decisions.masters.publication import Offer, Sources, offer_of, price_list_of, rule_for, withdrawn
from tallystick.decisions.masters.record import Record, next_change
from tallystick.messages.channels import PublishProduct
from tallystick.messages.stewardship.governing import ChannelPublication
from tallystick.messages.stewardship.records import subject_of_record
from tallystick.storage.reading.masters.records import Governing, Wanted, governing, records, records_named

PRODUCTS_IN_PIECE: Final = 500
_KNOW: Final = (
    "insert into publication_feed (channel, connection) values ($1, $2) on conflict (channel) do update "
    "set connection = excluded.connection, sweep_after = '' where publication_feed.connection <> excluded.connection "
    "returning (xmax = 0)"
)
_BEGIN: Final = "insert into publication_position select $1, id, batch << 12 | 4095 from gate on conflict do nothing"
_LOCK: Final = "select rules, sweep_after, look_at from publication_feed where channel = $1 for update skip locked"
_SPANS: Final = (
    "select g.id, coalesce(p.event, g.id::bigint << 52), g.batch << 12 | 4095 from gate g left join publication_position p "
    "on p.gate = g.id and p.channel = $1 where g.batch << 12 | 4095 > coalesce(p.event, g.id::bigint << 52)"
)
_CHANGED: Final = (
    "select distinct e.subject from unnest($1::bigint[], $2::bigint[]) s(after, upto) cross join lateral "
    "(select subject from event where id > s.after and id <= s.upto and starts_with(subject, 'master/') offset 0) e"
)
_FOLLOWED: Final = (
    "insert into publication_position select $1, g, e from unnest($2::smallint[], $3::bigint[]) u(g, e) "
    "on conflict (channel, gate) do update set event = excluded.event"
)
_SWEPT: Final = "update publication_feed set sweep_after = $2, rules = $3, look_at = $4 where channel = $1"
_LOOK: Final = "update publication_feed set look_at = least(look_at, $2) where channel = $1"
_KNOWN: Final = (
    "select sku, wanted, version, offer, told, told_version, shown, shown_version from publication_told "
    "where channel = $1 and sku = any($2::text[]) for update"
)
_WANT: Final = (
    "insert into publication_told as t (channel, sku, wanted, version, offer, due) "
    "select $1, u.sku, u.wanted, u.version, u.offer, $6 from unnest($2::text[], $3::bytea[], $4::bigint[], $5::bytea[]) "
    "u(sku, wanted, version, offer) on conflict (channel, sku) do update set wanted = excluded.wanted, offer = excluded.offer, "
    "due = case when excluded.version > t.version then $6 else t.due end, "
    "failure = case when excluded.version = t.version then t.failure end, version = excluded.version"
)


class Row(msgspec.Struct, frozen=True):
    """What is known of a product at the channel."""

    wanted: bytes | None = None
    version: int = 0
    offer: bytes = b""
    told: bytes | None = None
    told_version: int = 0
    shown: bytes | None = None
    shown_version: int = 0


class Following:
    """Follows records for one channel, on a connection that nobody else uses meanwhile."""

    def __init__(self, connection: asyncpg.Connection, channel: str) -> None:
        """Follow for *channel*."""
        self._connection, self._channel = connection, channel

    async def know(self, connection: int) -> None:
        """Begin the feed with every product there is; where it goes over another connection now, look at all again."""
        async with self._connection.transaction():
            if await self._connection.fetchval(_KNOW, self._channel, connection):
                await self._connection.execute(_BEGIN, self._channel)

    async def run_once(self, now: datetime) -> int:
        """Look at what changed, and at a piece of everything where rules or the clock did; return how many products."""
        async with self._connection.transaction():
            feed = await self._connection.fetchrow(_LOCK, self._channel)
            if feed is None:
                return 0
            rules = await governing(self._connection)
            rule = rule_for(rules.publication, self._channel)
            changed = await self._changed(rule)
            if rule is None:
                return 0
            swept = await self._sweep(feed, (rules, rule, now))
            soonest = await self._want(changed, (rules, rule, now))
            if soonest:
                await self._connection.execute(_LOOK, self._channel, soonest)
            return len(changed) + swept

    async def _changed(self, rule: ChannelPublication | None) -> list[str]:
        """Move the positions and return the codes of products that changed, or whose prices in this channel did."""
        spans = await self._connection.fetch(_SPANS, self._channel)
        if not spans:
            return []
        gates, after, upto = ([row[place] for row in spans] for place in range(3))
        subjects = [row[0] for row in await self._connection.fetch(_CHANGED, after, upto)]
        await self._connection.execute(_FOLLOWED, self._channel, gates, upto)
        prefixes = [subject_of_record("product", "")]
        prefixes += [subject_of_record("price", f"{price_list_of(rule)}/")] if rule else []
        return sorted({s.removeprefix(p) for s in subjects for p in prefixes if s.startswith(p)})

    async def _sweep(self, feed: asyncpg.Record, by: tuple[Governing, ChannelPublication, datetime]) -> int:
        """Go on with a look at everything, or begin one: other rules are in force, or a price began or ended."""
        rules, _, now = by
        is_due = feed["look_at"] is not None and feed["look_at"] <= now
        after = "" if is_due or feed["rules"] != rules.stands else feed["sweep_after"]
        if after is None:
            return 0
        wanted = Wanted("product", after or subject_of_record("product", ""), limit=PRODUCTS_IN_PIECE)
        found = await records(self._connection, wanted)
        soonest = await self._want([r.code for r in found], by)
        goes_on = subject_of_record("product", found[-1].code) if len(found) == PRODUCTS_IN_PIECE else None
        before = feed["look_at"] if feed["look_at"] and feed["look_at"] > now else None
        look_at = min((at for at in (before, soonest) if at), default=None)
        await self._connection.execute(_SWEPT, self._channel, goes_on, rules.stands, look_at)
        return len(found)

    async def _want(self, codes: Iterable[str], by: tuple[Governing, ChannelPublication, datetime]) -> datetime | None:
        """Decide what the channel is told of products now; return when the clock alone will change one of them."""
        rules, rule, now = by
        asked = list(codes)
        products = await records_named(self._connection, "product", asked)
        priced = [f"{price_list_of(rule)}/{code}" for code in products]
        prices = await records_named(self._connection, "price", priced)
        offers = {}
        for code, record in products.items():
            price = prices.get(f"{price_list_of(rule)}/{code}")
            sources = Sources(
                golden(record, rules.ownership, now), golden(price, rules.ownership, now) if price else None
            )
            offers[code] = offer_of(rules.publication, rule, sources)
        await self._keep(offers, now)
        return _soonest((*products.values(), *prices.values()), now)

    async def _keep(self, offers: Mapping[str, Offer], now: datetime) -> None:
        rows = await self._connection.fetch(_KNOWN, self._channel, list(offers))
        known = {row["sku"]: Row(*tuple(row)[1:]) for row in rows}
        told = {sku: _next(known.get(sku, Row()), offer) for sku, offer in offers.items()}
        moved = {sku: row for sku, row in told.items() if row != known.get(sku)}
        if moved:
            columns = ([getattr(row, name) for row in moved.values()] for name in ("wanted", "version", "offer"))
            await self._connection.execute(_WANT, self._channel, list(moved), *columns, now)


def _next(known: Row, offer: Offer) -> Row:
    """Return a product's row with the newest word for it: another word is another version, the same is none."""
    said = msgspec.json.encode(msgspec.structs.replace(offer, command=None))
    wanted = msgspec.json.encode(offer.command) if offer.command else _off(known)
    row = msgspec.structs.replace(known, offer=said, wanted=wanted)
    if wanted == known.wanted:
        return row
    if wanted is None or (wanted == known.shown and known.told_version == known.shown_version):
        return msgspec.structs.replace(row, version=known.told_version)  # nobody was told of what lay between
    return msgspec.structs.replace(row, version=known.version + 1)


def _off(known: Row) -> bytes | None:
    """What a channel was told of comes off it; what it was never told of needs no word."""
    if known.told is None:
        return None
    return msgspec.json.encode(withdrawn(msgspec.json.decode(known.told, type=PublishProduct)))


def _soonest(found: Iterable[Record], now: datetime) -> datetime | None:
    moments = (next_change(words, now) for record in found for words in record.words.values())
    return min((at for at in moments if at is not None), default=None)
