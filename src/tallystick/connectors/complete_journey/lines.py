"""One row of a journal: what it says, or all that is wrong with it."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from tallystick.connectors.complete_journey import cells
from tallystick.connectors.complete_journey.cells import Moment
from tallystick.connectors.complete_journey.columns import COLUMNS, COUPON, LOYALTY, MATCH, SALES, Row
from tallystick.kit.cells import CellFault

WHOLE_ROW: Final = "all of it"


class Line(Struct, frozen=True, gc=False):
    """A row understood; money in cents. The customer paid `net` less `coupon`, the shelf said `net + loyalty + match`."""

    household: str | None
    shop: str
    basket: str
    product: str
    quantity: int
    net: int
    loyalty: int
    coupon: int
    match: int
    moment: Moment

    @property
    def is_free(self) -> bool:
        """Whether units left without any price on the shelf."""
        return not (self.net or self.loyalty or self.match or self.coupon)


def read_line(row: Row) -> Line | list[CellFault]:
    """Understand a row, or return everything that is wrong with it."""
    if len(row) != len(COLUMNS):
        reason = f"{len(row)} cells where there should be {len(COLUMNS)}"
        return [CellFault(WHOLE_ROW, reason, f"give the cells {', '.join(COLUMNS)}")]
    household, shop, basket, product, quantity, sales, loyalty, coupon, match, moment = row
    try:
        return Line(
            cells.household_of(household),
            cells.shop_of(shop),
            cells.basket_of(basket),
            cells.product_of(product),
            cells.quantity_of(quantity),
            cells.money_of(sales, SALES),
            cells.money_of(loyalty, LOYALTY),
            cells.money_of(coupon, COUPON),
            cells.money_of(match, MATCH),
            cells.moment_of(moment),
        )
    except CellFault:
        return _all_faults(row)


def _all_faults(row: Row) -> list[CellFault]:
    """Read on after the first fault, so that a person mends a line once."""
    household, shop, basket, product, quantity, sales, loyalty, coupon, match, moment = row
    found: list[CellFault] = []
    readers: tuple[Callable[[], object], ...] = (
        lambda: cells.household_of(household),
        lambda: cells.shop_of(shop),
        lambda: cells.basket_of(basket),
        lambda: cells.product_of(product),
        lambda: cells.quantity_of(quantity),
        lambda: cells.money_of(sales, SALES),
        lambda: cells.money_of(loyalty, LOYALTY),
        lambda: cells.money_of(coupon, COUPON),
        lambda: cells.money_of(match, MATCH),
        lambda: cells.moment_of(moment),
    )
    for read in readers:
        try:
            read()
        except CellFault as fault:
            found.append(fault)
    return found
