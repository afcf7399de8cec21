"""Files as they come: half-written, with strange headers, in two formats."""

from pathlib import Path

import pytest

from tallystick.messages.sales import SaleReported
from tallystick.ports.connector import Delivery, Rejected
from tests.connectors.online_retail.paper import (
    FEED,
    HEADER,
    NINE,
    TYPED,
    UK,
    line,
    only_fault,
    redelivered,
    reports,
    told,
    write_csv,
    write_parquet,
)

ROWS = [
    line("536365", "85123a", "6", "2.55", description='WHITE, "HANGING"\nHEART £'),
    line("536365", "71053", "6", "3.39"),
    line("536366", "22633", "-1", "0.001", customerid="", description=""),
    line("536366", "22633", "-1", "0", customerid="", description=""),
    line("C536379", "D", "-1", "27.5"),
    line("A563185", "B", "1", "-11062.06", customerid=""),
    line("536365", "71053", "6", "3.39"),
]


def names(deliveries: list[Delivery]) -> list[tuple[str, str, bytes, str | None]]:
    """What a delivery is known by."""
    return [(d.id, d.subject, d.digest, d.person) for d in deliveries]


def test_one_delivery_for_each_invoice_in_the_order_of_the_file(tmp_path: Path) -> None:
    """An invoice that comes back at the end of the file is still one delivery, and its lines number on."""
    deliveries = list(FEED.deliveries(write_csv(tmp_path / "f.csv", ROWS)))
    assert [d.id for d in deliveries] == ["536365#1-3", "536366#1-2", "C536379#1-1", "A563185#1-1"]
    assert [d.person for d in deliveries] == ["17850", None, "17850", None]


@pytest.mark.parametrize(
    "columns",
    [
        TYPED,
        TYPED + ", row_number() OVER () AS LineSeq",
        TYPED + ", 'GBP' AS Currency",
        TYPED.replace("CustomerID::INTEGER", "CustomerID::DOUBLE").replace("Quantity::INTEGER", "Quantity::DOUBLE"),
        TYPED.replace("DECIMAL(12,3)", "DOUBLE"),
        TYPED.replace("DECIMAL(12,3)", "FLOAT"),
        TYPED.replace("InvoiceDate::TIMESTAMP", "(InvoiceDate || '+00')::TIMESTAMPTZ"),
        "Country, CustomerID, UnitPrice, InvoiceDate, Quantity, Description, StockCode, InvoiceNo",
    ],
)
def test_an_export_made_again_says_the_same(tmp_path: Path, columns: str) -> None:
    """CSV or Parquet, typed this way or that, with or without a running number: the same ids, digests and reports."""
    csv_file = write_csv(tmp_path / "f.csv", ROWS)
    parquet = write_parquet(tmp_path / "f.parquet", csv_file, columns)
    from_csv, from_parquet = list(FEED.deliveries(csv_file)), list(FEED.deliveries(parquet))
    assert names(from_parquet) == names(from_csv)
    assert told(from_parquet)[0] == told(from_csv)[0]


def test_another_price_is_another_content(tmp_path: Path) -> None:
    """The same invoice with a changed price keeps its id and shows by its digest."""
    (one,) = FEED.deliveries(write_csv(tmp_path / "1.csv", [line(unitprice="2.55")]))
    (two,) = FEED.deliveries(write_csv(tmp_path / "2.csv", [line(unitprice="2.56")]))
    (same,) = FEED.deliveries(write_csv(tmp_path / "3.csv", [line(unitprice="2.550")]))
    assert one.id == two.id == same.id
    assert one.digest == same.digest != two.digest


def test_a_floating_price_that_is_no_decimal_is_a_fault(tmp_path: Path) -> None:
    """A Parquet column of floating numbers is taken only where it means a price of three decimals; nothing is rounded."""
    csv_file = write_csv(tmp_path / "f.csv", [line(unitprice="2.55"), line(unitprice="2.5555"), line(unitprice="NaN")])
    parquet = write_parquet(tmp_path / "f.parquet", csv_file, TYPED.replace("DECIMAL(12,3)", "DOUBLE"))
    (report,), faults = told(FEED.deliveries(parquet))
    assert report.data.goods[0].net == 5_100
    assert [fault.where for fault in faults] == [f"line {n} of invoice 1, field UnitPrice" for n in (2, 3)]


def test_an_unknown_column_is_told_and_its_values_are_kept(tmp_path: Path) -> None:
    """The lines load, the header is told about once, and the strange values stay with the raw rows."""
    file = write_csv(tmp_path / "f.csv", [(*line(), "gold")], (*HEADER, "Colour"))
    header, sale = FEED.deliveries(file)
    (fault,) = FEED.parse(header).faults
    assert (header.subject, fault.reason) == ("file/online-retail", "unknown column 'Colour'")
    assert "rename it to one of InvoiceNo" in fault.remedy
    assert fault.id == header.id
    assert header.id.startswith("header#")
    assert b"gold" in sale.body
    (plain,) = FEED.deliveries(write_csv(tmp_path / "g.csv", [line()]))
    assert (sale.id, sale.digest) == (plain.id, plain.digest)


@pytest.mark.parametrize("name", HEADER)
def test_a_missing_column_stops_the_file(tmp_path: Path, name: str) -> None:
    """Without one of its columns a file says nothing we could book; the missing one is named."""
    header = tuple(f"{name}s" if one == name else one for one in HEADER)
    with pytest.raises(Rejected, match=f"f.csv has no column {name}:"):
        FEED.deliveries(write_csv(tmp_path / "f.csv", [line()], header))


def test_a_column_twice_stops_the_file(tmp_path: Path) -> None:
    """Of two prices nobody could say which one is meant."""
    with pytest.raises(Rejected, match="UnitPrice more than once"):
        FEED.deliveries(write_csv(tmp_path / "f.csv", [(*line(), "3")], (*HEADER, "UnitPrice")))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n\n", "no column"),
        (b"PAR1 and then nothing", "cannot be read as Parquet"),
        (b"PK\x03\x04 a workbook", "Excel workbook"),
        (b"\xff\xfeI\0n\0v\0", "UTF-16"),
        (b"InvoiceNo;StockCode\n1;2\n", "separate the cells by commas"),
    ],
)
def test_what_is_no_file_of_this_feed_is_rejected(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file that cannot be read as a whole says why and what to do."""
    (tmp_path / "f.csv").write_bytes(content)
    with pytest.raises(Rejected, match=reason):
        list(FEED.deliveries(tmp_path / "f.csv"))


def test_a_missing_file_is_rejected(tmp_path: Path) -> None:
    """So is one that is not there."""
    with pytest.raises(Rejected, match="cannot be opened"):
        FEED.deliveries(tmp_path / "none.parquet")


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_half_written_parquet_file_is_rejected(tmp_path: Path, kept: float) -> None:
    """Half a Parquet file has no end and so no meaning: not one delivery comes out of it."""
    whole = write_parquet(tmp_path / "f.parquet", write_csv(tmp_path / "f.csv", ROWS * 50), TYPED).read_bytes()
    (tmp_path / "half.parquet").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(Rejected, match=r"half.parquet cannot be read as Parquet"):
        list(FEED.deliveries(tmp_path / "half.parquet"))


def test_a_half_written_last_line_waits_for_its_rest(tmp_path: Path) -> None:
    """The line that was being written becomes a fault of its invoice, and is mended by saying what is missing."""
    file = write_csv(tmp_path / "f.csv", [line(), line(code="CUP")])
    file.write_bytes(file.read_bytes()[: -len(f"2.55,17850,{UK}\r\n") + 3])
    (sale,), (fault,) = told(FEED.deliveries(file))
    assert [x.sku for x in sale.data.goods] == ["LAMP"]
    assert "cut short: 6 cells where the header names 8" in fault.reason
    (rest,), none = told([redelivered(fault, FEED.mended(fault.body, {"UnitPrice": "2.55", "CustomerID": "17850"}))])
    assert not none
    assert [(x.line, x.sku, x.net) for x in rest.data.goods] == [(2, "CUP", 5_100)]


def test_an_invoice_number_cut_in_half_is_no_invoice(tmp_path: Path) -> None:
    """`5363` at the end of a half-written file may have been 536365: it is not believed."""
    file = write_csv(tmp_path / "f.csv", [line("536365")])
    file.write_bytes(file.read_bytes() + b"5363")
    fault = only_fault(file)
    assert fault.where == "a row of no invoice, fields InvoiceNo, all of it"


@pytest.mark.parametrize(
    "broken", ['1,LAMP,"A RED,2,x', "1,LAMP,A, RED,2,2011-03-01 09:00:00,2.55,17850,UK", "x" * 200_000]
)
def test_a_broken_line_costs_no_other_line(tmp_path: Path, broken: str) -> None:
    """A forgotten quote, a comma too many, an endless cell: the lines after it are read as if nothing had happened."""
    file = write_csv(tmp_path / "f.csv", [line()])
    good = f"2,LAMP,A THING,2,{NINE},2.55,17850,{UK}\r\n"
    file.write_bytes(file.read_bytes() + f"{broken}\r\n{good}3{good[1:]}".encode())
    sales, (fault,) = told(FEED.deliveries(file))
    assert [report.data.sale for report in sales] == ["1", "2", "3"]
    assert "cells where the header names 8" in fault.reason


def test_a_lone_inch_mark_is_no_quote(tmp_path: Path) -> None:
    """Exports that do not know about quotes write 12" as it is."""
    file = write_csv(tmp_path / "f.csv", [line()])
    good = f'2,RULER,RULER 12" LONG,2,{NINE},2.55,17850,{UK}\r\n'
    file.write_bytes(file.read_bytes() + (good + good).encode())
    assert [len(report.data.goods) for report in reports(file)] == [1, 2]


def test_old_windows_text_is_read(tmp_path: Path) -> None:
    """The original is not in UTF-8; a pound sign is a pound sign all the same, with or without a byte order mark."""
    modern = write_csv(tmp_path / "f.csv", [line(description="£5 LAMP", unitprice="0", customerid="")])
    old = tmp_path / "old.csv"
    old.write_bytes(modern.read_text(encoding="utf-8").encode("cp1252"))
    marked = tmp_path / "marked.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + modern.read_bytes())
    assert reports(old) == reports(marked) == reports(modern)
    assert reports(old)[0].data.lines[0].reason == "£5 LAMP"


def test_a_strange_file_name_means_that_file_only(tmp_path: Path) -> None:
    """A star, a bracket or a quote in a file's name stands for itself."""
    csv_file = write_csv(tmp_path / "f.csv", [line()])
    plain = write_parquet(tmp_path / "a.parquet", csv_file, TYPED)
    strange = plain.rename(tmp_path / "year=2011 [a]*'s.parquet")
    write_parquet(tmp_path / "year=2011 aXs.parquet", csv_file, TYPED)
    (report,) = reports(strange)
    assert isinstance(report.data, SaleReported)
