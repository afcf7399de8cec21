"""What is said of stock over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import Name, Sku

SKUS_MAX = 500


class StockWhere(Struct, frozen=True):
    """Which product."""

    sku: Sku


class StockQuery(Struct, frozen=True):
    """At which location; at all of them when it is left out."""

    location: Name | None = None


class StockWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Which products, and where; everywhere when `location` is left out."""

    skus: Annotated[tuple[Sku, ...], Meta(min_length=1, max_length=SKUS_MAX)]
    location: Name | None = None


class LocationStock(Struct, frozen=True):
    """Units of a product at a location: `on_hand` = `available` + `committed` + what is unavailable, by reason."""

    location: str
    on_hand: int
    available: int
    committed: int
    unavailable: dict[str, int]


class ProductStock(Struct, frozen=True):
    """A product's units over its locations. `event` is the number of the last event that moved it."""

    sku: str
    on_hand: int
    available: int
    committed: int
    locations: list[LocationStock]


class StockShown(Struct, frozen=True):
    """The products asked for, in the order asked; one the book has never seen is in `unknown`."""

    products: list[ProductStock]
    unknown: list[str]
