"""What customers still have of what they bought, told from facts alone: nothing comes back that never left."""

from collections.abc import Callable

from msgspec import Struct

from tallystick.messages.sales import CreditedLine, ReversedLine, SaleCredited, SaleRecorded, SaleReversed
from tallystick.processes.fold import Folded

Found = Callable[[str, str], None]
Sold = tuple[str | None, str, int, int]
"""Customer, product, event and line of a sale."""


class Left(Struct):
    """Units of a sold line that are still with the customer, and what they cost."""

    units: int
    cost: int


class OpenSales:
    """Follows sales and credits."""

    def __init__(self) -> None:
        """Start with nothing sold."""
        self._left: dict[Sold, Left] = {}

    def follow(self, folded: Folded, found: Found) -> None:
        """Note what was sold and taken back; a return of more than was sold, or at another cost in the end, is found."""
        for fact in folded.facts:
            if isinstance(fact, SaleRecorded):
                for x in fact.goods:
                    self._left[fact.customer, x.sku, folded.event, x.line] = Left(x.quantity, x.cost)
            elif isinstance(fact, SaleCredited):
                for back in fact.matched:
                    self._take((fact.customer, back.sku, back.of_event, back.of_line), back, found)
            elif isinstance(fact, SaleReversed):
                for wrong in fact.goods:
                    self._take((fact.customer, wrong.sku, wrong.of_event, wrong.line), wrong, found)

    def _take(self, sale: Sold, x: CreditedLine | ReversedLine, found: Found) -> None:
        sold = self._left.get(sale, Left(0, 0))
        sold.units, sold.cost = sold.units - x.quantity, sold.cost - x.cost
        if min(sold.units, sold.cost) < 0 or (sold.cost and not sold.units):
            what = f"{sold.units} units and {sold.cost} of their cost are left of it"
            found("open_sale_off", f"line {x.line} takes {x.quantity} {x.sku} off event {x.of_event}: {what}")
