"""What is read of channels: how each stands, and its products. Storage implements it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class ChannelState(Struct, frozen=True):
    """One channel: products it is told of, how many wait (the oldest since *oldest*), fail or differ, and its lag.

    Lag is from the commit of the first change not yet told until the channel took the number: milliseconds, of what it
    took in the last day, the newest of each product. *sweeping*: every product is being looked at.
    """

    channel: str
    connection: str
    products: int
    waiting: int
    oldest: datetime | None
    failing: int
    differing: int
    told_at: datetime | None
    acknowledged_at: datetime | None
    lag_p50_ms: int | None
    lag_p99_ms: int | None
    compared_at: datetime | None
    sweeping: bool


class ProductState(Struct, frozen=True):
    """One product at a channel: what it should show, what it was told and took last; *seen* is another it keeps showing."""

    sku: str
    wanted: int
    shown: int | None
    version: int
    shown_version: int
    told_at: datetime | None
    acknowledged_at: datetime | None
    lag_ms: int | None
    waiting_since: datetime | None
    failure: str | None
    seen: int | None
    told: int | None


class ProductsAsked(Struct, frozen=True):
    """Which products of *channel*: one, or those after *after*; only *odd* ones: waiting, failing or differing."""

    channel: str
    sku: str = ""
    odd: bool = False
    after: str = ""
    limit: int = 1000


class NoChannel(LookupError):
    """No connection shows stock for a channel of that name."""


class ChannelReader(Protocol):
    """Reads channels. Raises `NoChannel`."""

    async def channels(self) -> Sequence[ChannelState]:
        """Return how every channel stands."""

    async def products(self, asked: ProductsAsked) -> Sequence[ProductState]:
        """Return products in the order of their codes."""
