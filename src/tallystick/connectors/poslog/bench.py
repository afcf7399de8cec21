"""How this connector is tried: `tally connector check poslog`, and in the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.connectors.poslog.connector import Poslog
from tallystick.connectors.poslog.manifest import MANIFEST
from tallystick.connectors.poslog.reading import NAMESPACE
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.kit.contract.bench import Bench, Golden
from tallystick.kit.contract.feeds import Growing
from tallystick.messages.sales import CreditReported, SaleLine, SaleReported
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.ports.connector import Connection, Delivery, Report

MONEY, SHOP, TILLS = "EUR/2", "shop-7", "tills"
SETTINGS: Final = {"currency": MONEY, "zone": "Europe/Vienna", "jurisdiction": "AT"}
DAY: Final = date(2026, 3, 28)
AT: Final = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
"""There it is half an hour past midnight, in the night in which the clocks go forward; the till's day is the one before."""
HEAD: Final = (
    "<RetailStoreID>7</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>{}</SequenceNumber>"
    "<BusinessDayDate>2026-03-28</BusinessDayDate><EndDateTime>2026-03-29T00:30:00</EndDateTime>"
    "<CurrencyCode>EUR</CurrencyCode>"
)
SOLD: Final = (
    "<RetailTransaction>"
    "<LineItem><SequenceNumber>1</SequenceNumber><Sale ItemType='Stock'><ItemID>LÄMP/1</ItemID>"
    "<ExtendedAmount>23.80</ExtendedAmount><Quantity>2</Quantity>"
    "<Tax IncludedInPriceFlag='true'><Amount>3.80</Amount></Tax></Sale></LineItem>"
    "<LineItem><SequenceNumber>2</SequenceNumber><Sale ItemType='Stock'><ItemID>MUG</ItemID>"
    "<ExtendedAmount>0.10</ExtendedAmount><Quantity>1</Quantity></Sale></LineItem>"
    "<LineItem VoidFlag='true'><SequenceNumber>3</SequenceNumber><Sale ItemType='Stock'><ItemID>MUG</ItemID>"
    "<ExtendedAmount>-0.10</ExtendedAmount><Quantity>1</Quantity></Sale></LineItem>"
    "<LineItem><SequenceNumber>4</SequenceNumber><Sale ItemType='Stock'><ItemID>TEA</ItemID>"
    "<ExtendedAmount>1.26</ExtendedAmount><Quantity UnitOfMeasureCode='KGM'>0.42</Quantity></Sale></LineItem>"
    "<LineItem><SequenceNumber>5</SequenceNumber><LoyaltyReward><Amount>0.26</Amount>"
    "<LineItemSequenceNumber>4</LineItemSequenceNumber></LoyaltyReward></LineItem>"
    "<LineItem><SequenceNumber>6</SequenceNumber><Tax><Amount>0.07</Amount></Tax></LineItem>"
    "<LineItem><SequenceNumber>7</SequenceNumber><Tender TenderType='Cash'><Amount>30.00</Amount></Tender></LineItem>"
    "<LineItem><SequenceNumber>8</SequenceNumber><Tender TenderType='Cash'><Amount>-5.13</Amount></Tender></LineItem>"
    "<Total TotalType='TransactionGrandAmount'>24.87</Total></RetailTransaction>"
)
BACK: Final = (
    "<RetailTransaction><LineItem><SequenceNumber>1</SequenceNumber><Return ItemType='Stock'><ItemID>LÄMP/1</ItemID>"
    "<ExtendedAmount>11.90</ExtendedAmount><Quantity>1</Quantity>"
    "<Tax IncludedInPriceFlag='true'><Amount>1.90</Amount></Tax></Return></LineItem>"
    "<LineItem><SequenceNumber>2</SequenceNumber><Tender TenderType='Cash'><Amount>-11.90</Amount></Tender></LineItem>"
    "<Total TotalType='TransactionGrandAmount'>-11.90</Total></RetailTransaction>"
)
COUNTED: Final = (
    "<TenderControlTransaction><TillSettle><TenderSummary><Ending TenderType='Cash'><Amount>12.90</Amount></Ending>"
    "<Ending TenderType='CreditDebit'><Amount>0.00</Amount></Ending></TenderSummary></TillSettle></TenderControlTransaction>"
)


def poslog(*transactions: str) -> bytes:
    """Return a POSLog of these transactions, numbered from 1."""
    said = "".join(f"<Transaction>{HEAD.format(n)}{t}</Transaction>" for n, t in enumerate(transactions, 1))
    return f'<POSLog xmlns="{NAMESPACE}">{said}</POSLog>'.encode()


def connection(folder: Path) -> Connection:
    """Return a connection to a folder."""
    return Connection(name=TILLS, url=folder.as_uri(), secret=lambda _: "", settings=SETTINGS)


def _delivery(body: bytes) -> Delivery:
    subject = f"till/{TILLS}/7/{DAY}"
    return Delivery(source=TILLS, id="golden", subject=subject, body=body, digest=sha256(body).digest())


def _report(name: str, subject: str, data: Struct) -> Report:
    identity = f"{name}#{digest_of(msgspec.json.encode(data))}"
    return Report(id=identity, subject=subject, data=data, time=AT, on=date(2026, 3, 29), zone="Europe/Vienna")


def _golden(said: str, report: Report, needed: tuple[tuple[str, str], ...]) -> Golden:
    body = poslog(said)
    lacking = {name: body.replace(gone.encode(), b"", 1) for name, gone in needed}
    extended = body.replace(b"<CurrencyCode>", b"<x:New xmlns:x='urn:maker' a='1'><x:Deep/></x:New><CurrencyCode>")
    return Golden(delivery=_delivery(body), reports=(report,), lacking=lacking, extended=extended)


def goldens() -> list[Golden]:
    """Return a basket with all that makes one awkward, goods brought back, and a till that was counted."""
    till, lines = f"till/{TILLS}/7/{DAY}", (SaleLine(1, "LÄMP/1", 2, 2000, 386), SaleLine(4, "TEA", 420, 100, 1, 26))
    sale = SaleReported(
        "7-2-2026-03-28-1", TILLS, SHOP, MONEY, "cash", lines, jurisdiction="AT", till_day=DAY, whole=True
    )
    credit_lines = (SaleLine(1, "LÄMP/1", 1, 1000, 190),)
    credit = CreditReported("7-2-2026-03-28-1/back", TILLS, SHOP, MONEY, "cash", credit_lines, jurisdiction="AT")
    counted = CashUpReported(
        SHOP, DAY, MONEY, (TenderCount("cash", 1290), TenderCount("creditdebit", 0)), supplement=True
    )
    moment = ("EndDateTime", "<EndDateTime>2026-03-29T00:30:00</EndDateTime>")
    return [
        _golden(
            SOLD,
            _report("7-2-2026-03-28-1", till, sale),
            (
                moment,
                ("RetailStoreID", "<RetailStoreID>7</RetailStoreID>"),
                ("ItemID", "<ItemID>TEA</ItemID>"),
                ("ExtendedAmount", "<ExtendedAmount>23.80</ExtendedAmount>"),
                ("Quantity", "<Quantity>2</Quantity>"),
            ),
        ),
        _golden(BACK, _report("7-2-2026-03-28-1/back", f"credit/{TILLS}/7-2-2026-03-28-1", credit), (moment,)),
        _golden(COUNTED, _report("settle/7-2-2026-03-28-1", till, counted), (("Amount", "<Amount>12.90</Amount>"),)),
    ]


@contextmanager
def bench() -> Iterator[Bench]:
    """Lay a file into a folder, and a bench on the door that reads it."""
    with TemporaryDirectory(prefix="tally-bench-") as place:
        folder = Path(place)
        (folder / "in").mkdir()
        (folder / "in" / "1.xml").write_bytes(
            poslog(SOLD, BACK, COUNTED).replace(b"<CurrencyCode>", b"<New/><CurrencyCode>")
        )
        more = poslog(SOLD).replace(b"<WorkstationID>2", b"<WorkstationID>3")
        yield Bench(
            manifest=MANIFEST,
            door=lambda _: Poslog(connection(folder)),
            partner=Growing(lambda: _write(folder / "in" / "2.xml", more)),
            goldens=goldens(),
            unknown=b"<New/>",
            limits=None,
        )


def _write(file: Path, body: bytes) -> None:
    file.write_bytes(body)
