"""A shop that also sells on a marketplace: the buyer pays there, and the marketplace settles with us."""

from datetime import timedelta

from tallystick.engine.answer import Answer
from tallystick.messages.marketplaces.reports import (
    MarketplaceChargeReported,
    MarketplaceRefundReported,
    MarketplaceSettlementReported,
)
from tallystick.messages.marketplaces.terms import MarketplaceTerms
from tallystick.messages.payments import CaptureReported
from tallystick.messages.sales import OrderLine, OrderPlaced, ServiceLine
from tests.scenarios.book_text import amount_of
from tests.scenarios.shop import Shop

Priced = tuple[int, str, str, str]
"""(units, product, net of the line, tax of the line)"""


class Bazaar(Shop):
    """A shop on a marketplace called `bazaar`, which collects tax of the lines it is told to."""

    def is_ordered(
        self, *lines: Priced, collects: tuple[int, ...] = (), days: int = 3, shipping: tuple[str, str] | None = None
    ) -> str:
        """A buyer has ordered and paid there; all is to leave within *days*, in no zone where none. Returns its name."""
        name = self._new("B")
        bought = tuple(
            OrderLine(n, sku, units, _money(net), _money(tax)) for n, (units, sku, net, tax) in enumerate(lines, 1)
        )
        services: tuple[ServiceLine, ...] = ()
        if shipping:
            net, tax = map(_money, shipping)
            services = (ServiceLine(len(lines) + 1, "shipping", "shipping", 1, net, tax),)
        ship_by = self.now + timedelta(days=days)
        terms = MarketplaceTerms(ship_by if days else ship_by.replace(tzinfo=None), collects)
        self.placed[name] = OrderPlaced(
            name,
            "bazaar",
            "WH1",
            "EUR/2",
            "bazaar",
            bought,
            "US-CA",
            services=services,
            already_sold=True,
            marketplace=terms,
        )
        self.answered = self.says(name, self.placed[name])
        return name

    def is_charged(self, order: str, amount: str, reference: str = "ship-1") -> Answer:
        """The marketplace shows what it took from the buyer."""
        return self.says(order, CaptureReported(order, "bazaar", _money(amount), reference))

    def pays_the_buyer_back(self, order: str, amount: str, reference: str = "refund-1") -> Answer:
        """The marketplace pays the buyer back, on our account."""
        return self.says(order, MarketplaceRefundReported(order, "bazaar", _money(amount), reference))

    def is_settled(self, order: str, *amounts: str, payout: str = "P1") -> Answer:
        """The marketplace pays out an order's part: gross, commission and tax withheld."""
        return self.says(order, MarketplaceSettlementReported(order, "bazaar", payout, "main", *map(_money, amounts)))

    def is_billed(self, what: str, amount: str, *, is_reserve: bool = False) -> Answer:
        """A payout is smaller by something that belongs to no order."""
        charge = f"P1-{what}"
        place = ("bazaar", "bazaar", "P1", "main", "EUR/2")
        report = MarketplaceChargeReported(charge, *place, what, _money(amount), is_reserve)
        return self.hears(f"marketplace_charge/bazaar/{charge}", report)


def _money(text: str) -> int:
    return amount_of(f"{text} EUR")
