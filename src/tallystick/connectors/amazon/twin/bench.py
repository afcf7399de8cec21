"""How this connector is tried: `tally connector check amazon`, and in the tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.amazon.connector import AmazonMarket
from tallystick.connectors.amazon.manifest import MANIFEST
from tallystick.connectors.amazon.pages import event_delivery, order_delivery, settlement_delivery
from tallystick.connectors.amazon.setup import setup_of
from tallystick.connectors.amazon.twin.market import NO_STOCK, REGRET, TOKEN, Market, has_effect
from tallystick.connectors.amazon.twin.samples import (
    MARKET,
    PLACED,
    items_of,
    order_of,
    refund_of,
    settlement_of,
    shipment_of,
    stamp,
)
from tallystick.kit.contract.bench import Bench, Golden, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import SetStock, TellShipment
from tallystick.messages.marketplaces.reports import (
    MarketplaceChargeReported,
    MarketplaceRefundReported,
    MarketplaceSettlementReported,
)
from tallystick.messages.marketplaces.terms import MarketplaceTerms
from tallystick.messages.payments import CaptureReported
from tallystick.messages.sales import CancelOrder, OrderLine, OrderPlaced, RefuseOrder, ServiceLine
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Report

SECRETS: Final = {
    "refresh_token": "Atzr|canary-of-the-refresh-token",
    "client_id": "amzn1.canary-of-the-client",
    "client_secret": "canary-of-the-client-secret",
}
SETTINGS: Final = {
    "location": "WH1",
    "seller": "A3SELLER",
    "marketplaces": MARKET,
    "bank": "main",
    "zone": "Europe/Berlin",
}
NOW: Final = datetime(2026, 3, 29, 12, tzinfo=UTC)
_TRIED: Final = 16
_PLACED: Final = (
    "/said/AmazonOrderId",
    "/said/PurchaseDate",
    "/said/OrderStatus",
    "/said/OrderTotal",
    "/beside/0/OrderItemId",
    "/beside/0/QuantityOrdered",
    "/beside/0/SellerSKU",
    "/beside/1/ItemPrice/Amount",
    "/beside/1/ItemTax/Amount",
)


def _of_another(command: Any, number: int) -> Any:
    """Return the same of another product or order: of one, the last number counts, and it is sent or cancelled once."""
    if isinstance(command, SetStock):
        return replace(command, sku=f"SKU-{number}") if command.sku != "NEVER" else command
    if command.order == "amazon-NEVER":
        return replace(command)
    anew = replace(command, order=f"{command.order}-{number}")
    return replace(anew, shipment=f"{anew.shipment}-{number}") if isinstance(anew, TellShipment) else anew


def _parcel(order: str, tracking: str = "T1") -> TellShipment:
    lines = (HeldLine(1, "LÄMP/1", 3), HeldLine(2, "MUG", 1))
    return TellShipment("amazon", f"amazon-{order}", f"S-{order}", lines, "DHL", tracking)


TRIALS: Final = (
    Trial(
        SetStock("amazon", "MUG", 7, 1), SetStock("amazon", "MUG", 8, 1), SetStock("amazon", "NEVER", 1, 1), _of_another
    ),
    Trial(_parcel("P"), _parcel("P", "T2"), _parcel("NEVER"), _of_another),
    Trial(
        RefuseOrder("amazon-R", NO_STOCK, (1,), "amazon"),
        RefuseOrder("amazon-R", "another", (1,), "amazon"),
        RefuseOrder("amazon-NEVER", NO_STOCK, (1,), "amazon"),
        _of_another,
    ),
    Trial(
        CancelOrder("amazon-C", REGRET, "amazon"),
        CancelOrder("amazon-C", "another", "amazon"),
        CancelOrder("amazon-NEVER", REGRET, "amazon"),
        _of_another,
    ),
)


class Controls:
    """The twin's controls."""

    def __init__(self, market: Market, twin: Twin) -> None:
        """Hold *market*, served by *twin*."""
        self._market, self._twin = market, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads, or the next that has an effect, meet *fault*."""
        if writing:
            self._market.renew()
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count requests; access tokens are given elsewhere."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Say what took effect, as Amazon read it."""
        return list(self._market.effects)

    def stir(self, kind: type[Struct]) -> None:
        """Let the first order change, which moves it to the end, and sell, take and settle once more."""
        market = self._market
        if kind is OrderPlaced:
            first = min(market.orders, key=lambda o: str(o["LastUpdateDate"]))
            first.update(ShipServiceLevel="noted later", LastUpdateDate=stamp(NOW))
            _sell(market, f"O-{len(market.orders) + 1}", 60 + 5 * len(market.orders))
        elif kind is CaptureReported:
            market.events.append(("ShipmentEventList", shipment_of("O-9", NOW)))
        else:
            market.settlements.append((f"S{len(market.settlements) + 1}", stamp(NOW), settlement_of("99")))


def _known(at: datetime, order: str) -> dict[str, Any]:
    told = {"time": at, "on": date(2026, 3, 29), "zone": "Europe/Berlin"}
    return {**told, "subject": f"order/{order}", "correlation": order}


def _placed(connection: Connection) -> Golden:
    """Half an hour after midnight in Berlin it is still yesterday in UTC; the mug's tax is ours."""
    terms = MarketplaceTerms(PLACED + timedelta(days=2), (1, 3))
    lines = (OrderLine(1, "LÄMP/1", 3, 2003, 201), OrderLine(2, "MUG", 1, 1974, 200))
    placed = OrderPlaced(
        "amazon-O-0",
        "amazon",
        "WH1",
        "EUR/2",
        "amazon",
        lines,
        "AT",
        services=(ServiceLine(3, "shipping", "shipping", 1, 500, 50),),
        follows_parcels=True,
        already_sold=True,
        marketplace=terms,
    )
    delivery = order_delivery(
        order_of("O-0", 0, OrderTotal={"CurrencyCode": "EUR", "Amount": "49.28"}), items_of("O-0"), setup_of(connection)
    )
    report = Report(id="", data=placed, **_known(PLACED, "amazon-O-0"))
    return _named(delivery, [report], _PLACED)


def _named(delivery: Any, reports: list[Report], required: Sequence[str]) -> Golden:
    """Return a golden pair; what a report is known as depends on all it says, so the door's own names are taken."""
    door = AmazonMarket(Connection(name="amazon", url="http://127.0.0.1:1", secret=lambda _: "", settings=SETTINGS))
    try:
        names = [r.id for r in door.parse(delivery).reports]
    finally:
        door.close()
    named = [replace(r, id=n) for r, n in zip(reports, names, strict=True)]
    return json_golden(delivery, named, required)


def _moved(connection: Connection) -> list[Golden]:
    setup = setup_of(connection)
    taken = event_delivery("ShipmentEventList", shipment_of("O-0", PLACED), setup)
    back = event_delivery("RefundEventList", refund_of("O-0", PLACED), setup)
    found = []
    for delivery, kind, amount in ((taken, CaptureReported, 4928), (back, MarketplaceRefundReported, 668)):
        reference = _reference(delivery)
        report = Report(id="", data=kind("amazon-O-0", "amazon", amount, reference), **_known(PLACED, "amazon-O-0"))
        found.append(_named(delivery, [report], ("/said/AmazonOrderId", "/said/PostedDate")))
    return found


def _reference(delivery: Any) -> str:
    door = AmazonMarket(Connection(name="amazon", url="http://127.0.0.1:1", secret=lambda _: "", settings=SETTINGS))
    try:
        data: Any = door.parse(delivery).reports[0].data
        return str(data.reference)
    finally:
        door.close()


def _settled(connection: Connection) -> Golden:
    delivery = settlement_delivery(settlement_of("77"), "S1", setup_of(connection))
    at, on = datetime(2026, 3, 29, 6, tzinfo=UTC), date(2026, 3, 29)
    part = MarketplaceSettlementReported("amazon-O-1", "amazon", "77", "main", 4928, 675, 200)
    reports = [
        Report(
            id="settlement/77/amazon-O-1", subject="order/amazon-O-1", data=part, time=at, on=on, zone="Europe/Berlin"
        )
    ]
    for kind, what, amount, is_reserve in (
        ("ServiceFee", "Subscription Fee", 500, False),
        ("Transfer", "Current Reserve Amount", 999, True),
    ):
        charge = "-".join(("77", kind, *what.split()))
        place = (charge, "amazon", "amazon", "77", "main", "EUR/2")
        data = MarketplaceChargeReported(*place, f"{kind}: {what}", amount, is_reserve)
        subject = f"marketplace_charge/amazon/{charge}"
        reports.append(
            Report(id=f"settlement/{charge}", subject=subject, data=data, time=at, on=on, zone="Europe/Berlin")
        )
    return json_golden(delivery, reports, ("/said",))


def _sell(market: Market, name: str, minutes: int, **changed: Any) -> None:
    market.orders.append(order_of(name, minutes, **changed))
    market.items[name] = items_of(name)


def _opened() -> Market:
    market = Market(SECRETS)
    for n in range(1, 5):
        _sell(market, f"O-{n}", 5 * n)
    _sell(market, "O-5", 30, OrderStatus="Canceled")
    for letter in "PRC":
        for name in (letter, *(f"{letter}-{n}" for n in range(_TRIED))):
            _sell(market, name, 0, OrderStatus="Shipped")
    for n in range(4):
        market.events.append(("ShipmentEventList", shipment_of(f"O-{n}", NOW - timedelta(days=6 - 2 * n))))
    market.events.append(("RefundEventList", refund_of("O-1", NOW - timedelta(hours=1))))
    market.settlements = [
        ("S1", "2026-03-24T00:00:00Z", settlement_of("77")),
        ("S2", "2026-03-27T00:00:00Z", settlement_of("78")),
    ]
    market.listings = {"MUG": 1, **{f"SKU-{n}": 1 for n in range(_TRIED)}}
    market.open()
    return market


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a seller's account, and lay a bench on the door to it."""
    market, asked_for = _opened(), set[str]()

    def secret(name: str) -> str:
        asked_for.add(name)
        return SECRETS[name]

    with Twin(market.answer, has_effect) as twin, Twin(market.grant) as granting:
        market.url = twin.url
        settings = {**SETTINGS, "lwa_url": f"{granting.url}/auth/o2/token"}
        connection = Connection(name="amazon", url=twin.url, secret=secret, settings=settings)
        yield Bench(
            manifest=MANIFEST,
            door=lambda limits: AmazonMarket(connection, limits, lambda: NOW, {}),
            partner=Controls(market, twin),
            goldens=[_placed(connection), *_moved(connection), _settled(connection)],
            trials=TRIALS,
            secrets=[*SECRETS.values(), TOKEN],
            unknown=b"LoyaltyTier",
            asked_for=asked_for,
        )
