"""Lines as a buyer types them: `LAMP=10`, `LAMP=10@400`."""

from typing import TYPE_CHECKING, Any, NamedTuple

from tallystick.app.exits import misused, not_found
from tallystick.app.promising.reporting import product

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.processes.family import Family


class Typed(NamedTuple):
    """Units of a product, and a price of one unit in minor units where one was typed."""

    sku: str
    units: int
    price: int = 0


def typed(items: list[str], *, priced: bool) -> list[Typed]:
    """Read `LAMP=10@400`; without prices, `LAMP=10`. Raises `Complaint` naming the item."""
    found = []
    for item in items:
        name, sign, rest = item.rpartition("=")
        units, at, price = rest.partition("@")
        sound = sign and units.isdecimal() and int(units) and bool(at) == priced and (not at or price.isdecimal())
        if not sound:
            form = "PRODUCT=UNITS@PRICE, such as LAMP=10@400" if priced else "PRODUCT=UNITS, such as LAMP=10"
            raise misused(f"{item} is no line", f"write {form}")
        found.append(Typed(product(name), int(units), int(price or 0)))
    return found


async def purchase_family(house: "House", purchase: str) -> "Family":
    """Return the processes of a purchase. Raises `Complaint` where there is none."""
    from tallystick.processes.members import PURCHASE
    from tallystick.storage.attention.subjects import family_of

    family = await family_of(await house.connection(), f"purchase/{purchase}")
    if PURCHASE not in family:
        raise not_found(f"there is no purchase {purchase}", "place it: `tally purchase order`")
    return family


def line_of(data: Any, sku: str) -> int:
    """Return the line of a purchase that ordered *sku*; 0 where none did."""
    return next((x.line for x in data.lines if x.sku == sku), 0)
