"""The people of the house: the warehouse's crew, the clerks of both shops, and customer service."""

from collections.abc import Mapping, Sequence
from typing import Final

import httpx

from tests.counterparts.oscar import server as oscar
from tests.landscape.plan import APP, OUTLET, WEB, Fate, Order
from tests.landscape.readings import vendure, warehouse
from tests.landscape.systems import Landscape

_ERROR: Final = "__typename ... on ErrorResult{errorCode message}"
SETTLE: Final = "mutation($i:SettleRefundInput!){settleRefund(input:$i){" + _ERROR + "}}"
CANCEL: Final = "mutation($i:CancelOrderInput!){cancelOrder(input:$i){" + _ERROR + "}}"
_SECONDS_MAX: Final = 60


class People:
    """They do what no system does for them, round by round, as far as the systems they need are up."""

    def __init__(self, here: Landscape) -> None:
        """Come to work."""
        self._here = here
        self._told: set[str] = set()

    def round(self, orders: Sequence[Order]) -> None:
        """Do what is to be done now."""
        placed = {o.number: o for o in orders if o.number}
        down = self._here.down
        self._cancel(placed)
        if "warehouse" not in down:
            self._ship(placed)
            self._take_back(placed)
        if "web" not in down:
            self._pay_back()

    def _ship(self, placed: Mapping[str, Order]) -> None:
        """Send what waits; what a customer is about to cancel is left for the last."""
        for number in warehouse.waiting(self._here.warehouse.file):
            order = placed.get(number)
            if order is None or order.fate is not Fate.CANCELLED:
                self._here.crew.send(number, short=int(order is not None and order.fate is Fate.SHORT))

    def _take_back(self, placed: Mapping[str, Order]) -> None:
        """A unit of the first line comes back, once it has left."""
        shipped = warehouse.shipped(self._here.warehouse.file)
        for number, order in placed.items():
            if order.fate is Fate.RETURNED and number in shipped and "returned" not in order.steps:
                sku, _ = order.first
                self._here.crew.take_back(number, "RMA-1", **{sku: 1})
                order.steps.add("returned")

    def _cancel(self, placed: Mapping[str, Order]) -> None:
        ways = {WEB: self._cancel_at_vendure, OUTLET: self._cancel_at_oscar, APP: self._cancel_at_our_own}
        for number, order in placed.items():
            is_due = order.fate is Fate.CANCELLED and "cancelled" not in order.steps
            if is_due and order.channel not in self._here.down:
                ways[order.channel](number)
                order.steps.add("cancelled")

    def _cancel_at_vendure(self, number: str) -> None:
        name = vendure.order_id(self._here.admin, number)
        self._here.admin.one(CANCEL, i={"orderId": name, "reason": "by phone", "cancelShipping": True})

    def _cancel_at_oscar(self, number: str) -> None:
        self._moves_on(number, "cancelled", "by phone")

    def _cancel_at_our_own(self, number: str) -> None:
        headers = self._here.by() | {"idempotency-key": f"cancel-{number}"}
        url = f"{self._here.tallied.server.url}/v1/orders/{number}/cancellation"
        said = {"reason": "by phone"}
        httpx.post(url, json=said, headers=headers, trust_env=False, timeout=_SECONDS_MAX).raise_for_status()

    def _pay_back(self) -> None:
        """Settle refunds as the shop's clerk does once the bank has paid."""
        for refund in vendure.pending_refunds(self._here.admin):
            self._here.admin.one(SETTLE, i={"id": refund, "transactionId": f"bank-{refund}"})

    def _moves_on(self, number: str, status: str, note: str) -> None:
        url = f"{self._here.outlet.url}/api/tallystick/orders/{number.removeprefix(f'{OUTLET}-')}/status/"
        said = {"status": status, "note": note}
        auth = (oscar.USER, oscar.PASSWORD)
        httpx.patch(url, json=said, auth=auth, trust_env=False, timeout=_SECONDS_MAX).raise_for_status()
