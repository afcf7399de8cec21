"""Made-up till slips, written as files: the words the tests of this feed speak in."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from tallystick.connectors.complete_journey.columns import COLUMNS
from tallystick.connectors.complete_journey.connector import CompleteJourney
from tallystick.ports.connector import Delivery, Fault, Report

Row = Sequence[str]
TYPES = {
    "household_id": "BIGINT",
    "store_id": "BIGINT",
    "basket_id": "BIGINT",
    "product_id": "BIGINT",
    "quantity": "BIGINT",
    "sales_value": "DOUBLE",
    "retail_disc": "DOUBLE",
    "coupon_disc": "DOUBLE",
    "coupon_match_disc": "DOUBLE",
    "transaction_timestamp": "TIMESTAMP",
}
NOON = "2017-03-01 17:00:00"


def reference(source: str, person: str) -> str:
    """A reference of the right form that shows what it was made of."""
    assert source == "complete-journey"
    return f"person:{int(person):016x}"


FEED = CompleteJourney(reference)


def slip(basket: str = "100", product: str = "7", *numbers: str, **cells: str) -> Row:
    """A line of a basket: quantity, sales value, card discount, coupon, match; any cell by its column's name."""
    quantity, sales, loyalty, coupon, match = (*numbers, *("1", "2.50", "0", "0", "0")[len(numbers) :])
    named = dict(
        zip(
            COLUMNS,
            ("900", "330", basket, product, quantity, sales, loyalty, coupon, match, NOON),
            strict=True,
        )
    )
    return tuple((named | cells).values())


def write_csv(file: Path, rows: Iterable[Row], header: Sequence[str] = COLUMNS) -> Path:
    """Write a CSV file."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return file


def write_parquet(file: Path, source: Path) -> Path:
    """Write the rows of a CSV file as Parquet, typed like the data set."""
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in TYPES.items())
    with duckdb.connect() as connection:
        table = f"read_csv('{source}', all_varchar = true, header = true)"
        connection.execute(f"COPY (SELECT {columns}, 9 AS week FROM {table}) TO '{file}' (FORMAT parquet)")
    return file


def journals(tmp_path: Path, *rows: Row) -> list[Delivery]:
    """Cut rows into deliveries, by way of a CSV file."""
    return list(FEED.deliveries(write_csv(tmp_path / "slips.csv", rows)))


def told(deliveries: Iterable[Delivery]) -> tuple[list[Report], list[Fault]]:
    """Everything that deliveries say, and everything wrong in them."""
    translations = [FEED.parse(delivery) for delivery in deliveries]
    return [r for t in translations for r in t.reports], [f for t in translations for f in t.faults]


def data_of(reports: Iterable[Report], kind: type[Any]) -> list[Any]:
    """The reports' contents of one kind."""
    return [report.data for report in reports if isinstance(report.data, kind)]
