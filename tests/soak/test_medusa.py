"""Medusa as it runs: orders in, stock, parcels, captures, refunds and cancellations out; each once, and seen again by a poll."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

from tallystick.connectors.medusa.connector import Medusa
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PaymentAuthorised,
    PayRefund,
    RefundReported,
)
from tallystick.messages.sales import CancelOrder, OrderCancellationRequested, OrderPlaced
from tallystick.messages.statements import StockStatementReported
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Outcome, OutcomeAsked, Rejected
from tests.counterparts.medusa.server import Shop, needs_medusa, served

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def shop(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop of two products, ten of each; tests of a module share it and mind their products."""
    needs_medusa()
    with served(cluster_url, tmp_path_factory.mktemp("medusa")) as found:
        yield found


@pytest.fixture
def door(shop: Shop) -> Iterator[Medusa]:
    """Our door to it."""
    settings = {"location": "WH1", "stock_location": shop.store.place}
    found = Medusa(Connection(name="web", url=shop.url, settings=settings, secret=lambda _: shop.store.api_key))
    yield found
    found.close()


def told(door: Medusa, order: str) -> list[Any]:
    """Pull everything, and return what is said of an order."""
    page = door.pull(OrderPlaced, "")
    assert not page.more
    found = [door.parse(d) for d in page.deliveries if d.subject == f"order/{order}"]
    assert not [f for t in found for f in t.faults]
    return [r.data for t in found for r in t.reports]


def once(door: Medusa, command: Struct, key: str) -> str:
    """Push a command twice and ask for it: one effect, one answer."""
    done = door.push(command, key)
    assert door.push(command, key) == done
    asked = door.ask(OutcomeAsked(command, key))
    assert isinstance(asked, Outcome)
    assert asked.acknowledgement == done
    return done.foreign_id


def free(door: Medusa, sku: str) -> int:
    """Ask what the shop would sell."""
    said = door.ask(StockAsked("WH1", (sku,)))
    assert isinstance(said, StockStatementReported)
    (line,) = said.lines
    return line.units


def test_an_order_is_told_paid_sent_and_paid_back(shop: Shop, door: Medusa) -> None:
    """19% of 20.66 is 3.9254: rounded line by line; held, taken once, sent in two parcels, a part of it paid back."""
    order = shop.store.buys(LAMP=2, MUG=1)
    placed, held = told(door, order)
    assert isinstance(placed, OrderPlaced)
    sold: list[Any] = [*placed.lines, *placed.services]
    amounts = sorted((x.sku, x.quantity, x.net, x.tax) for x in sold)
    assert amounts == [("LAMP", 2, 2066, 393), ("MUG", 1, 333, 63), ("Std", 1, 499, 95)]
    assert (placed.currency, placed.jurisdiction) == ("EUR/2", "de")
    assert isinstance(held, PaymentAuthorised)
    assert held.amount == 3449
    lines = {x.sku: x.line for x in placed.lines}
    once(door, AuthorisePayment(order, "web", "EUR/2", 3449), "a.1")
    taken = once(door, CapturePayment(order, "web", "EUR/2", 3449), "a.2")
    some = (HeldLine(lines["LAMP"], "LAMP", 1),)
    rest = (HeldLine(lines["LAMP"], "LAMP", 1), HeldLine(lines["MUG"], "MUG", 1))
    once(door, TellShipment("web", order, "P1", some, "DHL", "1Z"), "a.3")
    once(door, TellShipment("web", order, "P2", rest, "DHL", "2Z", is_delivered=True), "a.4")
    back = once(door, PayRefund(order, 1, "web", "EUR/2", 501), "a.5")
    with pytest.raises(Rejected, match="used for another command"):
        door.push(PayRefund(order, 1, "web", "EUR/2", 502), "a.5")
    with pytest.raises(Rejected, match="its payment is of 3449"):
        door.push(PayRefund(order, 2, "web", "EUR/2", 3450), "a.6")
    assert told(door, order)[2:] == [
        CaptureReported(order, "web", 3449, taken),
        RefundReported(order, 1, "web", 501, back),
    ]
    seen = shop.store.sees(f"/admin/orders/{order}?fields=*fulfillments,*payment_collections.payments.refunds")["order"]
    assert len([f for f in seen["fulfillments"] if f["shipped_at"]]) == 2
    assert [len(p["refunds"]) for c in seen["payment_collections"] for p in c["payments"]] == [1]


def test_stock_is_what_the_book_says_whatever_is_reserved(shop: Shop, door: Medusa) -> None:
    """Three are promised: told five, it sells five; a cancellation gives back its own."""
    before = shop.store.free("LAMP")
    order = shop.store.buys(LAMP=3)
    assert free(door, "LAMP") == shop.store.free("LAMP") == before - 3
    once(door, SetStock("web", "LAMP", 5, 1), "b.1")
    assert free(door, "LAMP") == shop.store.free("LAMP") == 5
    once(door, CancelOrder(order, "unpaid", "web"), "b.2")
    assert shop.store.free("LAMP") == 8
    assert isinstance(told(door, order)[-1], OrderCancellationRequested)
    with pytest.raises(Rejected, match="SKU 'GHOST'"):
        door.push(SetStock("web", "GHOST", 1, 1), "b.3")


def test_a_capture_by_a_clerk_waits_for_the_next_change(shop: Shop, door: Medusa) -> None:
    """What the manifest declares: a capture moves no stamp, so it is told with what does."""
    order = shop.store.buys(MUG=1)
    before = shop.store.sees(f"/admin/orders/{order}?fields=updated_at,*payment_collections.payments")["order"]
    (payment,) = before["payment_collections"][0]["payments"]
    shop.store.makes(f"/admin/payments/{payment['id']}/capture")
    after = shop.store.sees(f"/admin/orders/{order}?fields=updated_at")["order"]
    assert after["updated_at"] == before["updated_at"]
    assert isinstance(told(door, order)[-1], CaptureReported)
