"""What is said of products, locations and the catalogue over HTTP."""

from datetime import datetime

from msgspec import Struct

from tallystick.api.words import PageSize, Reference


class ProductsQuery(Struct, frozen=True):
    """A page of products: those after a code."""

    after: Reference = ""
    limit: PageSize = 100


class ProductsPage(Struct, frozen=True):
    """Product codes in their order; `next` is where the next page begins, null at the end."""

    products: list[str]
    next: str | None


class LocationsShown(Struct, frozen=True):
    """Every location the book knows."""

    locations: list[str]


class Consumer(Struct, frozen=True):
    """A client that uses a capability, and when it last did: to the block of its quota, so within some seconds."""

    client: str
    last_used_at: datetime


class OperationListed(Struct, frozen=True):
    """One thing a client can ask for; a draft one is not served yet."""

    id: str
    method: str
    path: str
    lifecycle: str
    scope: str
    about: str


class CapabilityListed(Struct, frozen=True):
    """A capability as its owner answers for it."""

    name: str
    owner: str
    version: str
    lifecycle: str
    about: str
    requests_max: int
    window_seconds: int
    operations: list[OperationListed]
    consumers: list[Consumer]


class CatalogueShown(Struct, frozen=True):
    """Everything this API offers."""

    capabilities: list[CapabilityListed]
