"""The lamp shop's days as the messages its systems send, each as one delivery in the order of arrival."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.app.demo import shop
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.payments import (
    CaptureReported,
    PaymentAuthorised,
    PaymentDeclined,
    RefundReported,
    SettlementReported,
    VoidReported,
)
from tallystick.messages.returns import Disposition, ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.sales import (
    CreditReported,
    OrderCancellationRequested,
    OrderLine,
    OrderPlaced,
    SaleLine,
    SaleReported,
)
from tallystick.messages.stock import (
    AdjustmentLine,
    AdjustmentReported,
    HeldLine,
    ReceiptLine,
    ReceiptReported,
)
from tallystick.ports.connector import Delivery
from tallystick.security.keyring import digest

FEE_DIVISOR: Final = 50
PAID: Final = ("shipped", "told twice", "split and damaged", "settled late", "payment first", "returned whole")
PAYOUT_TIME: Final = "21:00"
BANK: Final = "main"


class Sent(Struct, frozen=True):
    """A report with the system that sends it, when it took effect, and when it arrives (usually then)."""

    source: str
    subject: str
    data: Struct
    at: datetime
    arrives: datetime


class Order(Struct, frozen=True):
    """A web order of the shop's table."""

    number: str
    day: int
    placed: datetime
    lines: tuple[OrderLine, ...]
    fate: str

    @property
    def subject(self) -> str:
        """The root its messages belong to."""
        return f"order/{self.number}"

    @property
    def total(self) -> int:
        """What the customer pays, in cents."""
        return sum(x.net + x.tax for x in self.lines)


def arrivals() -> list[list[Delivery]]:
    """Return each day's deliveries in the order of arrival; one of them comes twice, one before what it depends on."""
    sent = sorted([*_shop_floor(), *(s for o in orders() for s in _order(o)), *_payouts()], key=lambda s: s.arrives)
    days: list[list[Delivery]] = [[] for _ in shop.DAYS]
    for number, one in enumerate(sent, 1):
        day = (one.arrives.date() - _at(0, "00:00").date()).days
        days[day].append(_delivery(f"{one.source}-{number:03}", one))
    return [_with_one_twice(day) for day in days]


def orders() -> list[Order]:
    """Return the web orders."""
    return [
        Order(number, day, _at(day, time), _order_lines(goods), fate) for number, day, time, goods, fate in shop.ORDERS
    ]


def _order(o: Order) -> Iterator[Sent]:
    """The life of one order, told by the systems that see it."""
    channel = shop.MARKET if o.number.startswith(shop.MARKET_ORDER) else shop.WEB_CHANNEL
    placed = OrderPlaced(o.number, channel, "WH1", shop.CURRENCY, shop.PROVIDER, o.lines, shop.JURISDICTION)
    yield _sent(shop.MARKETPLACE if channel == shop.MARKET else shop.WEB, o, placed, 0)
    if o.fate == "declined":
        yield _sent(shop.PROVIDER, o, PaymentDeclined(o.number, "card expired"), 3)
    elif o.fate == "authorised short":
        yield _sent(shop.PROVIDER, o, PaymentAuthorised(o.number, shop.PROVIDER, o.total - 5000), 2)
        yield _sent(shop.PROVIDER, o, VoidReported(o.number), 9)
    elif o.fate not in ("refused", "unpaid"):
        early = timedelta(minutes=-1) if o.fate == "payment first" else timedelta()
        authorised = _sent(shop.PROVIDER, o, PaymentAuthorised(o.number, shop.PROVIDER, o.total), 1)
        yield msgspec.structs.replace(authorised, arrives=o.placed + early if early else authorised.at)
    if o.fate == "cancelled":
        yield from _cancelled(o)
    elif o.fate == "split and damaged":
        yield from _split_and_damaged(o)
    elif o.fate in PAID:
        yield from _shipped(o, o.lines, "P1", 95)
    if o.fate == "returned whole":
        yield from _returned(o, "sellable", ReturnRequested(o.number, f"RMA-{o.number}", _held(o.lines[:1])))


def _shipped(o: Order, lines: tuple[OrderLine, ...], parcel: str, minutes: int) -> Iterator[Sent]:
    yield _sent(shop.WAREHOUSE, o, DispatchReported(o.number, f"{o.number}-{parcel}", _held(lines)), minutes)
    yield _sent(shop.PROVIDER, o, CaptureReported(o.number, shop.PROVIDER, _worth(lines)), minutes + 2)


def _cancelled(o: Order) -> Iterator[Sent]:
    yield _sent(shop.WEB, o, OrderCancellationRequested(o.number, "ordered by mistake"), 20)
    yield _sent(shop.WAREHOUSE, o, DispatchRefused(o.number, "stopped at the packing table"), 26)
    yield _sent(shop.PROVIDER, o, VoidReported(o.number), 31)


def _split_and_damaged(o: Order) -> Iterator[Sent]:
    """The lamps leave on the first day, the rest on the next; one lamp comes back broken and is refunded."""
    yield from _shipped(o, o.lines[:1], "P1", 110)
    yield from _shipped(o, o.lines[1:], "P2", 24 * 60 + 15)
    yield from _returned(o, "damaged", None)


def _returned(o: Order, disposition: Disposition, asked: ReturnRequested | None) -> Iterator[Sent]:
    line, later = o.lines[0], (len(shop.DAYS) - 1 - o.day) * 24 * 60
    unit = OrderLine(line.line, line.sku, 1, line.net // line.quantity, line.tax // line.quantity)
    if asked is not None:
        yield _sent(shop.WEB, o, asked, later - 60)
    back = ReturnedLine(line.line, line.sku, 1, disposition)
    yield _sent(shop.WAREHOUSE, o, ReturnReceived(o.number, f"RMA-{o.number}", "WH1", (back,)), later + 300)
    yield _sent(shop.PROVIDER, o, RefundReported(o.number, 1, shop.PROVIDER, unit.net + unit.tax), later + 340)


def _payouts() -> Iterator[Sent]:
    """Each evening the provider settles the day's orders; of one it tells us two days later."""
    for o in orders():
        if o.fate not in PAID:
            continue
        day = o.day + 1 if o.fate == "split and damaged" else o.day
        at = _at(day, PAYOUT_TIME)
        told = _at(2, PAYOUT_TIME) if o.fate == "settled late" else at
        fee = o.total // FEE_DIVISOR
        report = SettlementReported(o.number, shop.PROVIDER, f"PO-{day + 1}", BANK, o.total, fee)
        yield Sent(shop.PROVIDER, o.subject, report, at, told)


def payouts() -> Counter[str]:
    """Return what the provider pays out, net of its fees in cents, by payout."""
    paid: Counter[str] = Counter()
    for sent in _payouts():
        if isinstance(sent.data, SettlementReported):
            paid[sent.data.payout] += sent.data.gross - sent.data.fee
    return paid


def _shop_floor() -> Iterator[Sent]:
    """Receipts, till sales, a credit and a count."""
    for receipt, day, time, location, goods in shop.RECEIPTS:
        lines = tuple(ReceiptLine(n, sku, q, q * shop.PRODUCTS[sku].cost) for n, q, sku in _goods(goods))
        report = ReceiptReported(receipt, location, shop.CURRENCY, "supplier", lines)
        yield _once(shop.WAREHOUSE, f"stock/{receipt}", report, _at(day, time))
    for sale, day, time, tender, goods in shop.SALES:
        sold = SaleReported(
            sale, "shop", "SHOP", shop.CURRENCY, tender, _sale_lines(goods), jurisdiction=shop.JURISDICTION
        )
        yield _once(shop.TILL, f"sale/till/{sale}", sold, _at(day, time))
    for credit, day, time, tender, goods in shop.CREDITS:
        back = CreditReported(
            credit, "shop", "SHOP", shop.CURRENCY, tender, _sale_lines(goods), jurisdiction=shop.JURISDICTION
        )
        yield _once(shop.TILL, f"credit/till/{credit}", back, _at(day, time))
    for count, day, time, location, goods in shop.COUNTS:
        counted = tuple(AdjustmentLine(n, sku, q, "evening count") for n, q, sku in _goods(goods))
        yield _once(
            shop.TILL, f"count/{count}", AdjustmentReported(count, location, shop.CURRENCY, counted), _at(day, time)
        )


def _delivery(number: str, one: Sent) -> Delivery:
    envelope = Envelope(
        id=number,
        source=one.source,
        type=CATALOGUE.of(type(one.data)).type,
        subject=one.subject,
        time=one.at,
        data=Raw(msgspec.json.encode(one.data)),
    )
    body = msgspec.json.encode(envelope)
    return Delivery(source=one.source, id=number, subject=one.subject, body=body, digest=digest(body))


def _with_one_twice(day: list[Delivery]) -> list[Delivery]:
    """The warehouse sends one dispatch of W103 again, as systems do that never heard the answer."""
    again = [d for d in day if d.subject == "order/W103" and d.source == shop.WAREHOUSE]
    return [*day, *again]


def _sent(source: str, o: Order, data: Struct, minutes: int) -> Sent:
    at = o.placed + timedelta(minutes=minutes)
    return Sent(source, o.subject, data, at, at)


def _once(source: str, subject: str, data: Struct, at: datetime) -> Sent:
    return Sent(source, subject, data, at, at)


def _at(day: int, time: str) -> datetime:
    return datetime.fromisoformat(f"{shop.DAYS[day]}T{time}:00+00:00")


def _goods(text: str) -> list[tuple[int, int, str]]:
    """Read `2 LAMP-ARC, 1 BULB-E27` as (line, quantity, product)."""
    pairs = [part.split() for part in text.split(", ")]
    return [(n, int(quantity), sku) for n, (quantity, sku) in enumerate(pairs, 1)]


def _order_lines(text: str) -> tuple[OrderLine, ...]:
    return tuple(OrderLine(n, sku, q, *_price(q, sku)) for n, q, sku in _goods(text))


def _sale_lines(text: str) -> tuple[SaleLine, ...]:
    return tuple(SaleLine(n, sku, q, *_price(q, sku)) for n, q, sku in _goods(text))


def _price(quantity: int, sku: str) -> tuple[int, int]:
    net = quantity * shop.PRODUCTS[sku].net
    return net, net // shop.TAX_DIVISOR


def _held(lines: tuple[OrderLine, ...]) -> tuple[HeldLine, ...]:
    return tuple(HeldLine(x.line, x.sku, x.quantity) for x in lines)


def _worth(lines: tuple[OrderLine, ...]) -> int:
    return sum(x.net + x.tax for x in lines)
