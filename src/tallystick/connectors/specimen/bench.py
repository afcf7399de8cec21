"""How this connector is tried: `tally connector check specimen`, and in the tests."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.specimen.connector import SIGNATURE, Specimen
from tallystick.connectors.specimen.manifest import MANIFEST
from tallystick.connectors.specimen.translate import delivery_of
from tallystick.connectors.specimen.twin import Shop
from tallystick.kit.contract.bench import Bench, Golden, Hooks, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.payments import CapturePayment, PayRefund
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.ports.connector import Connection, Hook, Report

SECRETS: Final = {"api_key": "canary-of-the-key", "hook_secret": "canary-of-the-hooks"}
ORDER: Final = {
    "number": "S-1001",
    "placed_at": "2026-03-29T00:30:00+01:00",
    "currency": "EUR",
    "status": "placed",
    "nobody_knows": "kept",
    "lines": [
        {"sku": "LÄMP/1", "quantity": 3, "net": "20.03", "tax": "3.81"},
        {"sku": "MUG", "quantity": 1, "net": "0.10", "tax": "0.00"},
    ],
}
_REQUIRED: Final = ("/number", "/placed_at", "/currency", "/lines", "/lines/0/sku", "/lines/1/quantity", "/lines/0/net")


class Controls:
    """The twin's controls."""

    def __init__(self, shop: Shop, twin: Twin) -> None:
        """Hold *shop*, served by *twin*."""
        self._shop, self._twin = shop, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads or writes meet *fault*."""
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count requests."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Read payments back into our words, by another way than the door writes them."""
        return [_command(p) for p in self._shop.payments.values()]

    def stir(self, kind: type[Struct]) -> None:  # noqa: ARG002 - orders are the only kind there is
        """Change the order that was placed first, and place another."""
        first = min(self._shop.orders.values(), key=lambda o: int(o["change"]))
        self._shop.place({**first, "status": "paid"})
        self._shop.place({**ORDER, "number": f"S-{2000 + len(self._shop.orders)}"})


def _command(payment: dict[str, Any]) -> Struct:
    digits = len(payment["amount"].partition(".")[2])
    amount, currency = int(payment["amount"].replace(".", "")), f"{payment['currency']}/{digits}"
    if payment["kind"] == "refunds":
        return PayRefund(payment["order"], payment["number"], "shop", currency, amount)
    return CapturePayment(payment["order"], "shop", currency, amount)


def _golden() -> Golden:
    """Half an hour after midnight in Berlin it is still yesterday in UTC."""
    lines = (OrderLine(1, "LÄMP/1", 3, 2003, 381), OrderLine(2, "MUG", 1, 10, 0))
    data = OrderPlaced("S-1001", "shop", "WH1", "EUR/2", "shop", lines)
    report = Report(
        id="order/S-1001",
        subject="order/S-1001",
        data=data,
        time=datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
        on=date(2026, 3, 29),
        zone="Europe/Berlin",
    )
    return json_golden(delivery_of("shop", {**ORDER, "change": 1}), [report], _REQUIRED)


def _hook(secret: str, at: datetime, number: int) -> Hook:
    body = json.dumps({**ORDER, "number": f"S-{number}", "change": number}).encode()
    stamp = str(int((at - timedelta(seconds=2)).timestamp()))
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return Hook({SIGNATURE: f"t={stamp},v1={signature}", "content-type": "application/json"}, body, at)


def _hooks(secret: str, at: datetime) -> Sequence[Hook]:
    return [_hook(secret, at, number) for number in (1, 2)]


TRIALS: Final = (
    Trial(
        CapturePayment("S-1001", "shop", "EUR/2", 1230),
        CapturePayment("S-1001", "shop", "EUR/2", 1231),
        CapturePayment("nowhere", "shop", "EUR/2", 1),
    ),
    Trial(PayRefund("S-1002", 2, "shop", "KWD/3", 5), PayRefund("S-1002", 3, "shop", "KWD/3", 5)),
)


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a shop with seven orders, and lay a bench on the door to it."""
    shop, asked_for = Shop(SECRETS["api_key"]), set[str]()
    for number in range(1001, 1008):
        shop.place({**ORDER, "number": f"S-{number}"})

    def secret(name: str) -> str:
        asked_for.add(name)
        return SECRETS[name]

    with Twin(shop.answer) as twin:
        settings = {"location": "WH1", "zone": "Europe/Berlin"}
        connection = Connection(name="shop", url=twin.url, secret=secret, settings=settings)
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: Specimen(connection, limits),
            partner=Controls(shop, twin),
            goldens=[_golden()],
            trials=TRIALS,
            hooks=Hooks(
                honest=lambda at: _hooks(SECRETS["hook_secret"], at), forged=lambda at: _hooks("somebody else's", at)
            ),
            secrets=list(SECRETS.values()),
            unknown=b"nobody_knows",
            asked_for=asked_for,
        )
