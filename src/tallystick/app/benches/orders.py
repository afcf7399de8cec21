"""Made-up orders for the benches: the same for every run, spread over the catalogue or all wanting one hot item."""

import random
from datetime import UTC, datetime
from typing import Final

import msgspec

from tallystick.engine.answer import Unit
from tallystick.messages.envelope import Message
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised, SettlementReported
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported

SKUS: Final = 10_000
LOCATIONS: Final = ("WH1", "WH2")
CURRENCY: Final = "EUR/2"
_NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
_LINES_IN_ORDER: Final = (1, 2, 3, 3, 3, 4, 5)
_decode = msgspec.json.Decoder(OrderPlaced).decode
_encode = msgspec.json.Encoder().encode


def sku(number: int) -> str:
    """Return the code of a made-up product."""
    return f"SKU-{number:06}"


def message(key: tuple[str, str], subject: str, data: msgspec.Struct, body: bytes | None = None) -> Unit:
    """Wrap a report as the gate takes it; *key* is (source, id)."""
    body = _encode(data) if body is None else body
    opened = Message(*key, subject, data, body, _NOW, _NOW.date(), datetime.now(UTC))
    return Unit((opened,), subject)


def receipts(units: int) -> list[Unit]:
    """Return receipts of *units* of every product at every location, a thousand products each."""
    found = []
    for location in LOCATIONS:
        for first in range(1, SKUS + 1, 1000):
            lines = tuple(
                ReceiptLine(n, sku(s), units, units * (500 + s % 977))
                for n, s in enumerate(range(first, first + 1000), 1)
            )
            name = f"{location}-{first}"
            report = ReceiptReported(name, location, CURRENCY, "supplier", lines)
            found.append(message(("warehouse", name), f"stock/{name}", report))
    return found


class OrderMill:
    """Turns out orders; *hot* makes every order's first line want the same item."""

    def __init__(self, seed: int, *, hot: bool = False) -> None:
        """Draw from a seeded dice."""
        self._dice, self._hot, self._made = random.Random(seed), hot, 0  # noqa: S311 - made-up orders
        self._prefix = f"W{seed}"

    def body(self) -> bytes:
        """Return the next order as the JSON a channel would send."""
        self._made += 1
        number = f"{self._prefix}-{self._made:09}"
        wanted = self._dice.sample(range(1, SKUS + 1), self._dice.choice(_LINES_IN_ORDER))
        if self._hot:
            wanted[0] = 1
            wanted = list(dict.fromkeys(wanted))
        lines = []
        for line, s in enumerate(wanted, 1):
            quantity = self._dice.randint(1, 3)
            net = quantity * self._dice.randint(500, 9000)
            lines.append(OrderLine(line, sku(s), quantity, net, net // 5))
        location = LOCATIONS[0] if self._hot else LOCATIONS[self._made % len(LOCATIONS)]
        return _encode(OrderPlaced(number, "web", location, CURRENCY, "stripe", tuple(lines), "GB"))


def placed(body: bytes) -> Unit:
    """Decode a channel's JSON, as the door does, and wrap it."""
    order = _decode(body)
    return message(("web", order.order), f"order/{order.order}", order, body)


def life(body: bytes) -> list[Unit]:
    """Return the five messages of an order's whole life: placed, authorised, dispatched, captured, settled."""
    order = _decode(body)
    subject, total = f"order/{order.order}", sum(x.net + x.tax for x in order.lines)
    sent = tuple(HeldLine(x.line, x.sku, x.quantity) for x in order.lines)
    fee = total * 14 // 1000 + 25
    reports: list[tuple[str, msgspec.Struct]] = [
        ("web", order),
        ("stripe", PaymentAuthorised(order.order, "stripe", total, f"pi_{order.order}")),
        ("warehouse", DispatchReported(order.order, f"S-{order.order}", sent)),
        ("stripe", CaptureReported(order.order, "stripe", total, f"ch_{order.order}")),
        ("stripe", SettlementReported(order.order, "stripe", "po_1", "main", total, fee)),
    ]
    return [message((source, f"{order.order}.{n}"), subject, data) for n, (source, data) in enumerate(reports)]
