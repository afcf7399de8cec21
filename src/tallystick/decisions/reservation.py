"""Reservation: an order holds all its goods or none. Two lines of one item count together."""

from collections import Counter
from collections.abc import Iterable

from tallystick.decisions.view import View
from tallystick.messages.sales import OrderLine


def lines_without_stock(lines: Iterable[OrderLine], location: str, view: View) -> tuple[int, ...]:
    """Return the numbers of the lines whose item cannot be held in full; none means the whole order can be."""
    wanted: Counter[str] = Counter()
    for line in lines:
        wanted[line.sku] += line.quantity
    lacking = {sku for sku, quantity in wanted.items() if view.layer(sku, location).sellable < quantity}
    return tuple(line.line for line in lines if line.sku in lacking) if lacking else ()
