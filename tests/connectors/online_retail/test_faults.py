"""What is wrong with a line costs that line and no other, and a person is told how to mend it."""

from pathlib import Path

import pytest

from tallystick.ports.connector import NotMendable
from tests.connectors.online_retail.paper import FEED, HEADER, line, only_fault, redelivered, told, write_csv


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({"invoicedate": "13/1/2010 8:26"}, "InvoiceDate", "not a date"),
        ({"invoicedate": "2010-12-01"}, "InvoiceDate", "not a date"),
        ({"invoicedate": "2010-02-30 08:26:00"}, "InvoiceDate", "not a date"),
        ({"invoicedate": "9999-12-31 23:59:59-14:00"}, "InvoiceDate", "not a date"),
        ({"invoicedate": ""}, "InvoiceDate", "empty"),
        ({"unitprice": "-1"}, "UnitPrice", "only understood on A… invoices"),
        ({"unitprice": "2.5555"}, "UnitPrice", "more than 3 decimals"),
        ({"unitprice": "2,55"}, "UnitPrice", "not a decimal number"),
        ({"unitprice": "nan"}, "UnitPrice", "not a decimal number"),
        ({"unitprice": "9" * 5000}, "UnitPrice", "too long"),
        ({"unitprice": "9" * 20}, "UnitPrice", "beyond any price"),
        ({"unitprice": ""}, "UnitPrice", "empty"),
        ({"quantity": "0"}, "Quantity", "no units"),
        ({"quantity": "1.5"}, "Quantity", "not a whole number"),
        ({"quantity": "9999999999"}, "Quantity", "more than 9 digits"),
        ({"quantity": ""}, "Quantity", "empty"),
        ({"quantity": "-2"}, "Quantity", "only understood on C… invoices"),
        ({"quantity": "999999999", "unitprice": "999999999"}, "Quantity and UnitPrice", "more than any sale"),
        ({"code": ""}, "StockCode", "empty"),
        ({"code": "LA{MP"}, "StockCode", "not a product code"),
        ({"code": "LA\0MP"}, "StockCode", "cannot be printed"),
        ({"customerid": "somebody"}, "CustomerID", "not a customer's number"),
        ({"customerid": "1"}, "CustomerID", "another customer"),
        ({"invoice": "C1", "quantity": "2"}, "Quantity", "below zero"),
        ({"invoice": "C1", "quantity": "-2", "unitprice": "0"}, "UnitPrice", "above zero"),
        ({"invoice": "C1", "quantity": "-2", "unitprice": "-1"}, "UnitPrice", "only understood on A… invoices"),
        ({"invoice": "A1", "quantity": "0"}, "Quantity", "no units"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, cells: dict[str, str], field: str, reason: str) -> None:
    """A fault names the line, the field, what is wrong with it and a remedy; the line before it is reported."""
    invoice = cells.get("invoice", "1")
    good = line(invoice, quantity="-1" if invoice[0] == "C" else "1")
    reports, (fault,) = told(FEED.deliveries(write_csv(tmp_path / "f.csv", [good, line(**cells)])))
    assert fault.id == f"{invoice}#2-2"
    assert fault.where == f"line 2 of invoice {invoice}, field {field}"
    assert reason in fault.reason
    assert fault.remedy
    assert len(reports) == 1


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """A line wrong in several fields lists all of them, so that it is mended once."""
    fault = only_fault(write_csv(tmp_path / "f.csv", [line(unitprice="-1", invoicedate="soon", customerid="x")]))
    assert fault.where == "line 1 of invoice 1, fields InvoiceDate, CustomerID, UnitPrice"
    assert [part in fault.reason for part in ("'soon'", "'x'", "A… invoices")] == [True] * 3


@pytest.mark.parametrize(
    ("currency", "reason"),
    [
        ("EUR", "this feed's book is in GBP, and the line is in EUR"),
        ("QQQ", "unknown currency 'QQQ'"),
        ("GBp", "unknown currency 'GBp'"),
        ("", "the currency is empty"),
    ],
)
def test_another_currency_is_not_booked(tmp_path: Path, currency: str, reason: str) -> None:
    """Where the file names a currency it is the book's on each line; pence are not pounds."""
    rows = [(*line("1"), "GBP"), (*line("2"), currency)]
    reports, (fault,) = told(FEED.deliveries(write_csv(tmp_path / "f.csv", rows, (*HEADER, "Currency"))))
    assert [report.data.sale for report in reports] == ["1"]
    assert (fault.where, fault.reason) == ("line 1 of invoice 2, field Currency", reason)


def test_a_mended_line_keeps_its_number(tmp_path: Path) -> None:
    """Mending the price of line 2 gives the one line that was missing, as line 2 of its invoice."""
    fault = only_fault(write_csv(tmp_path / "f.csv", [line(), line(code="CUP", unitprice="2.5x"), line()]))
    delivery = redelivered(fault, FEED.mended(fault.body, {"UnitPrice": "2.55"}))
    assert delivery.subject == "sale/online-retail/1"
    ((report,), faults) = told([delivery])
    assert not faults
    assert (report.id, report.subject) == ("1#2-2", "sale/online-retail/1")
    assert [(x.line, x.sku, x.net) for x in report.data.goods] == [(2, "CUP", 5_100)]


def test_a_line_mended_badly_is_the_same_fault_again(tmp_path: Path) -> None:
    """A fault handed in again as it was, or with another mistake, comes back under the same id."""
    fault = only_fault(write_csv(tmp_path / "f.csv", [line(), line(unitprice="x")]))
    again = told([redelivered(fault, FEED.mended(fault.body, {}))])[1][0]
    assert again == fault
    other = told([redelivered(fault, FEED.mended(fault.body, {"UnitPrice": "1", "Quantity": "many"}))])[1][0]
    assert (other.id, other.where) == ("1#2-2", "line 2 of invoice 1, field Quantity")


def test_a_line_moved_to_another_invoice_takes_nobodys_number(tmp_path: Path) -> None:
    """A line mended onto another invoice has a number no line of that invoice has, and goes by that invoice's rules."""
    fault = only_fault(write_csv(tmp_path / "f.csv", [line(quantity="-2")]))
    (report,), _ = told([redelivered(fault, FEED.mended(fault.body, {"InvoiceNo": "C9"}))])
    assert report.subject == "credit/online-retail/C9"
    assert report.data.credit == "C9"
    assert report.data.goods[0].line > 1_000_000_000


def test_a_wrong_name_in_mending_is_refused(tmp_path: Path) -> None:
    """Who misspells a column when mending is told the right names."""
    fault = only_fault(write_csv(tmp_path / "f.csv", [line(unitprice="x")]))
    with pytest.raises(NotMendable, match="no column Price: the row has InvoiceNo, StockCode"):
        FEED.mended(fault.body, {"Price": "2.55"})


def test_a_header_or_a_whole_invoice_is_not_mended_by_cells(tmp_path: Path) -> None:
    """Replacing a cell means one row."""
    for delivery in FEED.deliveries(write_csv(tmp_path / "f.csv", [(*line(), "red")] * 2, (*HEADER, "Colour"))):
        with pytest.raises(NotMendable, match="single row"):
            FEED.mended(delivery.body, {})


def test_rows_of_no_invoice_are_kept_apart(tmp_path: Path) -> None:
    """Two equal rows without an invoice number are two faults; each can be mended and gets a number of its own."""
    lost = line(invoice=" ")
    deliveries = list(FEED.deliveries(write_csv(tmp_path / "f.csv", [lost, line(), lost])))
    assert len({delivery.id for delivery in deliveries}) == 3
    reports, faults = told(deliveries)
    assert len(reports) == 1
    assert [fault.where for fault in faults] == ["a row of no invoice, field InvoiceNo"] * 2
    mended = [redelivered(fault, FEED.mended(fault.body, {"InvoiceNo": "1"})) for fault in faults]
    found, none = told(mended)
    assert not none
    assert {report.subject for report in found} == {"sale/online-retail/1"}
    assert len({report.data.goods[0].line for report in found} | {1}) == 3
    assert deliveries == list(FEED.deliveries(tmp_path / "f.csv"))


@pytest.mark.parametrize("number", ["a/b", "x" * 33, "1\0", "#"])
def test_what_cannot_be_an_invoice_number_is_kept_apart(tmp_path: Path, number: str) -> None:
    """A number that could not stand in a subject is treated as none."""
    assert (
        only_fault(write_csv(tmp_path / "f.csv", [line(invoice=number)])).where
        == "a row of no invoice, field InvoiceNo"
    )
