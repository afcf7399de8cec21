"""Kits: products sold as one and stocked as their components."""

from msgspec import Struct

from tallystick.model.amount import NaturalMinor, PositiveUnits


class KitComponent(Struct, frozen=True, gc=False):
    """Units of a product in one kit, and what one unit of it sells for by itself, net, in minor units (IFRS 15.77)."""

    sku: str
    quantity: PositiveUnits
    stand_alone: NaturalMinor


class KitDeclared(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: *sku* is a kit of these components. *version* is its last change in *system* (UTC, ISO 8601): later wins."""

    sku: str
    components: tuple[KitComponent, ...]
    system: str = ""
    version: str = ""


class KitSet(Struct, frozen=True, gc=False):
    """Fact: a product is this kit from now on; orders placed before keep what they were sold as."""

    kit: KitDeclared


class KitPart(Struct, frozen=True, gc=False):
    """A line of an order that is a component of a kit: *quantity* units of it in each."""

    line: int
    quantity: PositiveUnits


class KitSold(Struct, frozen=True, gc=False):
    """*quantity* kits of *sku*, ordered as the customer's line *number*: what lines of the order they are."""

    number: int
    sku: str
    quantity: PositiveUnits
    parts: tuple[KitPart, ...]
