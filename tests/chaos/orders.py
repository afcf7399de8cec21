"""What systems tell of some thousand orders and their whole lives: the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Raw, Struct

from tallystick.engine.answer import Unit
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope, Message
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised, RefundReported, SettlementReported
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.ports.connector import Delivery
from tallystick.security.keyring import digest

SKUS = tuple(f"SKU-{n:02}" for n in range(40))
UNITS_IN_STOCK = 100_000
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
CURRENCY = "EUR/2"
UNPAID_SHARE, RETURNED_SHARE, EARLY_SHARE = 0.05, 0.1, 0.07


@dataclass(frozen=True)
class Told:
    """One message of a system; `life` numbers the order it belongs to."""

    source: str
    id: str
    subject: str
    data: Struct
    at: datetime
    life: int = -1


def receipts() -> list[Told]:
    """Return the receipt that fills every shelf, at one cost a product, so that no order of arrival changes a cost."""
    lines = tuple(ReceiptLine(n, s, UNITS_IN_STOCK, UNITS_IN_STOCK * (300 + 7 * n)) for n, s in enumerate(SKUS, 1))
    return [Told("warehouse", "R1", "stock/R1", ReceiptReported("R1", "WH1", CURRENCY, "supplier", lines), AT)]


def lives(count: int, seed: int) -> list[Told]:
    """Return the messages of *count* orders, life after life: most paid, shipped and settled, some unpaid, some returned."""
    dice = random.Random(seed)
    return [told for number in range(count) for told in _life(number, dice)]


def _life(number: int, dice: random.Random) -> list[Told]:
    order, lines = f"W{number:05}", _lines(dice)
    total = sum(x.net + x.tax for x in lines)
    placed = OrderPlaced(order, "web", "WH1", CURRENCY, "stripe", lines, "GB")
    if dice.random() < UNPAID_SHARE:
        return list(_told(number, f"U{number:05}", [("web", msgspec.structs.replace(placed, order=f"U{number:05}"))]))
    sent = tuple(HeldLine(x.line, x.sku, x.quantity) for x in lines)
    story: list[tuple[str, Struct]] = [
        ("web", placed),
        ("stripe", PaymentAuthorised(order, "stripe", total, f"pi_{order}")),
        ("warehouse", DispatchReported(order, f"S-{order}", sent)),
        ("stripe", CaptureReported(order, "stripe", total, f"ch_{order}")),
        ("stripe", SettlementReported(order, "stripe", "po_1", "main", total, total // 50)),
    ]
    if dice.random() < RETURNED_SHARE:
        first = lines[0]
        back = (ReturnedLine(first.line, first.sku, first.quantity, "sellable"),)
        story.append(("warehouse", ReturnReceived(order, f"RMA-{order}", "WH1", back, f"B-{order}")))
        story.append(("stripe", RefundReported(order, 1, "stripe", first.net + first.tax, f"re_{order}")))
    if dice.random() < EARLY_SHARE:
        story[0], story[1] = story[1], story[0]
    return list(_told(number, order, story))


def _lines(dice: random.Random) -> tuple[OrderLine, ...]:
    goods = dice.sample(SKUS, dice.randint(1, 3))
    priced = ((n, s, dice.randint(1, 3)) for n, s in enumerate(goods, 1))
    return tuple(OrderLine(n, s, q, q * 1500, q * 300) for n, s, q in priced)


def _told(number: int, order: str, story: Sequence[tuple[str, Struct]]) -> Iterator[Told]:
    for n, (source, data) in enumerate(story):
        yield Told(source, f"{order}.{n}", f"order/{order}", data, AT + timedelta(minutes=number % 600), number)


def delivery_of(told: Told) -> Delivery:
    """Return a message as its sender's webhook: an envelope in our own words."""
    envelope = Envelope(
        id=told.id,
        source=told.source,
        type=CATALOGUE.of(type(told.data)).type,
        subject=told.subject,
        time=told.at,
        data=Raw(msgspec.json.encode(told.data)),
    )
    body = msgspec.json.encode(envelope)
    return Delivery(source=told.source, id=told.id, subject=told.subject, body=body, digest=digest(body))


def deliveries_of(told: Sequence[Told]) -> list[Delivery]:
    """Return messages as webhooks."""
    return [delivery_of(t) for t in told]


def unit_of(told: Told) -> Unit:
    """Return a message as a request to the synchronous door."""
    body = msgspec.json.encode(told.data)
    message = Message(told.source, told.id, told.subject, told.data, body, told.at, told.at.date(), datetime.now(UTC))
    return Unit((message,), told.subject)
