"""Lines as they are typed at a returns desk: `LAMP=1`, and `LAMP=1:resell` for what somebody looked at."""

from typing import TYPE_CHECKING, NamedTuple

from tallystick.app.exits import misused, not_found
from tallystick.app.promising.reporting import product

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.processes.family import Family


class Typed(NamedTuple):
    """Units of a product, and what becomes of them where that was typed."""

    sku: str
    units: int
    verdict: str = ""


def typed(items: list[str], *verdicts: str) -> list[Typed]:
    """Read `LAMP=1`; with *verdicts*, `LAMP=1:resell`. Raises `Complaint` naming the item."""
    found = []
    for item in items:
        name, sign, rest = item.rpartition("=")
        units, colon, verdict = rest.partition(":")
        if not sign or not units.isdecimal() or not int(units) or bool(colon) != bool(verdicts):
            form = "PRODUCT=UNITS:VERDICT, such as LAMP=1:resell" if verdicts else "PRODUCT=UNITS, such as LAMP=1"
            raise misused(f"{item} is no line", f"write {form}")
        if verdicts and verdict not in verdicts:
            raise misused(f"{item}: {verdict} is no verdict", f"say one of {', '.join(verdicts)}")
        found.append(Typed(product(name), int(units), verdict))
    return found


async def order_family(house: "House", order: str) -> "Family":
    """Return the processes of an order. Raises `Complaint` where there is none."""
    from tallystick.storage.attention.subjects import family_of

    family = await family_of(await house.connection(), f"order/{order}")
    if "order" not in family:
        raise not_found(f"there is no order {order}", "see `tally order show`")
    return family


def line_of(family: "Family", sku: str) -> int:
    """Return the line of an order that is for *sku*; 0 where none is."""
    from tallystick.processes.family import data_of

    return next((x.line for x in data_of(family, "order").lines if x.sku == sku), 0)
