"""How this connector is tried: `tally connector check medusa`, and in the tests. A running Medusa tries it in the soak."""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.medusa.connector import Medusa
from tallystick.connectors.medusa.manifest import MANIFEST
from tallystick.connectors.medusa.setup import Setup, setup_of
from tallystick.connectors.medusa.translate import delivery_of
from tallystick.connectors.medusa.twin import PLACE, Shop, order_of, takes_effect
from tallystick.kit.contract.bench import Bench, Golden, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import SetStock, TellShipment
from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PaymentAuthorised,
    PayRefund,
    RefundReported,
    VoidPayment,
)
from tallystick.messages.sales import (
    CancelOrder,
    OrderCancellationRequested,
    OrderLine,
    OrderPlaced,
    RefuseOrder,
    ServiceLine,
)
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Report

API_KEY: Final = "canary-of-the-key"
SETTINGS: Final = {"location": "WH1", "stock_location": PLACE, "zone": "Europe/Berlin"}
NOW: Final = datetime(2026, 3, 29, 12, tzinfo=UTC)
ORDERS: Final = 60
"""More than a page."""
_LINES: Final = (HeldLine(1, "LÄMP/1", 2),)
_REQUIRED: Final = ("/created_at", "/status", "/currency_code", "/items", "/items/0/variant_sku", "/items/1/subtotal")


def _name(n: int) -> str:
    return f"order_{n:03}"


class Controls:
    """The twin's controls."""

    def __init__(self, shop: Shop, twin: Twin) -> None:
        """Hold *shop*, served by *twin*."""
        self._shop, self._twin = shop, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads, or in which something takes effect, meet *fault*; shelves are counted before."""
        if writing:
            self._shop.stock("MUG", 4, 2)
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count requests."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Say what took effect, as the shop read it."""
        return list(self._shop.effects)

    def stir(self, kind: type[Struct]) -> None:  # noqa: ARG002 - orders are the only kind there is
        """Change the order that has been left alone longest, and take another."""
        self._shop.touch(min(self._shop.orders.values(), key=lambda o: str(o["updated_at"])))
        self._shop.touch(self._shop.place(_name(len(self._shop.orders)), 20))


def _report(name: str, what: str, data: Struct) -> Report:
    """Half an hour after midnight in Berlin it is still yesterday in UTC."""
    return Report(
        id=f"{name}/{what}",
        subject=f"order/{name}",
        data=data,
        time=datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
        on=date(2026, 3, 29),
        zone="Europe/Berlin",
        correlation=name,
    )


def _as_read(order: Any) -> Any:
    return json.loads(json.dumps(order), parse_float=str)


def _goldens(setup: Setup) -> Iterator[Golden]:
    """Fractions of cents, rounded each by itself; items in any order; a refund of ours beside one of a clerk."""
    name = _name(0)
    lines = (OrderLine(1, "LÄMP/1", 3, 3099, 589), OrderLine(2, "MUG", 1, 10, 0))
    post = (ServiceLine(3, "Std", "shipping", 1, 499, 95),)
    data = OrderPlaced(name, "shop", "WH1", "EUR/2", "shop", lines, "de", services=post)
    placed = _report(name, "placed", data)
    held = _report(name, f"pay_{name}/authorised", PaymentAuthorised(name, "shop", 4292, f"pay_{name}"))
    yield json_golden(delivery_of(_as_read(order_of(name, 0)), setup), [placed, held], _REQUIRED)
    ended = order_of(name, 0)
    (payment,) = ended["payment_collections"][0]["payments"]
    shared = {"created_at": ended["created_at"]}
    payment["captures"] = [{"id": "capt_1", "amount": 42.9171, **shared}]
    ours = {"id": "ref_1", "amount": 5.015, "note": "tally_2.0 7", **shared}
    payment["refunds"] = [ours, {"id": "ref_2", "amount": 1, "note": "by hand", **shared}]
    told = [
        placed,
        held,
        _report(name, f"pay_{name}/capt_1", CaptureReported(name, "shop", 4292, "capt_1")),
        _report(name, f"pay_{name}/ref_1", RefundReported(name, 7, "shop", 502, "ref_1")),
        _report(name, "cancelled", OrderCancellationRequested(name, "cancelled in the shop")),
    ]
    yield json_golden(delivery_of(_as_read({**ended, "status": "canceled"}), setup), told, ())


def _trials(shop: Shop) -> Sequence[Trial]:
    def anew(command: Struct, n: int) -> Struct:
        """Once cancelled, captured or shipped is for good: each time it is another order."""
        order = command.order  # type: ignore[attr-defined]
        if order not in shop.orders:
            return command
        shop.orders.setdefault(f"{order}-{n}", order_of(f"{order}-{n}", 5))
        return replace(command, order=f"{order}-{n}")

    refused, cancelled, sent, held, taken, back = (_name(n) for n in range(1, 7))
    parcel = TellShipment("shop", sent, "P1", _LINES, "UPS", "1Z")
    return (
        Trial(
            RefuseOrder(refused, "no stock", (), "shop"),
            RefuseOrder(refused, "a whim", (), "shop"),
            RefuseOrder("order_x", "no stock", (), "shop"),
            anew,
        ),
        Trial(CancelOrder(cancelled, "unpaid", "shop"), CancelOrder(cancelled, "a whim", "shop"), None, anew),
        Trial(parcel, replace(parcel, shipment="P2"), replace(parcel, lines=(HeldLine(9, "MUG", 1),)), anew),
        Trial(
            AuthorisePayment(held, "shop", "EUR/2", 4292),
            AuthorisePayment(held, "shop", "EUR/2", 4291),
            AuthorisePayment(held, "shop", "EUR/2", 4293),
            anew,
        ),
        Trial(
            CapturePayment(taken, "shop", "EUR/2", 1230),
            CapturePayment(taken, "shop", "EUR/2", 1231),
            CapturePayment(taken, "shop", "EUR/3", 1230),
            anew,
        ),
        Trial(PayRefund(back, 2, "shop", "EUR/2", 5), PayRefund(back, 3, "shop", "EUR/2", 5), None, anew),
        Trial(VoidPayment(_name(7), "shop"), VoidPayment(_name(8), "shop"), VoidPayment("order_x", "shop"), anew),
        Trial(SetStock("shop", "MUG", 7, 1), SetStock("shop", "MUG", 8, 1), SetStock("shop", "NEVER", 1, 1)),
    )


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a shop with more orders than a page holds, and lay a bench on the door to it."""
    shop, asked_for = Shop(API_KEY), set[str]()
    for n in range(ORDERS):
        shop.place(_name(n), n * 60)
    shop.stock("LÄMP/1", 4, 0)
    shop.stock("MUG", 4, 2)

    def secret(name: str) -> str:
        asked_for.add(name)
        return API_KEY

    with Twin(shop.answer, takes_effect) as twin:
        connection = Connection(name="shop", url=twin.url, secret=secret, settings=SETTINGS)
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: Medusa(connection, limits, lambda: NOW),
            partner=Controls(shop, twin),
            goldens=[*_goldens(setup_of(connection))],
            trials=_trials(shop),
            secrets=[API_KEY, base64.b64encode(f"{API_KEY}:".encode()).decode()],
            unknown=b"nobody_knows",
            asked_for=asked_for,
        )
