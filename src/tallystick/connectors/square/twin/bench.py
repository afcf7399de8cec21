"""How this connector is tried: `tally connector check square`, and in the tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.square.connector import SquareTill
from tallystick.connectors.square.manifest import MANIFEST
from tallystick.connectors.square.pages import order_delivery, stock_delivery
from tallystick.connectors.square.setup import setup_of
from tallystick.connectors.square.twin.samples import STORE, order_of, return_of, stamp
from tallystick.connectors.square.twin.store import Store, has_effect
from tallystick.kit.contract.bench import Bench, Golden, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import SetStock
from tallystick.messages.sales import CreditReported, SaleLine, SaleReported, ServiceLine
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Connection, Report

SECRETS: Final = {"access_token": "canary-of-the-token"}
SETTINGS: Final = {"location": "WH1", "square_location": STORE, "zone": "Europe/Berlin", "jurisdiction": "DE"}
SKUS: Final = {"V-LAMP": "LÄMP/1", "V-MUG": "MUG"}
NOW: Final = datetime(2026, 3, 29, 12, tzinfo=UTC)
_SOLD: Final = (
    "/said/id",
    "/said/created_at",
    "/said/total_money",
    "/said/line_items/0/quantity",
    "/said/line_items/0/catalog_object_id",
    "/said/line_items/1/total_money",
    "/said/line_items/1/total_tax_money/amount",
)
_VARIATIONS: Final = 16


def _of_another(command: Struct, number: int) -> Struct:
    """Return the same of another product: of one product, the last number counts."""
    if isinstance(command, SetStock) and command.sku != "NEVER":
        return SetStock(command.channel, f"SKU-{number}", command.available, command.version)
    return command


TRIALS: Final = (
    Trial(
        SetStock("till", "MUG", 7, 1),
        SetStock("till", "MUG", 8, 1),
        SetStock("till", "NEVER", 1, 1),
        _of_another,
    ),
)


class Controls:
    """The twin's controls."""

    def __init__(self, store: Store, twin: Twin) -> None:
        """Hold *store*, served by *twin*."""
        self._store, self._twin = store, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads, or the next that has an effect, meet *fault*."""
        if writing:
            self._store.renew()
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count requests."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Say what took effect, as the store read it."""
        return list(self._store.effects)

    def stir(self, kind: type[Struct]) -> None:
        """Let the first order change, which moves it to the end, and sell once more. Counts are of their moment."""
        if kind is not StockStatementReported:
            first = min(self._store.orders, key=lambda o: o["updated_at"])
            first.update(ticket_name="noted later", updated_at=stamp(NOW))
            self._store.orders.append(order_of(f"O-{len(self._store.orders) + 1}", 60 + len(self._store.orders)))


def _known(at: datetime, subject: str) -> dict[str, Any]:
    return {"subject": subject, "time": at, "on": date(2026, 3, 29), "zone": "Europe/Berlin"}


def _shared(tender: str = "card") -> dict[str, Any]:
    told = {"channel": "till", "location": "WH1", "currency": "EUR/2", "tender": tender}
    return {**told, "jurisdiction": "DE", "customer": "person-C77"}


def _sold(connection: Connection) -> Golden:
    """Half an hour after midnight in Berlin it is still yesterday in UTC."""
    goods = (SaleLine(1, "LÄMP/1", 3, 2003, 201), SaleLine(2, "MUG", 1, 2174))
    charges = (ServiceLine(3, "charges", "charges", 1, 500, 50),)
    sale = SaleReported("till-O-0", goods=goods, services=charges, **_shared())
    known = _known(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "sale/till-O-0")
    delivery = order_delivery(order_of("O-0", 0), SKUS, setup_of(connection))
    return json_golden(delivery, [Report(id="till-O-0/sale", data=sale, **known)], _SOLD)


def _returned(connection: Connection) -> Golden:
    """A lamp comes back: the same amounts, above zero."""
    credit = CreditReported("till-R-0-1", goods=(SaleLine(1, "LÄMP/1", 1, 668, 67),), **_shared())
    known = _known(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "sale/till-R-0-1")
    delivery = order_delivery(return_of("R-0", 0), SKUS, setup_of(connection))
    required = ("/said/returns/0/return_line_items/0/quantity", "/said/returns/0/return_line_items/0/total_money")
    return json_golden(delivery, [Report(id="till-R-0/return/1", data=credit, **known)], required)


def _counted(connection: Connection) -> Golden:
    """A count below zero is a count, whole units written as decimals too."""
    store = Store("")
    store.sell("V-FAN", "FAN", "-2")
    store.sell("V-MUG", "MUG", "3.0000")
    counts = [store.count_of(name) for name in store.counts]
    delivery = stock_delivery(counts, store.skus, (NOW, setup_of(connection)))
    lines = (CountedUnits("FAN", -2), CountedUnits("MUG", 3))
    said = StockStatementReported(delivery.id, "WH1", "on_hand", lines)
    report = Report(id=delivery.id, data=said, **_known(NOW, delivery.subject))
    return json_golden(delivery, [report], ("/said/as_of", "/said/counts", "/said/counts/0/quantity"))


def _opened() -> Store:
    store = Store(SECRETS["access_token"])
    store.orders = [order_of(f"O-{n}", n) for n in range(1, 5)] + [
        return_of("R-5", 5),
        order_of("X-6", 6, state="OPEN"),
    ]
    for variation, sku in SKUS.items():
        store.sell(variation, sku, "3")
    for n in range(_VARIATIONS):
        store.sell(f"V-{n}", f"SKU-{n}", "1")
    store.open()
    return store


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a store with sales and a return, and lay a bench on the door to it."""
    store, asked_for = _opened(), set[str]()

    def secret(name: str) -> str:
        asked_for.add(name)
        return SECRETS[name]

    with Twin(store.answer, has_effect) as twin:
        connection = Connection(
            name="till",
            url=twin.url,
            secret=secret,
            settings=SETTINGS,
            pseudonym=lambda _source, person: f"person-{person}",
        )
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: SquareTill(connection, limits, lambda: NOW),
            partner=Controls(store, twin),
            goldens=[_sold(connection), _returned(connection), _counted(connection)],
            trials=TRIALS,
            secrets=[*SECRETS.values()],
            unknown=b"loyalty_tier",
            asked_for=asked_for,
        )
