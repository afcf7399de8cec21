"""How this connector is tried: `tally connector check woocommerce`, and in the tests."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.woocommerce.connector import WooShop
from tallystick.connectors.woocommerce.deliveries import NUMBER, SIGNATURE, TOPIC, order_delivery
from tallystick.connectors.woocommerce.manifest import MANIFEST
from tallystick.connectors.woocommerce.setup import setup_of
from tallystick.connectors.woocommerce.twin.samples import order_of, stamp
from tallystick.connectors.woocommerce.twin.shop import Shop
from tallystick.kit.contract.bench import Bench, Golden, Hooks, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import PublishProduct, SetStock, TellShipment
from tallystick.messages.payments import AuthorisePayment, CaptureReported, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, OrderLine, OrderPlaced, RefuseOrder, ServiceLine
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Hook, Report

SECRETS: Final = {
    "consumer_key": "canary-of-the-key",
    "consumer_secret": "canary-of-the-secret",
    "hook": "canary-of-hooks",
}
SETTINGS: Final = {"location": "WH1", "zone": "Europe/Berlin"}
NOW: Final = datetime(2026, 3, 29, 12, tzinfo=UTC)
_REQUIRED: Final = (
    "/said/id",
    "/said/status",
    "/said/currency",
    "/said/total",
    "/said/date_created_gmt",
    "/said/line_items",
    "/said/line_items/0/sku",
    "/said/line_items/0/quantity",
    "/said/line_items/1/total",
    "/said/shipping_lines/0/total_tax",
)
TRIALS: Final = (
    Trial(
        PayRefund("web-101", -1, "web", "EUR/2", 900),
        PayRefund("web-101", -1, "web", "EUR/2", 901),
        PayRefund("web-101", -1, "web", "EUR/2", 9_999_999),
    ),
    Trial(VoidPayment("web-102", "web"), VoidPayment("web-102", "card")),
    Trial(AuthorisePayment("web-103", "web", "EUR/2", 4928), AuthorisePayment("web-103", "web", "EUR/2", 1)),
    Trial(RefuseOrder("web-104", "no stock", (), "web"), RefuseOrder("web-104", "a whim", (), "web")),
    Trial(CancelOrder("web-105", "unpaid", "web"), CancelOrder("web-105", "a whim", "web")),
    Trial(
        TellShipment("web", "web-106", "P1", (HeldLine(1, "LÄMP/1", 2),), "UPS", "1Z"),
        TellShipment("web", "web-106", "P2", (HeldLine(1, "LÄMP/1", 2),), "UPS", "1Z"),
        TellShipment("web", "web-106", "P3", (HeldLine(1, "LÄMP/1", 99),), "UPS", "1Z"),
    ),
    Trial(SetStock("web", "MUG", 7, 1), SetStock("web", "MUG", 8, 1), SetStock("web", "NEVER", 1, 1)),
    Trial(
        PublishProduct("web", "TRAY", "Tray Ü", "EUR/2", 1250, description="Oak"),
        PublishProduct("web", "TRAY", "Tray", "EUR/2", 1250),
        PublishProduct("web", "TRAY", "Tray", "USD/2", 1250),
    ),
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
        """Cancel the order placed first, which moves it to the end, and place another."""
        if kind is OrderPlaced:
            first = min(self._shop.orders.values(), key=lambda o: (o["date_modified_gmt"], o["id"]))
            first.update(status="cancelled", date_modified_gmt=stamp(NOW))
            self._shop.place(order_of(200 + len(self._shop.orders), 60 + len(self._shop.orders)))


def _golden(connection: Connection) -> Golden:
    """Half an hour after midnight in Berlin it is still yesterday in UTC; the goods go to Germany, the bill to Austria."""
    lines = (OrderLine(1, "LÄMP/1", 3, 2003, 201), OrderLine(2, "MUG", 1, 2174, 0))
    shipping = (ServiceLine(3, "flat_rate", "shipping", 1, 500, 50),)
    placed = OrderPlaced(
        "web-100", "web", "WH1", "EUR/2", "web", lines, "DE", "person-77", services=shipping
    )  # fmt: skip
    at, on = datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)
    known: dict[str, Any] = {"subject": "order/web-100", "time": at, "on": on, "zone": "Europe/Berlin"}
    known["correlation"] = "web-100"
    reports = (
        Report(id="web-100/placed/479be3acea91", data=placed, **known),
        Report(id="web-100/paid", data=CaptureReported("web-100", "web", 4928, "tx-100"), **known),
    )
    return json_golden(order_delivery(order_of(100, 0), None, setup_of(connection)), reports, _REQUIRED)


def hook_of(topic: str, said: Any, at: datetime, signing: tuple[str, str]) -> Hook:
    """Return a webhook as WooCommerce sends it, signed with a secret and under a number."""
    secret, number = signing
    body = json.dumps(said).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    named = {"x-wc-webhook-source": "https://shop.example/", "x-wc-webhook-id": "3"}
    return Hook({SIGNATURE: signature, TOPIC: topic, NUMBER: number, **named}, body, at)


def _hooks(secret: str, at: datetime) -> Sequence[Hook]:
    moved = stamp(at - timedelta(seconds=2))
    return [
        hook_of("order.created", order_of(300, 0, date_modified_gmt=moved), at, (secret, "9f14")),
        hook_of("order.updated", order_of(301, 1, date_modified_gmt=moved), at, (secret, "9f15")),
    ]


def _opened() -> Shop:
    shop = Shop(SECRETS["consumer_key"], SECRETS["consumer_secret"])
    for number in range(101, 107):
        shop.place(order_of(number, number - 100))
    shop.sell("MUG", 3)
    shop.open()
    return shop


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a shop with an order for each command, and lay a bench on the door to it."""
    shop, asked_for = _opened(), set[str]()

    def secret(name: str) -> str:
        asked_for.add(name)
        return SECRETS[name]

    with Twin(shop.answer) as twin:
        connection = Connection(
            name="web",
            url=twin.url,
            secret=secret,
            settings=SETTINGS,
            pseudonym=lambda _source, person: f"person-{person}",
        )
        sent = base64.b64encode(":".join((SECRETS["consumer_key"], SECRETS["consumer_secret"])).encode()).decode()
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: WooShop(connection, limits, lambda: NOW),
            partner=Controls(shop, twin),
            goldens=[_golden(connection)],
            trials=TRIALS,
            hooks=Hooks(honest=lambda at: _hooks(SECRETS["hook"], at), forged=lambda at: _hooks("somebody else's", at)),
            secrets=[*SECRETS.values(), sent],
            unknown=b"loyalty_tier",
            asked_for=asked_for,
        )
