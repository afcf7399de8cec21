"""Which earlier sale a credit belongs to: the same customer and product, the same price first, the latest first."""

from collections.abc import Sequence

from msgspec import Struct

from tallystick.decisions.view import OpenSale
from tallystick.model.amount import proportion


class Match(Struct, frozen=True):
    """Units taken back from one sale line, at the cost they left at."""

    event: int
    line: int
    quantity: int
    cost: int


def match_credit(open_sales: Sequence[OpenSale], quantity: int, unit_net: int) -> tuple[tuple[Match, ...], int]:
    """Spread *quantity* credited units over *open_sales* and return the matches and the units no sale explains.

    A sale at the credited price (*unit_net*, minor units) goes before others, a later one before an earlier.
    *open_sales* are not changed.
    """
    matches: list[Match] = []
    ranked = sorted(open_sales, key=lambda s: (s.unit_net != unit_net, -s.event, -s.line))
    for sale in ranked:
        if quantity == 0:
            break
        if sale.left == 0:
            continue
        taken = min(quantity, sale.left)
        matches.append(Match(sale.event, sale.line, taken, proportion(sale.cost_left, taken, sale.left)))
        quantity -= taken
    return tuple(matches), quantity
