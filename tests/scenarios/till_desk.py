"""The verbs of a shop's tills: ring up, correct, count."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from tallystick.engine.answer import Answer
from tallystick.messages.sales import SaleLine, SaleReported
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.processes.family import data_of
from tallystick.processes.tills.cash_up import CashUp
from tests.scenarios.book_text import amount_of
from tests.scenarios.shop import Shop

TODAY = date(2026, 11, 23)
SUBJECT = f"till/S1/{TODAY}"


def item(sku: str, net: str, units: int = 1, **figures: str | int) -> SaleLine:
    """A line of a basket: what the shop earns of it, its number, and what came off the shelf price."""
    off = {name: amount_of(value) if isinstance(value, str) else value for name, value in figures.items()}
    return replace(SaleLine(1, sku, units, amount_of(net)), **off)


class TillDesk:
    """The tills of shop S1, today."""

    def __init__(self, shop: Shop) -> None:
        """Stand in *shop*."""
        self.shop = shop

    def rings_up(self, number: str, *goods: SaleLine, **otherwise: Any) -> Answer:
        """A basket as its journal has it, paid in cash; the same number again is what a later journal says of it."""
        report = SaleReported(number, "shop", "S1", "EUR/2", "cash", goods, till_day=TODAY, whole=True)
        return self.shop.hears(SUBJECT, replace(report, **otherwise))

    def counts(self, *baskets: str, cash: str = "0 EUR", card: str | None = None, on_top: bool = False) -> Answer:
        """The drawers are counted, and the till knows of these baskets."""
        counted = [TenderCount("cash", amount_of(cash))]
        if card is not None:
            counted.append(TenderCount("card", amount_of(card)))
        return self.shop.hears(SUBJECT, CashUpReported("S1", TODAY, "EUR/2", tuple(counted), baskets, on_top))

    @property
    def state(self) -> str:
        """Where the day stands."""
        return self.shop.book.loaded.families[SUBJECT]["cash_up"].state

    @property
    def day(self) -> CashUp:
        """What the day's cash-up knows."""
        found: CashUp = data_of(self.shop.book.loaded.families[SUBJECT], "cash_up")
        return found

    @property
    def explained(self) -> list[str]:
        """The kinds of breaks that were explained, in order."""
        return [kind for folded in self.shop.book.entries for kind in folded.explained]
