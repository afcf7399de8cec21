"""The verbs of a shop's tills: ring up, correct, count."""

from datetime import date

from tallystick.engine.answer import Answer
from tallystick.messages.sales import SaleLine, SaleReported, ScanLine
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.processes.family import data_of
from tallystick.processes.tills.cash_up import CashUp
from tests.scenarios.book_text import amount_of
from tests.scenarios.shop import Shop

TODAY = date(2026, 11, 23)
SUBJECT = f"till/S1/{TODAY}"


def item(
    sku: str,
    net: str,
    *,
    units: int = 1,
    line: int = 1,
    loyalty: str = "0 EUR",
    match: str = "0 EUR",
    coupon: str = "0 EUR",
) -> SaleLine:
    """A line of a basket: what the shop earns of it, and what came off the shelf price."""
    return SaleLine(line, sku, units, amount_of(net), 0, amount_of(loyalty), amount_of(match), amount_of(coupon))


class TillDesk:
    """The tills of shop S1, today."""

    def __init__(self, shop: Shop) -> None:
        """Stand in *shop*."""
        self.shop = shop

    def rings_up(
        self,
        number: str,
        *goods: SaleLine,
        scans: tuple[ScanLine, ...] = (),
        gifts: tuple[SaleLine, ...] = (),
        customer: str | None = None,
        tender: str = "cash",
        whole: bool = True,
    ) -> Answer:
        """A basket as its journal has it; the same number again is a later journal's word, a part if not *whole*."""
        report = SaleReported(
            number,
            "shop",
            "S1",
            "EUR/2",
            tender,
            goods,
            gifts,
            customer=customer,
            scans=scans,
            till_day=TODAY,
            whole=whole,
        )
        return self.shop.hears(SUBJECT, report)

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
