"""What is said of kits over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import Money, Name, Quantity, Sku

COMPONENTS_MAX = 50


class ComponentWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Units of a product in one kit, and what one sells for by itself, net: the kit's price is divided by it."""

    sku: Sku
    quantity: Quantity
    stand_alone: Money


class KitWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """What a kit is made of."""

    components: Annotated[tuple[ComponentWanted, ...], Meta(min_length=1, max_length=COMPONENTS_MAX)]


class KitWhere(Struct, frozen=True):
    """Which kit."""

    sku: Sku


class KitQuery(Struct, frozen=True):
    """For which channel, and where; over all locations where none is named."""

    channel: Name | None = None
    location: Name | None = None


class KitMoved(Struct, frozen=True):
    """What became of a declaration: `set`, `unchanged` or `older`."""

    sku: str
    outcome: str


class LocationKits(Struct, frozen=True):
    """Whole kits that may be promised at one location."""

    location: str
    available_to_promise: int


class KitShown(Struct, frozen=True):
    """A kit: its components, and how many whole ones may be promised where. No kit is made of what lies in two places."""

    sku: str
    components: list[ComponentWanted]
    available_to_promise: int
    locations: list[LocationKits]
