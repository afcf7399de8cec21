"""What is said of stock over HTTP. All numbers are whole units of one product."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import Name, Sku

SKUS_MAX = 500
Channel = Annotated[Name, Meta(description="the sales channel that asks; without one only safety stock is kept back")]
Location = Annotated[Name, Meta(description="only this location")]
Group = Annotated[Name, Meta(description="only the locations of this group, as the rules name it")]
Day = Annotated[date, Meta(description="count goods announced up to this day; without it, as the channel's rules say")]
Moment = Annotated[datetime, Meta(tz=True, description="a past moment")]


class StockWhere(Struct, frozen=True):
    """Which product."""

    sku: Sku


class StockQuery(Struct, frozen=True):
    """For whom, where, and up to which day."""

    channel: Channel | None = None
    location: Location | None = None
    group: Group | None = None
    date: Day | None = None


class ExplanationQuery(Struct, frozen=True):
    """The same, and of which moment; now when it is left out."""

    channel: Channel | None = None
    location: Location | None = None
    group: Group | None = None
    date: Day | None = None
    as_of: Moment | None = None


class StockWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Which products, for whom, where, and up to which day."""

    skus: Annotated[tuple[Sku, ...], Meta(min_length=1, max_length=SKUS_MAX)]
    channel: Channel | None = None
    location: Location | None = None
    group: Group | None = None
    date: Day | None = None


class LocationStock(Struct, frozen=True):
    """A product at a location: `available` from what is there, `available_to_promise` with what is announced or oversold.

    `event` and `recorded_at` say what touched it last.
    """

    location: str
    on_hand: int
    available: int
    committed: int
    owed: int
    unavailable: dict[str, int]
    incoming: int
    overdue: int
    available_to_promise: int
    event: str
    recorded_at: datetime | None


class Freshness(Struct, frozen=True):
    """How far the book is behind what has arrived: how many deliveries wait, and since when the oldest does."""

    deliveries_waiting: int
    oldest_waiting: datetime | None


class ProductStock(Struct, frozen=True):
    """A product over the locations asked for."""

    sku: str
    on_hand: int
    available: int
    committed: int
    incoming: int
    available_to_promise: int
    locations: list[LocationStock]


class OneShown(Struct, frozen=True):
    """One product, and how fresh the answer is."""

    product: ProductStock
    freshness: Freshness


class StockShown(Struct, frozen=True):
    """The products asked for, in the order asked; `unknown` ones the book has never stocked."""

    products: list[ProductStock]
    unknown: list[str]
    freshness: Freshness


class StepShown(Struct, frozen=True):
    """One step towards a number: `units` more or fewer, because; a sum says what the steps before it come to."""

    what: str
    units: int
    because: str
    is_sum: bool


class LocationExplained(Struct, frozen=True):
    """How the numbers of one location came about."""

    location: str
    available: int
    available_to_promise: int
    steps: list[StepShown]


class Explained(Struct, frozen=True):
    """How a product's numbers came about: now, or at a past moment twice: as recorded by then, and as is known now of then."""

    sku: str
    as_of: datetime | None
    now: list[LocationExplained] | None
    recorded: list[LocationExplained] | None
    effective: list[LocationExplained] | None
