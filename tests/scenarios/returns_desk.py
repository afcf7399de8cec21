"""The returns desk: verbs for what a policy allows, what comes, what is looked at, and what the customer gets."""

from datetime import date
from typing import Any

from tallystick.engine.answer import Answer
from tallystick.messages.returning import reports
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPolicy, Verdict
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine
from tallystick.processes.family import data_of
from tests.scenarios.book_text import amount_of
from tests.scenarios.shop import Shop

Looked = tuple[int, Verdict]
"""(units, what becomes of them)"""


class ReturnsDesk:
    """Beside a shop: returns of its orders under R1, of the first line unless another is named."""

    def __init__(self, shop: Shop) -> None:
        """Stand in *shop*."""
        self.shop, self.count = shop, 0

    def declares(self, **terms: Any) -> Answer:
        """One policy for everybody."""
        return self.declares_all(ReturnPolicy("usual", **terms))

    def declares_all(self, *policies: ReturnPolicy) -> Answer:
        """These are all policies."""
        return self.shop.hears("rules/returns", ReturnPoliciesDeclared(policies))

    def sold(self, units: int = 1, price: str = "10.00 EUR", tax: str = "2.00 EUR") -> str:
        """A customer has lamps that he ordered, paid for and got; they cost 4.00. Price and tax are a unit's."""
        shop = self.shop
        shop.receives(units, "LAMP", "4.00 EUR")
        name = shop._new("W")
        line = OrderLine(1, "LAMP", units, units * amount_of(price), units * amount_of(tax))
        shop.placed[name] = OrderPlaced(name, "web", "WH1", "EUR/2", "stripe", (line,), jurisdiction="GB")
        shop.says(name, shop.placed[name])
        shop.pays(name)
        shop.ships(name)
        shop.says(name, shop_capture(name, line.net + line.tax))
        return name

    def asks(self, order: str, units: int = 1, rma: str = "R1", **why: Any) -> Answer:
        """The customer wants to send units back."""
        return self.shop.says(order, ReturnRequested(order, rma, (self._line(order, units),), **why))

    def told(self, answer: Answer, name: str) -> Any:
        """What was said beside the outcome."""
        return (answer.detail or {})[name]

    def labels(self, order: str, rma: str = "R1") -> Answer:
        """The customer has a label."""
        return self.shop.says(order, reports.ReturnLabelled(order, rma, "dhl", "T1"))

    def gets(self, order: str, units: int = 1, rma: str = "R1", **what: str) -> Answer:
        """A parcel is here: *at* WH1, with the *sku* of the line, as a new *parcel*, where nothing else is said."""
        line = ReturnedLine(1, what.get("sku") or self._line(order, units).sku, units, "sellable")
        parcel = what.get("parcel") or self._new("B")
        return self.shop.says(order, ReturnReceived(order, rma, what.get("at", "WH1"), (line,), parcel))

    def looks(self, order: str, *found: Looked, rma: str = "R1", **what: str) -> Answer:
        """Somebody looks at units of the first line, or of the *sku*, *at* WH1 or elsewhere."""
        sku = what.get("sku") or self._line(order, 1).sku
        lines = tuple(reports.InspectedLine(1, sku, units, verdict) for units, verdict in found)
        name = what.get("name") or self._new("I")
        return self.shop.says(order, reports.ReturnInspected(order, rma, name, what.get("at", "WH1"), lines))

    def works(self, order: str, *found: Looked, rma: str = "R1", **what: str) -> Answer:
        """Somebody refurbishes units of the first line."""
        sku = self._line(order, 1).sku
        lines = tuple(reports.RefurbishedLine(1, sku, units, verdict) for units, verdict in found)
        name = what.get("name") or self._new("K")
        return self.shop.says(order, reports.ReturnRefurbished(order, rma, name, what.get("at", "WH1"), lines))

    def cancels(self, order: str, rma: str = "R1") -> Answer:
        """The customer keeps the goods."""
        return self.shop.says(order, reports.ReturnCancelled(order, rma, "keeps it"))

    def is_approved(self, order: str, amount: str, rma: str = "R1", name: str = "") -> Answer:
        """Another person has agreed to a refund."""
        self.count += 1
        refund = reports.RefundProposed(order, rma, "EUR/2", amount_of(amount), "checked")
        approved = reports.ReturnRefundApproved(self.count, refund, 1, 2)
        return self.shop.hears(f"order/{order}", approved, again=name or f"proposal-{self.count}")

    def state(self, order: str, rma: str = "R1") -> str:
        """Where a return stands."""
        return self.shop.state(order, f"rma/{rma}")

    def knows(self, order: str, rma: str = "R1") -> Any:
        """What a return knows."""
        return data_of(self.shop.book.loaded.families[f"order/{order}"], f"rma/{rma}")

    def today(self) -> date:
        """The day it is."""
        return self.shop.now.date()

    def _line(self, order: str, units: int) -> HeldLine:
        first = self.shop.placed[order].lines[0]
        return HeldLine(first.line, first.sku, units)

    def _new(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"


def shop_capture(order: str, amount: int) -> Any:
    """The provider took the whole price."""
    from tallystick.messages.payments import CaptureReported

    return CaptureReported(order, "stripe", amount, f"c-{order}")
