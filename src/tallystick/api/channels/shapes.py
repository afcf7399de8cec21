"""What is said of channels over HTTP. Numbers of stock are whole units, lags whole milliseconds."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import Name, PageSize, Sku

Only = Annotated[bool, Meta(description="only products that wait, fail, or show another number than they took")]
After = Annotated[Sku, Meta(description="products after this one, as `next` of a page says it")]


class ChannelWhere(Struct, frozen=True):
    """Which channel."""

    channel: Name


class ChannelQuery(Struct, frozen=True):
    """Which of its products."""

    sku: Sku | None = None
    odd: Only = False
    after: After | None = None
    limit: PageSize = 100


class ChannelShown(Struct, frozen=True):
    """A channel: products it is told of, how many wait (the oldest since `waiting_since`), fail or differ.

    Lag is from the commit of the first change not yet told until the channel took the number, of the last day.
    """

    channel: str
    connection: str
    products: int
    waiting: int
    waiting_since: datetime | None
    failing: int
    differing: int
    told_at: datetime | None
    acknowledged_at: datetime | None
    lag_p50_ms: int | None
    lag_p99_ms: int | None
    compared_at: datetime | None


class ChannelsShown(Struct, frozen=True):
    """Every channel that stock is shown to."""

    channels: list[ChannelShown]


class ProductAtChannel(Struct, frozen=True):
    """A product at a channel: what it `should_show`, was `told` last and `acknowledged`; null: nothing yet.

    `seen` is another number that it keeps showing, `lag_ms` how long its newest acknowledged number was on its way.
    """

    sku: str
    should_show: int
    told: int | None
    told_at: datetime | None
    acknowledged: int | None
    acknowledged_at: datetime | None
    lag_ms: int | None
    waiting_since: datetime | None
    failure: str | None
    seen: int | None


class ChannelStock(Struct, frozen=True):
    """Products of a channel in the order of their codes; `next` is where the next page begins, null where this is the last."""

    channel: str
    products: list[ProductAtChannel]
    next: str | None
