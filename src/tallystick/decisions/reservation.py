"""Reservation: an order holds all its goods or none. Two lines of one item count together."""

from collections.abc import Sequence

from tallystick.decisions.view import View
from tallystick.messages.sales import OrderLine


def lines_without_stock(lines: Sequence[OrderLine], location: str, view: View) -> tuple[int, ...]:
    """Return the numbers of the lines whose item cannot be held in full; none means the whole order can be."""
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    lacking = {sku for sku, quantity in wanted.items() if view.layer(sku, location).sellable < quantity}
    return tuple(line.line for line in lines if line.sku in lacking) if lacking else ()
