"""The buyer's desk: verbs for what is ordered of suppliers, comes of it, is invoiced and goes back."""

from datetime import timedelta
from typing import Any

from tallystick.engine.answer import Answer
from tallystick.messages.buying import reports as buying
from tallystick.processes.family import data_of
from tests.scenarios.book_text import amount_of
from tests.scenarios.shop import Bought, Shop


class Buyer:
    """Beside a shop: purchase P1 of supplier `acme`, to arrive at WH1."""

    def __init__(self, shop: Shop) -> None:
        """Stand in *shop*."""
        self.shop = shop
        self.count = 0
        self.skus: dict[int, str] = {}

    def orders(self, *lines: Bought, days: int = 7, **terms: Any) -> Answer:
        """Order goods, at a price a unit."""
        ordered = tuple(
            buying.PurchaseLine(n, sku, units, units * amount_of(price))
            for n, (units, sku, price) in enumerate(lines, 1)
        )
        self.skus = {x.line: x.sku for x in ordered}
        day = (self.shop.now + timedelta(days=days)).date()
        return self.says(buying.PurchasePlaced("P1", "acme", "WH1", "EUR/2", day, ordered, "GB", **terms))

    def hears_from_supplier(self, *units: int, days: int = 7) -> Answer:
        """The supplier says how many units of each line he will send."""
        day = (self.shop.now + timedelta(days=days)).date()
        lines = tuple(buying.AcknowledgedLine(n, left, day) for n, left in enumerate(units, 1))
        return self.says(buying.PurchaseAcknowledged("P1", lines))

    def is_advised(self, *units: int, days: int = 3, asn: str = "A1") -> Answer:
        """A shipment is on its way."""
        day = (self.shop.now + timedelta(days=days)).date()
        lines = tuple(buying.AdvisedLine(n, left) for n, left in enumerate(units, 1) if left)
        return self.says(buying.ShipmentAdvised("P1", asn, day, lines))

    def receives(self, *units: int, condition: Any = "sellable", **more: Any) -> Answer:
        """So many units of each line come in."""
        lines = tuple(
            buying.PurchaseReceiptLine(n, self.skus[n], came, condition) for n, came in enumerate(units, 1) if came
        )
        return self.says(buying.PurchaseReceiptReported("P1", self._new("R"), "EUR/2", lines, **more))

    def receives_lines(self, *lines: buying.PurchaseReceiptLine, receipt: str = "") -> Answer:
        """A receipt as the dock wrote it."""
        return self.says(buying.PurchaseReceiptReported("P1", receipt or self._new("R"), "EUR/2", lines))

    def sends_back(self, units: int, line: int = 1, condition: Any = "damaged") -> Answer:
        """Units of a line leave for the supplier."""
        back = buying.SentBackLine(line, self.skus[line], units, condition)
        return self.says(buying.GoodsSentBackReported("P1", self._new("B"), "EUR/2", (back,)))

    def is_invoiced(self, *lines: tuple[int, str], tax: str = "0.00 EUR", invoice: str = "I1") -> Answer:
        """The supplier invoices so many units of each line for so much, net."""
        told = tuple(buying.InvoicedLine(n, units, amount_of(net)) for n, (units, net) in enumerate(lines, 1))
        return self.says(buying.SupplierInvoiceReported("P1", invoice, "EUR/2", told, amount_of(tax)))

    def releases(self, invoice: str = "I1") -> Answer:
        """A person accepts what blocks the invoice."""
        return self.says(buying.InvoiceReleased("P1", invoice, "agreed by telephone"))

    def is_credited(self, units: int, net: str, because: Any, invoice: str = "") -> Answer:
        """The supplier gives money back."""
        told = buying.CreditNoteLine(1, units, amount_of(net), because)
        return self.says(buying.SupplierCreditReported("P1", self._new("C"), "EUR/2", (told,), 0, invoice))

    def pays_freight(self, amount: str, spread: Any = "value", *grams: int) -> Answer:
        """A carrier invoices freight for what came."""
        weights = tuple(buying.Weighed(n, weight) for n, weight in enumerate(grams, 1))
        told = buying.LandedCostReported("P1", self._new("F"), "hauler", "EUR/2", amount_of(amount), spread, weights)
        return self.says(told)

    def pays(self, amount: str, invoice: str = "I1") -> Answer:
        """The bank paid the supplier."""
        told = buying.SupplierPaymentReported("P1", invoice, self._new("Z"), "main", "EUR/2", amount_of(amount))
        return self.says(told)

    def says(self, data: Any) -> Answer:
        """Something is reported of the purchase."""
        return self.shop.hears("purchase/P1", data)

    def state(self, member: str = "purchase") -> str:
        """Where the purchase, or an invoice of it, stands."""
        return self.shop.book.loaded.families["purchase/P1"][member].state

    def purchase(self) -> Any:
        """What the purchase knows."""
        return data_of(self.shop.book.loaded.families["purchase/P1"], "purchase")

    def expected(self, sku: str) -> dict[str, int]:
        """Units that promises may count on, by day from today."""
        plans = self.shop.book.loaded.layer(sku, "WH1").plans.incoming
        return {str((_day(day) - self.shop.now.date()).days): units for day, units in plans.items()}

    def _new(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)
