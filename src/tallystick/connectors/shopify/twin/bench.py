"""How this connector is tried: `tally connector check shopify`, and in the tests."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.shopify.connector import ShopifyShop
from tallystick.connectors.shopify.deliveries import (
    NUMBER,
    SIGNATURE,
    TOPIC,
    order_delivery,
    payout_delivery,
    stock_delivery,
)
from tallystick.connectors.shopify.manifest import MANIFEST
from tallystick.connectors.shopify.setup import setup_of
from tallystick.connectors.shopify.twin.samples import beside_of, deal_of, movement, order_of, payout_of, stamp
from tallystick.connectors.shopify.twin.shop import Shop, has_effect
from tallystick.kit.contract.bench import Bench, Golden, Hooks, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import SetStock, TellShipment
from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PayRefund,
    SettlementReported,
    VoidPayment,
)
from tallystick.messages.sales import CancelLines, CancelOrder, OrderLine, OrderPlaced, RefuseOrder, ServiceLine
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Hook, Report

SECRETS: Final = {"access_token": "canary-of-the-token", "hook": "canary-of-the-hooks"}
SETTINGS: Final = {"location": "WH1", "zone": "Europe/Berlin", "bank": "main"}
NOW: Final = datetime(2026, 3, 29, 12, tzinfo=UTC)
_HELD: Final = frozenset({1003, 1004})
_LINES: Final = (HeldLine(1, "LÄMP/1", 2),)
_ORDER: Final = (
    "/said/id",
    "/said/created_at",
    "/said/currency",
    "/said/total_price",
    "/said/line_items",
    "/said/line_items/0/id",
    "/said/line_items/0/sku",
    "/said/line_items/0/quantity",
    "/said/line_items/1/price",
    "/beside/transactions/0/amountSet",
)
_PAYOUT: Final = ("/said/payout/amount", "/said/payout/date", "/said/transactions", "/said/transactions/0/fee")
TRIALS: Final = (
    Trial(
        PayRefund("web-1001", -1, "web", "EUR/2", 900),
        PayRefund("web-1001", -1, "web", "EUR/2", 901),
        PayRefund("web-1001", -1, "web", "EUR/2", 9_999_999),
    ),
    Trial(
        CapturePayment("web-1003", "web", "EUR/2", 4938),
        CapturePayment("web-1003", "web", "EUR/2", 4900),
        CapturePayment("web-1003", "web", "EUR/2", 9_999_999),
    ),
    Trial(VoidPayment("web-1004", "web"), VoidPayment("web-1004", "card")),
    Trial(AuthorisePayment("web-1005", "web", "EUR/2", 4938), AuthorisePayment("web-1005", "web", "EUR/2", 1)),
    Trial(RefuseOrder("web-1006", "no stock", (), "web"), RefuseOrder("web-1006", "a whim", (), "web")),
    Trial(CancelOrder("web-1007", "unpaid", "web"), CancelOrder("web-1007", "a whim", "web")),
    Trial(
        CancelLines("web-1008", "web", _LINES, "broken"),
        CancelLines("web-1008", "web", (HeldLine(2, "MUG", 1),), "broken"),
        CancelLines("web-1008", "web", (HeldLine(9, "MUG", 1),), "broken"),
    ),
    Trial(
        TellShipment("web", "web-1009", "P1", _LINES, "UPS"),
        TellShipment("web", "web-1009", "P2", _LINES, "UPS"),
        TellShipment("web", "web-1009", "P3", (HeldLine(1, "LÄMP/1", 99),), "UPS"),
    ),
    Trial(SetStock("web", "MUG", 7, 1), SetStock("web", "MUG", 8, 1), SetStock("web", "NEVER", 1, 1)),
)


class Controls:
    """The twin's controls."""

    def __init__(self, shop: Shop, twin: Twin) -> None:
        """Hold *shop*, served by *twin*."""
        self._shop, self._twin = shop, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads, or the next that has an effect, meet *fault*."""
        if writing:
            self._shop.renew()
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count requests."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Say what took effect, as the shop read it."""
        return list(self._shop.effects)

    def stir(self, kind: type[Struct]) -> None:
        """Cancel the order placed first and place another; pay out once more. Counters are of their moment."""
        number = 1100 + len(self._shop.orders)
        if kind is OrderPlaced:
            first = min(self._shop.orders.values(), key=lambda o: (o["updated_at"], o["id"]))
            first.update(cancelled_at=stamp(NOW), cancel_reason="customer", updated_at=stamp(NOW))
            self._shop.place(order_of(number, 60 + len(self._shop.orders)), deal_of(7000 + number, "SALE", "49.38"))
        elif kind is SettlementReported:
            _pay_out(self._shop, 510 + len(self._shop.payouts), "2026-03-30")


def _order_golden(connection: Connection) -> Golden:
    """Half an hour after midnight in Berlin it is still yesterday in UTC; the shop counts in CAD, the customer in EUR."""
    order, beside = order_of(1000, 0), beside_of(deal_of(70, "SALE", "49.38"))
    lines = (OrderLine(1, "LÄMP/1", 3, 2003, 201), OrderLine(2, "MUG", 1, 2134, 0))
    parcel = (ServiceLine(3, "parcel", "shipping", 1, 550, 50),)
    placed = OrderPlaced(
        "web-1000", "web", "WH1", "EUR/2", "web", lines, "DE", "person-77", services=parcel
    )  # fmt: skip
    at, on = datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)
    known: dict[str, Any] = {"subject": "order/web-1000", "time": at, "on": on, "zone": "Europe/Berlin"}
    known["correlation"] = "web-1000"
    delivery = order_delivery(order, beside, setup_of(connection))
    taken = CaptureReported("web-1000", "web", 4938, "70")
    reports = (
        Report(id="web-1000/placed/3624c10544b4", data=placed, **known),
        Report(id="web-1000/payment/70/taken", data=taken, **known),
    )
    return json_golden(delivery, reports, _ORDER)


def _payout_golden(connection: Connection) -> Golden:
    """An order sold and paid back in part is one part, net of what went back."""
    movements = [movement(1, 1001, ("49.38", "1.73", "47.65")), movement(2, 1001, ("-9.00", "0.00", "-9.00"))]
    parts = {"payout": payout_of(501, "2026-03-29", "38.65"), "transactions": movements, "currencies": {"1001": "EUR"}}
    data = SettlementReported("web-1001", "web", "501", "main", 4038, 173)
    at = datetime(2026, 3, 29, 10, tzinfo=UTC)
    known: dict[str, Any] = {"time": at, "on": date(2026, 3, 29), "zone": "Europe/Berlin"}
    report = Report(id="payout/501/web-1001", subject="order/web-1001", data=data, **known)
    return json_golden(payout_delivery(parts, setup_of(connection)), [report], _PAYOUT)


def _counters_golden(connection: Connection) -> Golden:
    """What is committed is counted; what is not kept at the location is not."""
    shop = Shop("")
    shop.sell("FAN", 4, committed=3)
    shop.sell("AWAY", 9, stocked=False)
    delivery = stock_delivery(list(shop.items.values()), NOW, setup_of(connection))
    said = StockStatementReported(delivery.id, "web", "promised", (CountedUnits("FAN", 3),))
    known: dict[str, Any] = {"time": NOW, "on": date(2026, 3, 29), "zone": "Europe/Berlin"}
    report = Report(id=delivery.id, subject=delivery.subject, data=said, **known)
    return json_golden(delivery, [report], ("/said/as_of", "/said/items", "/said/items/0/id"))


def hook_of(topic: str, said: Any, at: datetime, signing: tuple[str, str]) -> Hook:
    """Return a webhook as Shopify sends it, signed with a secret and under a number."""
    secret, number = signing
    body = json.dumps(said).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    named = {"x-shopify-shop-domain": "web.myshopify.test", "x-shopify-api-version": "2026-04"}
    return Hook({SIGNATURE: signature, TOPIC: topic, NUMBER: number, **named}, body, at)


def _hooks(secret: str, at: datetime) -> Sequence[Hook]:
    order = {**order_of(1200, 0), "updated_at": stamp(at - timedelta(seconds=2))}
    deal = {"id": 71, "order_id": 1200, "kind": "sale", "status": "success", "amount": "49.38", "currency": "EUR"}
    paid = {**deal, "gateway": "shopify_payments", "created_at": stamp(at - timedelta(seconds=1))}
    return [
        hook_of("orders/create", order, at, (secret, "b54557e4-0001")),
        hook_of("order_transactions/create", paid, at, (secret, "b54557e4-0002")),
    ]


def _opened() -> Shop:
    shop = Shop(SECRETS["access_token"])
    for number in range(1001, 1010):
        kind = "AUTHORIZATION" if number in _HELD else "SALE"
        shop.place(order_of(number, number - 1000), deal_of(6000 + number, kind, "49.38"))
    for sku, committed in (("MUG", 2), ("LÄMP/1", 0), ("FAN", 0), ("TRAY", 0), ("VASE", 1)):
        shop.sell(sku, 3, committed)
    _pay_out(shop, 501, "2026-03-28")
    shop.open()
    return shop


def _pay_out(shop: Shop, number: int, day: str) -> None:
    shop.payouts.append(payout_of(number, day, "47.65"))
    shop.movements[number] = [movement(number * 10, 1001, ("49.38", "1.73", "47.65"))]


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a shop with an order for each command, and lay a bench on the door to it."""
    shop, asked_for = _opened(), set[str]()

    def secret(name: str) -> str:
        asked_for.add(name)
        return SECRETS[name]

    with Twin(shop.answer, has_effect) as twin:
        connection = Connection(
            name="web",
            url=twin.url,
            secret=secret,
            settings=SETTINGS,
            pseudonym=lambda _source, person: f"person-{person}",
        )
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: ShopifyShop(connection, limits, lambda: NOW),
            partner=Controls(shop, twin),
            goldens=[_order_golden(connection), _payout_golden(connection), _counters_golden(connection)],
            trials=TRIALS,
            hooks=Hooks(honest=lambda at: _hooks(SECRETS["hook"], at), forged=lambda at: _hooks("somebody else's", at)),
            secrets=[*SECRETS.values()],
            unknown=b"loyaltyTier",
            asked_for=asked_for,
        )
