"""Customers: each buys at one of the shops, pays, and goes. None of our code is between them and the shop."""

from decimal import Decimal
from typing import Any, Final

import httpx
import stripe

from tests.counterparts.localstripe.server import API_KEY
from tests.counterparts.oscar import server as oscar
from tests.counterparts.vendure.buyer import buys, variants
from tests.landscape.plan import APP, OUTLET, WEB, Fate, Order
from tests.landscape.systems import CURRENCY, SKUS, WAREHOUSE, Landscape

CARD, DECLINED_CARD = "4242424242424242", "4000000000000341"
NET, TAX = 1990, 199
SHOP_OF: Final = {WEB: ("web",), OUTLET: ("outlet", "stripe"), APP: ("stripe",)}
"""What must be up for a purchase."""
_SECONDS_MAX: Final = 60


class Customers:
    """They place orders and remember what the shop told them."""

    def __init__(self, here: Landscape, day: str) -> None:
        """Enter the shops of *here*; *day* tells the orders of one day from another's at our own shop."""
        self._here, self._day, self._count = here, day, 0
        self._variants = variants(here.admin)

    def buys(self, order: Order) -> None:
        """Place and pay an order; afterwards it has its number and what it came to."""
        self._count += 1
        {WEB: self._at_vendure, OUTLET: self._at_oscar, APP: self._at_our_own}[order.channel](order)

    def _at_vendure(self, order: Order) -> None:
        basket = {self._variants[sku]: units for sku, units in order.lines.items()}
        placed = buys(self._here.web.url, basket, mail=f"{self._day}-{self._count}@example.test")
        order.number, order.total = placed["code"], placed["totalWithTax"]

    def _at_oscar(self, order: Order) -> None:
        def pays(number: str, total: str) -> None:
            self._intends(f"{OUTLET}-{number}", minor(total), CARD)

        basket = {SKUS.index(sku) + 1: units for sku, units in order.lines.items()}
        placed = oscar.buys(self._here.outlet.url, basket, f"{self._day}-{self._count}@example.test", pays)
        order.number, order.total = f"{OUTLET}-{placed['number']}", minor(placed["total_incl_tax"])

    def _at_our_own(self, order: Order) -> None:
        """Our own shop makes the payment, then asks the API for the order."""
        number = f"{APP}-{self._day}-{self._count}"
        lines = [{"sku": s, "quantity": n, "net": NET * n, "tax": TAX * n} for s, n in order.lines.items()]
        total = sum((NET + TAX) * n for n in order.lines.values())
        self._intends(number, total, DECLINED_CARD if order.fate is Fate.DECLINED else CARD)
        wanted: dict[str, Any] = {"order": number, "channel": APP, "location": WAREHOUSE, "provider": "stripe"}
        told = wanted | {"currency": CURRENCY, "jurisdiction": "US", "lines": lines}
        headers = self._here.by() | {"idempotency-key": number}
        url = f"{self._here.tallied.server.url}/v1/orders"
        httpx.post(url, json=told, headers=headers, trust_env=False, timeout=_SECONDS_MAX).raise_for_status()
        order.number, order.total = number, total

    def _intends(self, number: str, total: int, card: str) -> None:
        """Let the shop make the payment of an order, to be confirmed and taken by the book."""
        api = stripe.StripeClient(API_KEY, base_addresses={"api": self._here.stripe.url}, max_network_retries=0)
        method = api.v1.payment_methods.create(
            {"type": "card", "card": {"number": card, "exp_month": 12, "exp_year": 2035, "cvc": "123"}}
        )
        api.v1.payment_intents.create(
            {
                "amount": total,
                "currency": CURRENCY[:3].lower(),
                "payment_method": method.id,
                "capture_method": "manual",
                "metadata": {"order": number},
            }
        )


def minor(amount: str) -> int:
    """Return cents."""
    return int(Decimal(amount).scaleb(2))
