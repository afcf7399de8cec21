"""What is said of prices over HTTP."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import Name, Sku

Moment = Annotated[datetime, Meta(tz=True, description="a moment with its offset from UTC")]


class PriceWhere(Struct, frozen=True):
    """Which product."""

    sku: Sku


class PriceQuery(Struct, frozen=True):
    """In which channel, and when: now, where nothing is said."""

    channel: Name
    at: Moment | None = None


class PriceShown(Struct, frozen=True):
    """One price of one unit, in minor units of `currency`, with or without tax, from a moment until another."""

    amount: int
    currency: str
    includes_tax: bool
    valid_from: datetime
    valid_until: datetime | None
    system: str


class PricesShown(Struct, frozen=True):
    """A product's price in a channel; `price` is null where none is in force, `later` are those that begin after it."""

    sku: str
    channel: str
    price: PriceShown | None
    later: list[PriceShown]
