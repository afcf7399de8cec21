"""A small lively book, made by the real gate: orders, returns, sales, credits, counts, shortages, debts."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import asyncpg
import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from tallystick.engine.answer import Status, Unit
from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.messages.buying.reports import (
    InvoicedLine,
    PurchaseLine,
    PurchasePlaced,
    PurchaseReceiptLine,
    PurchaseReceiptReported,
    SupplierInvoiceReported,
)
from tallystick.messages.envelope import Message
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised, RefundReported, SettlementReported
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.sales import (
    BadDebtLine,
    BadDebtReported,
    CreditReported,
    OrderLine,
    OrderPlaced,
    SaleLine,
    SaleReported,
    ScanLine,
    ServiceLine,
)
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, HeldLine, ReceiptLine, ReceiptReported
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.posting.table import TABLE
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.book import BookInfo, connect, create_book
from tallystick.storage.names import Names

FEED = "feed"
SHOP = "shop"
CURRENCY = "GBP/3"
NOON = datetime(2026, 1, 30, 12, tzinfo=UTC)
FEED_IDS = ("10", "C11", "12", "12/count", "A13", "never-sent")


class LivelyBook(Struct):
    """A book, a connection to it, and the events its messages became, by message id."""

    url: str
    info: BookInfo
    connection: asyncpg.Connection
    events: dict[str, int]


def _unit(key: str, subject: str, day: int, data: Struct) -> Unit:
    at = NOON + timedelta(days=day)
    source = FEED if key in FEED_IDS else SHOP
    correlation = "story-1" if subject == "order/W1" else None
    body = msgspec.json.encode(data)
    return Unit((Message(source, key, subject, data, body, at, at.date(), at, "UTC", correlation),), subject)


def _orders() -> list[Unit]:
    """W1 is paid, sent in two parcels, partly returned and refunded; W2 is still held; W3 finds no stock."""
    w1 = "order/W1"
    return [
        _unit(
            "p1",
            w1,
            0,
            OrderPlaced("W1", "web", "WH1", CURRENCY, "stripe", (OrderLine(1, "LAMP", 3, 3600, 720),), "GB"),
        ),
        _unit("p2", w1, 0, PaymentAuthorised("W1", "stripe", 4320)),
        _unit("p3", w1, 1, DispatchReported("W1", "S1", (HeldLine(1, "LAMP", 2),))),
        _unit("p4", w1, 1, CaptureReported("W1", "stripe", 2880)),
        _unit("p5", w1, 2, DispatchReported("W1", "S2", (HeldLine(1, "LAMP", 1),))),
        _unit("p6", w1, 2, CaptureReported("W1", "stripe", 1440)),
        _unit("p7", w1, 3, SettlementReported("W1", "stripe", "po1", "main", 4000, 90)),
        _unit("p8", w1, 4, ReturnReceived("W1", "R1", "WH1", (ReturnedLine(1, "LAMP", 1, "damaged"),))),
        _unit("p9", w1, 5, RefundReported("W1", 1, "stripe", 1440)),
        _unit(
            "q1", "order/W2", 5, OrderPlaced("W2", "web", "WH1", CURRENCY, "stripe", (OrderLine(1, "LAMP", 2, 2400),))
        ),
        _unit(
            "q2", "order/W3", 5, OrderPlaced("W3", "web", "WH1", CURRENCY, "stripe", (OrderLine(1, "VASE", 9, 2400),))
        ),
    ]


def _feed() -> list[Unit]:
    """A sale of more lamps than there are, a credit over two sales and beyond, a count, a bad debt; over a month's end."""
    sale = SaleReported(
        "10",
        "post",
        "WH1",
        CURRENCY,
        "account",
        goods=(SaleLine(1, "LAMP", 9, 9000), SaleLine(2, "MUG", 4, 2000)),
        giveaways=(SaleLine(3, "MUG", 1, 0),),
        services=(ServiceLine(4, "POST", "postage", 1, 500),),
        charges=(ServiceLine(5, "D", "discount", 1, -100),),
        vouchers=(ServiceLine(6, "gift_0001_20", "voucher", 1, 2000),),
        customer="person:1",
    )
    again = SaleReported(
        "12", "post", "WH1", CURRENCY, "cash", goods=(SaleLine(1, "LAMP", 2, 2200),), customer="person:1"
    )
    credit = CreditReported(
        "C11", "post", "WH1", CURRENCY, "account", goods=(SaleLine(1, "LAMP", 12, 12000),), customer="person:1"
    )
    count = AdjustmentReported(
        "12",
        "WH1",
        CURRENCY,
        (AdjustmentLine(2, "MUG", -2, "broken"), AdjustmentLine(3, "MUG", 5)),
        (AdjustmentLine(4, "POST", -1),),
    )
    debt = BadDebtReported("A13", "post", CURRENCY, (BadDebtLine(1, "B", 1, 700),))
    return [
        _unit("10", "sale/post/10", 0, sale),
        _unit("12", "sale/post/12", 1, again),
        _unit("C11", "credit/post/C11", 2, credit),
        _unit("12/count", "count/post/12", 3, count),
        _unit("A13", "baddebt/post/A13", 3, debt),
    ]


def _till() -> list[Unit]:
    """A day at a shop's tills, a basket of it corrected, counted half a penny short; and a day not counted yet."""
    day, next_day = "till/shop/S1/2026-01-30", "till/shop/S1/2026-01-31"
    pot = SaleLine(1, "POT", 1, 900, 0, 100, 50, 200)
    basket = SaleReported("1", "tills", "S1", CURRENCY, "cash", (pot,), customer="person:2")
    basket = replace(basket, scans=(ScanLine(2, "COUPON", coupon=50),), till_day=NOON.date(), whole=True)
    changed = replace(basket, goods=(replace(pot, quantity=2, net=2100),))
    count = CashUpReported("S1", NOON.date(), CURRENCY, (TenderCount("card", 0), TenderCount("cash", 1845)), ("1",))
    later = SaleReported("2", "tills", "S1", CURRENCY, "cash", (SaleLine(1, "POT", 1, 1000),))
    later = replace(later, till_day=NOON.date() + timedelta(days=1))
    return [
        _unit("t1", day, 0, basket),
        _unit("t2", day, 0, changed),
        _unit("t3", day, 0, count),
        _unit("t4", next_day, 1, later),
    ]


def _purchase() -> list[Unit]:
    """Vases ordered, half of them here, all of them invoiced, and dearer than agreed."""
    ordered = PurchasePlaced("P1", "potter", "WH2", CURRENCY, NOON.date(), (PurchaseLine(1, "VASE", 4, 4000),), "GB")
    came = PurchaseReceiptReported("P1", "g1", CURRENCY, (PurchaseReceiptLine(1, "VASE", 2),))
    asked = SupplierInvoiceReported("P1", "i1", CURRENCY, (InvoicedLine(1, 4, 4400),), 880)
    reports = {"b1": ordered, "b2": came, "b3": asked}
    return [_unit(key, "purchase/P1", 4, data) for key, data in reports.items()]


def batches() -> Sequence[list[Unit]]:
    """The units of the book, by the batch they are folded in."""
    supplied = ReceiptReported(
        "r1", "WH1", CURRENCY, "supplier", (ReceiptLine(1, "LAMP", 10, 4000), ReceiptLine(2, "MUG", 8, 999))
    )
    opening = ReceiptReported("r2", "WH2", CURRENCY, "opening", (ReceiptLine(1, "VASE", 3, 3001),))
    shelf = ReceiptReported("r3", "S1", CURRENCY, "opening", (ReceiptLine(1, "POT", 3, 1500),))
    receipts = [_unit(r.receipt, f"stock/{r.receipt}", 0, r) for r in (supplied, opening, shelf)]
    orders, feed = _orders(), _feed()
    return receipts, orders[:4], [*orders[4:9], feed[0]], [*feed[1:], *orders[9:], *_till(), *_purchase()]


async def lively_book(url: str, book: str) -> LivelyBook:
    """Create the book and fold everything; two gates take turns."""
    info = await create_book(url, book, CURRENCY, TABLE)
    connection, naming = await connect(url, info.schema), await connect(url, info.schema)
    names = await Names(naming).load()
    gates = [Gate(PgGateStore(connection, names, info.currency, number), TABLE, GateMetrics()) for number in (0, 3)]
    events: dict[str, int] = {}
    for number, units in enumerate(batches()):
        answers = await gates[number == 2].flush(units)
        assert all(a.status is Status.ACCEPTED for one in answers for a in one), answers
        events |= {u.messages[0].id: one[0].event for u, one in zip(units, answers, strict=True)}
    await naming.close()
    await connection.close()
    return LivelyBook(url, info, connection, events)


@pytest.fixture(scope="session")
def lively_book_kept(cluster_url: str) -> LivelyBook:
    """A small book in which something of everything has happened; nobody may change it for good."""
    return asyncio.run(lively_book(cluster_url, f"lively_{token_hex(6)}"))


@pytest.fixture
async def lively(lively_book_kept: LivelyBook) -> AsyncIterator[LivelyBook]:
    """The lively book on a connection of the test's own, inside a transaction that is rolled back."""
    connection = await connect(lively_book_kept.url, lively_book_kept.info.schema)
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    yield replace(lively_book_kept, connection=connection)
    await transaction.rollback()
    await connection.close()
