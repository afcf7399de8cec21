"""Made-up invoices, written as files: the words the tests of this feed speak in."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from tallystick.connectors.online_retail.client import Table
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.connectors.online_retail.deliveries import cut
from tallystick.ports.connector import Delivery, Fault

HEADER = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
UK = "United Kingdom"
NINE = "2011-03-01 09:00:00"
Row = Sequence[str]


def pseudonym(source: str, person: str) -> str:
    """A reference that shows what it was made of."""
    return f"{source}~{person}"


FEED = OnlineRetail(pseudonym)


def line(invoice: str = "1", code: str = "LAMP", *numbers: str, **cells: str) -> Row:
    """A line of an invoice: quantity and price are the *numbers*; any cell can be said by its column's small name."""
    quantity, price = (*numbers, *("2", "2.55")[len(numbers) :])
    named = {
        "invoiceno": invoice,
        "stockcode": code,
        "description": "A THING",
        "quantity": quantity,
        "invoicedate": NINE,
        "unitprice": price,
        "customerid": "17850",
        "country": UK,
    }
    return tuple((named | cells).values())


def write_csv(file: Path, rows: Iterable[Row], header: Row = HEADER) -> Path:
    """Write a CSV file."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return file


def write_parquet(file: Path, source: Path, columns: str) -> Path:
    """Write the rows of a CSV file as Parquet; *columns* says in SQL how each is typed."""
    with duckdb.connect() as connection:
        table = f"read_csv('{source}', all_varchar = true, header = true)"
        connection.execute(f"COPY (SELECT {columns} FROM {table}) TO '{file}' (FORMAT parquet)")
    return file


TYPED = (
    "InvoiceNo, StockCode, Description, Quantity::INTEGER AS Quantity, InvoiceDate::TIMESTAMP AS InvoiceDate, "
    "UnitPrice::DECIMAL(12,3) AS UnitPrice, CustomerID::INTEGER AS CustomerID, Country"
)


def in_memory(rows: Iterable[Row], header: Row = HEADER) -> list[Delivery]:
    """The deliveries of a file with these rows, without the file."""
    return list(cut(Table(tuple(header), iter(rows)), "online-retail"))


def told(deliveries: Iterable[Delivery], feed: OnlineRetail = FEED) -> tuple[list[Any], list[Fault]]:
    """All reports and faults of deliveries, in order; the reports untyped, since a test knows what it reads."""
    translations = [feed.parse(delivery) for delivery in deliveries]
    return [r for t in translations for r in t.reports], [f for t in translations for f in t.faults]


def reports(file: Path) -> list[Any]:
    """The reports of a file in which nothing is wrong."""
    found, faults = told(FEED.deliveries(file))
    assert not faults, faults
    return found


def datas(file: Path) -> list[Any]:
    """What the reports of a faultless file say."""
    return [report.data for report in reports(file)]


def only_fault(file: Path) -> Fault:
    """The one thing that is wrong with a file."""
    (fault,) = told(FEED.deliveries(file))[1]
    return fault


def redelivered(fault: Fault, body: bytes, source: str = "online-retail") -> Delivery:
    """A mended fault, handed in again."""
    return Delivery(source=source, id=fault.id, subject=fault.subject, body=body, digest=b"mended")
