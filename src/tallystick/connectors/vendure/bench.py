"""How this connector is tried: `tally connector check vendure`, and in the tests."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.vendure.connector import VendureShop
from tallystick.connectors.vendure.deliveries import SIGNATURE, order_delivery, stock_delivery
from tallystick.connectors.vendure.manifest import MANIFEST
from tallystick.connectors.vendure.setup import setup_of
from tallystick.connectors.vendure.twin import Shop, has_effect, order_of, stamp
from tallystick.kit.contract.bench import Bench, Golden, Hooks, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import PublishProduct, SetStock, TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, CaptureReported, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, OrderLine, OrderPlaced, RefuseOrder, ServiceLine
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Hook, Report

SECRETS: Final = {"password": "canary-of-the-password", "hook": "canary-of-the-hooks"}
SETTINGS: Final = {"location": "WH1", "zone": "Europe/Berlin", "sweep_days": "30"}
NOW: Final = datetime(2026, 3, 29, 12, tzinfo=UTC)
_HELD: Final = ("K-3", "V-4")
_LINES: Final = (HeldLine(1, "LÄMP/1", 2),)
_REQUIRED: Final = (
    "/order/code",
    "/order/orderPlacedAt",
    "/order/currencyCode",
    "/order/lines",
    "/order/lines/0/productVariant/sku",
    "/order/lines/0/orderPlacedQuantity",
    "/order/lines/1/proratedLinePriceWithTax",
    "/order/payments/0/amount",
)
TRIALS: Final = (
    Trial(
        PayRefund("P-1", -1, "web", "USD/2", 900),
        PayRefund("P-1", -1, "web", "USD/2", 901),
        PayRefund("P-1", -1, "web", "USD/2", 9_999_999),
    ),
    Trial(CapturePayment("K-3", "web", "USD/2", 4928), CapturePayment("K-3", "web", "USD/2", 4900)),
    Trial(VoidPayment("V-4", "web"), VoidPayment("V-4", "card")),
    Trial(AuthorisePayment("A-5", "web", "USD/2", 4928), AuthorisePayment("A-5", "web", "USD/2", 1)),
    Trial(RefuseOrder("R-6", "no stock", (), "web"), RefuseOrder("R-6", "a whim", (), "web")),
    Trial(CancelOrder("C-7", "unpaid", "web"), CancelOrder("C-7", "a whim", "web")),
    Trial(CancelLines("L-8", "web", _LINES, "broken"), CancelLines("L-8", "web", (HeldLine(2, "MUG", 1),), "broken")),
    Trial(TellShipment("web", "S-9", "P1", _LINES, "UPS"), TellShipment("web", "S-9", "P2", _LINES, "UPS")),
    Trial(SetStock("web", "MUG", 7, 1), SetStock("web", "MUG", 8, 1), SetStock("web", "NEVER", 1, 1)),
    Trial(
        PublishProduct("web", "TRAY", "Tray Ü", "USD/2", 1250, description="Oak"),
        PublishProduct("web", "TRAY", "Tray", "USD/2", 1250),
        PublishProduct("web", "TRAY", "Tray", "KWD/3", 1250),
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
        """Cancel the order placed first, and place another. Counters are of their moment: nothing of them can change."""
        if kind is OrderPlaced:
            first = min(self._shop.orders.values(), key=lambda o: str(o["orderPlacedAt"]))
            # No stamp of an order moves when its payment does.
            first["payments"][0]["state"] = "Cancelled"
            self._shop.place(order_of(f"N-{len(self._shop.orders)}", 40 + len(self._shop.orders)))


def _order_golden(connection: Connection) -> Golden:
    """Half an hour after midnight in Berlin it is still yesterday in UTC."""
    order = order_of("G-0", 0)
    lines = (OrderLine(1, "LÄMP/1", 3, 2003, 201), OrderLine(2, "MUG", 1, 10, 0))
    placed = OrderPlaced(
        "G-0",
        "web",
        "WH1",
        "USD/2",
        "web",
        lines,
        "US",
        "person-77",
        services=(ServiceLine(3, "parcel", "shipping", 1, 500, 50),),
        follows_parcels=True,
        already_sold=True,
    )
    at, on = datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)
    known: dict[str, Any] = {
        "subject": "order/G-0",
        "time": at,
        "on": on,
        "zone": "Europe/Berlin",
        "correlation": "G-0",
    }
    taken = CaptureReported("G-0", "web", 4928, "tx-0")
    reports = (
        Report(id="G-0/placed/a27dba8b0361", data=placed, **known),
        Report(id="G-0/payment/90/settled", data=taken, **known),
    )
    return json_golden(order_delivery(order, setup_of(connection)), reports, _REQUIRED)


def _counters_golden(connection: Connection) -> Golden:
    """A counter that has gone wrong is reported as it stands, below zero."""
    shop = Shop("")
    shop.sell("FAN", "Fan", allocated=-2)
    delivery = stock_delivery(list(shop.variants.values()), NOW, setup_of(connection))
    said = StockStatementReported(delivery.id, "web", "promised", (CountedUnits("FAN", -3),))
    report = Report(
        id=delivery.id, subject=delivery.subject, data=said, time=NOW, on=date(2026, 3, 29), zone="Europe/Berlin"
    )
    return json_golden(delivery, [report], ("/stock/as_of", "/stock/variants", "/stock/variants/0/sku"))


def _hook(secret: str, at: datetime, number: int) -> Hook:
    sent = stamp(at - timedelta(seconds=2))
    told = {"id": f"event-{number}", "type": "OrderStateTransitionEvent", "order": order_of("H-1", number)}
    body = json.dumps({**told, "sentAt": sent}).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Hook({SIGNATURE: f"sha256={signature}", "content-type": "application/json"}, body, at)


def _hooks(secret: str, at: datetime) -> Sequence[Hook]:
    return [_hook(secret, at, number) for number in (1, 2)]


def _opened() -> Shop:
    shop = Shop(SECRETS["password"])
    codes = [trial.command.order for trial in TRIALS if hasattr(trial.command, "order")]
    for number, code in enumerate(codes, 1):
        shop.place(order_of(code, number, "Authorized" if code in _HELD else "Settled"))
    shop.sell("MUG", "Mug", allocated=2)
    shop.open()
    return shop


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
            door=lambda limits: VendureShop(connection, limits, lambda: NOW),
            partner=Controls(shop, twin),
            goldens=[_order_golden(connection), _counters_golden(connection)],
            trials=TRIALS,
            hooks=Hooks(honest=lambda at: _hooks(SECRETS["hook"], at), forged=lambda at: _hooks("somebody else's", at)),
            secrets=[*SECRETS.values(), "canary-of-the-session"],
            unknown=b"loyaltyTier",
            asked_for=asked_for,
        )
