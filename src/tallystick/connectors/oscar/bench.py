"""How this connector is tried: `tally connector check oscar`, and in the tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.oscar.connector import OscarShop
from tallystick.connectors.oscar.manifest import MANIFEST
from tallystick.connectors.oscar.setup import setup_of
from tallystick.connectors.oscar.translate import ENDED, ORDER, STOCK, delivery_of
from tallystick.connectors.oscar.twin import Shop, order_of
from tallystick.kit.contract.bench import Bench, Golden, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import SetStock, TellShipment
from tallystick.messages.payments import CaptureReported
from tallystick.messages.sales import (
    CancelOrder,
    OrderCancellationRequested,
    OrderLine,
    OrderPlaced,
    RefuseOrder,
)
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Report

PASSWORD: Final = "canary-of-the-password"  # noqa: S105 - made up, and looked for in whatever is told
SETTINGS: Final = {"location": "WH1", "user": "clerk@example.test", "zone": "Europe/Berlin", "payment": "at_checkout"}
NOW: Final = datetime(2026, 3, 29, 12, tzinfo=UTC)
_LINES: Final = (HeldLine(1, "LÄMP/1", 2),)
_REQUIRED: Final = (
    "/said/head/number",
    "/said/head/currency",
    "/said/head/date_placed",
    "/said/head/total_incl_tax",
    "/said/lines/0/sku",
    "/said/lines/0/quantity",
    "/said/lines/1/price_incl_tax",
)
TRIALS: Final = (
    Trial(
        RefuseOrder("shop-100001", "no stock", (), "shop"),
        RefuseOrder("shop-100001", "a whim", (), "shop"),
        RefuseOrder("shop-999999", "no stock", (), "shop"),
    ),
    Trial(CancelOrder("shop-100002", "unpaid", "shop"), CancelOrder("shop-100002", "a whim", "shop")),
    Trial(
        TellShipment("shop", "shop-100003", "P1", _LINES, "UPS", "1Z"),
        TellShipment("shop", "shop-100003", "P2", _LINES, "UPS", "1Z"),
    ),
    Trial(SetStock("shop", "MUG", 7, 1), SetStock("shop", "MUG", 8, 1), SetStock("shop", "NEVER", 1, 1)),
)


class Controls:
    """The twin's controls."""

    def __init__(self, shop: Shop, twin: Twin) -> None:
        """Hold *shop*, served by *twin*."""
        self._shop, self._twin = shop, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads or writes meet *fault*; the shop counts its shelves before each."""
        if writing:
            for record in self._shop.records:
                record["num_in_stock"] = 4
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count requests."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Say what took effect, as the shop read it."""
        return list(self._shop.effects)

    def stir(self, kind: type[Struct]) -> None:
        """End the order placed first, and place another. Counters are of their moment: nothing of them can change."""
        if kind is OrderPlaced:
            self._shop.orders["100001"]["status"] = "cancelled"
            self._shop.place(str(100_001 + len(self._shop.orders)), 20)


def _head() -> Any:
    return {name: value for name, value in order_of("100001", 0).items() if name != "tally_lines"}


def _report(what: str, data: Struct) -> Report:
    """Half an hour after midnight in Berlin it is still yesterday in UTC."""
    return Report(
        id=f"shop-100001/{what}",
        subject="order/shop-100001",
        data=data,
        time=datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
        on=date(2026, 3, 29),
        zone="Europe/Berlin",
        correlation="shop-100001",
    )


def _goldens(connection: Connection) -> list[Golden]:
    setup, name = setup_of(connection), "shop-100001"
    lines = [
        {"sku": "LÄMP/1", "quantity": 3, "price_excl_tax": "20.03", "price_incl_tax": "22.04"},
        {"sku": "MUG", "quantity": 1, "price_excl_tax": "0.10", "price_incl_tax": "0.10"},
    ]
    ours = (OrderLine(1, "LÄMP/1", 3, 2003, 201), OrderLine(2, "MUG", 1, 10, 0))
    placed = OrderPlaced(
        name,
        "shop",
        "WH1",
        "EUR/2",
        "shop",
        ours,
        "AT",
        "person-ada@example.test",
        follows_parcels=True,
        already_sold=True,
    )
    paid = CaptureReported(name, "shop", 2214, "100001")
    order = delivery_of(ORDER, {"head": _head(), "lines": lines}, setup)
    ended = delivery_of(ENDED, {"head": {**_head(), "status": "cancelled"}, "lines": []}, setup)
    stop = OrderCancellationRequested(name, "cancelled in the shop")
    records = [{"url": "http://shop.example/1/", "partner_sku": "FAN", "num_in_stock": 1, "num_allocated": -3}]
    counted = delivery_of(STOCK, {"as_of": NOW.isoformat(), "records": records}, setup)
    said = StockStatementReported(counted.id, "shop", "promised", (CountedUnits("FAN", -3),))
    counters = Report(
        id=counted.id, subject=counted.subject, data=said, time=NOW, on=NOW.date(), zone="Europe/Berlin",
        correlation=counted.subject.partition("/")[2],
    )  # fmt: skip
    return [
        json_golden(order, [_report("placed/5bbd111de08b567c", placed), _report("paid", paid)], _REQUIRED),
        json_golden(ended, [_report("cancelled", stop)], ("/said/head/number", "/said/head/status")),
        json_golden(counted, [counters], ("/said/as_of", "/said/records/0/partner_sku")),
    ]


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a shop with some orders, and lay a bench on the door to it."""
    shop, asked_for = Shop(SETTINGS["user"], PASSWORD), set[str]()
    for minute in range(7):
        shop.place(str(100_001 + minute), minute)
    shop.sell("LÄMP/1")
    shop.sell("MUG", allocated=2)

    def secret(name: str) -> str:
        asked_for.add(name)
        return PASSWORD

    with Twin(shop.answer) as twin:
        connection = Connection(
            name="shop",
            url=twin.url,
            secret=secret,
            settings=SETTINGS,
            pseudonym=lambda _source, person: f"person-{person}",
        )
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: OscarShop(connection, limits, lambda: NOW),
            partner=Controls(shop, twin),
            goldens=_goldens(connection),
            trials=TRIALS,
            secrets=[PASSWORD],
            unknown=b"loyalty_tier",
            asked_for=asked_for,
        )
