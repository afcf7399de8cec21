"""Who will buy what, and how it will end: drawn from a seed, so that a day can be lived again."""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tests.landscape.systems import SKUS


class Fate(StrEnum):
    """How an order ends."""

    KEPT = "shipped and kept"
    SHORT = "shipped but for a unit that was not on the shelf"
    RETURNED = "shipped, and a line of it sent back"
    CANCELLED = "cancelled before it left"
    DECLINED = "declined by the customer's bank"


WEB, OUTLET, APP = "web", "outlet", "app"
DAYS: Final = {
    WEB: (Fate.KEPT, Fate.RETURNED, Fate.CANCELLED, Fate.SHORT, Fate.KEPT, Fate.RETURNED),
    OUTLET: (Fate.KEPT, Fate.RETURNED, Fate.CANCELLED, Fate.KEPT, Fate.KEPT),
    APP: (Fate.KEPT, Fate.RETURNED, Fate.CANCELLED, Fate.DECLINED, Fate.SHORT),
}
"""Of twenty orders: six at Vendure, five at oscar, five at our own shop, which asks the API; four are rung up at tills."""
AT_TILLS: Final = 4
TWENTY: Final = 20
UNITS_MAX, LINES_MAX = 3, 3


@dataclass
class Order:
    """An order to be placed: units by SKU, the first of two at least; `number` is what the book calls it, once placed."""

    channel: str
    fate: Fate
    lines: dict[str, int]
    number: str = ""
    total: int = 0
    steps: set[str] = field(default_factory=set)

    @property
    def first(self) -> tuple[str, int]:
        """What its first line is of."""
        return next(iter(self.lines.items()))


def orders_of(seed: int, count: int) -> list[Order]:
    """Draw *count* orders less those of the tills, all fates in their shares, in an order of the seed's."""
    dice = random.Random(seed)
    found = [
        Order(channel, fate, _basket(dice))
        for channel, fates in DAYS.items()
        for _ in range(count // TWENTY)
        for fate in fates
    ]
    dice.shuffle(found)
    return found


def _basket(dice: random.Random) -> dict[str, int]:
    chosen = dice.sample(SKUS, dice.randint(1, LINES_MAX))
    return {sku: dice.randint(2 if n == 0 else 1, UNITS_MAX) for n, sku in enumerate(chosen)}
