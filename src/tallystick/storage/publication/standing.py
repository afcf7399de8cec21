"""How products stand at a channel: on it, off it, missing something, waiting or refused, each with why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from tallystick.decisions.masters.golden import golden
from tallystick.decisions.masters.publication import (
    Missing,
    Offer,
    Sources,
    offer_of,
    price_list_of,
    rule_for,
)
from tallystick.messages.channels import PublishProduct
from tallystick.storage.reading.masters.records import governing, records_named

_ROWS: Final = (
    "select sku, wanted, offer, shown, version, shown_version, told_at, acknowledged_at, due, attempts, failure "
    "from publication_told where channel = $1 and ($2 = '' or sku = $2) and (not $3 or failure is not null "
    "or version > shown_version or wanted is null) and sku > $4 order by sku limit $5"
)
_AGAIN: Final = (
    "update publication_told set due = now(), failure = null where channel = $1 and ($2 = '' or sku = $2) "
    "and version > shown_version and (leased_until is null or leased_until <= now()) returning sku"
)
ON, OFF, WAITING, REFUSED, WITHHELD = "on", "off", "waiting", "refused", "withheld"


class Standing(Struct, frozen=True):
    """A product at a channel: `on` it, taken `off` it, `waiting` to be told, `refused` by it, or `withheld` from it.

    *because* says what the rules say of it, *missing* what would have to be mended, *failure* what the channel said.
    *shown* is what it took last.
    """

    sku: str
    state: str
    because: str
    missing: tuple[Missing, ...]
    wanted: PublishProduct | None
    shown: PublishProduct | None
    told_at: datetime | None
    acknowledged_at: datetime | None
    again_at: datetime | None
    failure: str | None


class Asked(Struct, frozen=True):
    """Which products of *channel*: one, or those after *after*; only *odd* ones: withheld, waiting or refused."""

    channel: str
    sku: str = ""
    odd: bool = False
    after: str = ""
    limit: int = 1000


async def standings(connection: asyncpg.Connection, asked: Asked) -> list[Standing]:
    """Return how products stand at a channel, in the order of their codes; none where it was never looked at."""
    rows = await connection.fetch(_ROWS, asked.channel, asked.sku, asked.odd, asked.after, asked.limit)
    return [_standing(row) for row in rows]


def _standing(row: asyncpg.Record) -> Standing:
    offer = msgspec.json.decode(row["offer"], type=Offer)
    wanted, shown = (msgspec.json.decode(row[n], type=PublishProduct) if row[n] else None for n in ("wanted", "shown"))
    waits = row["version"] > row["shown_version"]
    return Standing(
        row["sku"],
        _state(wanted, row["failure"], waits=waits),
        offer.because,
        offer.missing,
        wanted,
        shown,
        row["told_at"],
        row["acknowledged_at"],
        row["due"] if waits else None,
        row["failure"] if waits else None,
    )


def _state(wanted: PublishProduct | None, failure: str | None, *, waits: bool) -> str:
    if wanted is None:
        return WITHHELD
    if waits:
        return REFUSED if failure else WAITING
    return ON if wanted.is_sold else OFF


async def explained(connection: asyncpg.Connection, channel: str, sku: str, now: datetime) -> Offer:
    """Return what the rules in force say of a product at a channel at *now*, whether or not a worker has looked yet."""
    rules = await governing(connection)
    rule = rule_for(rules.publication, channel)
    if rule is None:
        return Offer(channel, sku, "no rule publishes anything there: see `tally publish rules set`")
    product = (await records_named(connection, "product", [sku])).get(sku)
    if product is None:
        return Offer(channel, sku, "no system has said anything of this product: see `tally master records product`")
    code = f"{price_list_of(rule)}/{sku}"
    price = (await records_named(connection, "price", [code])).get(code)
    sources = Sources(golden(product, rules.ownership, now), golden(price, rules.ownership, now) if price else None)
    return offer_of(rules.publication, rule, sources)


async def tell_again(connection: asyncpg.Connection, channel: str, sku: str = "") -> Sequence[str]:
    """Tell at once what waits or was refused, of one product or of all; return which."""
    return [row[0] for row in await connection.fetch(_AGAIN, channel, sku)]
