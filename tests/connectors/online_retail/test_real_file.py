"""The real orders of a retailer: everything in the control totals follows from the reports alone."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tallystick.connectors.online_retail.opening import movements
from tallystick.messages.sales import BadDebtReported, CreditReported, SaleReported
from tallystick.messages.stock import AdjustmentReported
from tallystick.model.amount import format_decimal
from tallystick.ports.connector import Delivery, Report, Stocked
from tests.connectors.online_retail.paper import FEED, told

MONEY = ("gross_sales", "cancellations", "bad_debt", "net", "merch_sales", "merch_canc")
Totals = dict[str, Any]


@pytest.fixture(scope="module")
def deliveries(online_retail_file: Path) -> list[Delivery]:
    """The whole file, cut."""
    return list(FEED.deliveries(online_retail_file))


@pytest.fixture(scope="module")
def online_retail_totals(online_retail_totals_file: Path) -> dict[str, Any]:
    """The control totals that belong to the file."""
    found: dict[str, Any] = json.loads(online_retail_totals_file.read_text())
    return found


def count_sale(sale: SaleReported, total: Counter[str]) -> None:
    """Add a sale to the totals."""
    others: tuple[Any, ...] = (*sale.services, *sale.charges, *sale.vouchers)
    priced = [x for x in (*sale.goods, *others) if x.net]
    total["sale_lines"] += len(priced)
    total["gross_sales"] += sum(x.net for x in priced)
    total["merch_sales"] += sum(x.net for x in sale.goods)
    everything: tuple[Any, ...] = (*sale.goods, *sale.giveaways, *others)
    total["lines"] += len(everything)
    total["net_qty"] += sum(x.quantity for x in everything)


def count_credit(credit: CreditReported, total: Counter[str]) -> None:
    """Add a credit to the totals, in which what is given back stands below zero."""
    lines: tuple[Any, ...] = (*credit.goods, *credit.services, *credit.charges, *credit.vouchers)
    total["lines"] += len(lines)
    total["canc_lines"] += len(lines)
    total["cancellations"] -= sum(x.net for x in lines)
    total["merch_canc"] -= sum(x.net for x in credit.goods)
    total["net_qty"] -= sum(x.quantity for x in lines)


def count_adjustment(adjustment: AdjustmentReported, total: Counter[str]) -> None:
    """Add a count to the totals: what went out and what came in."""
    for x in (*adjustment.lines, *adjustment.unstocked):
        way = "in" if x.quantity > 0 else "out"
        total[f"adj_{way}_qty"] += x.quantity
        total[f"adj_{way}_n"] += 1
        total["lines"] += 1
        total["net_qty"] += x.quantity


def count_bad_debt(debt: BadDebtReported, total: Counter[str]) -> None:
    """Add a bad debt to the totals: what is given up stands below zero."""
    total["lines"] += len(debt.lines)
    total["bad_debt"] -= sum(x.written_off for x in debt.lines)
    total["net_qty"] += sum(x.quantity for x in debt.lines)


COUNTING: dict[type, Any] = {
    SaleReported: count_sale,
    CreditReported: count_credit,
    AdjustmentReported: count_adjustment,
    BadDebtReported: count_bad_debt,
}


def totals_of(reports: Iterable[Report]) -> Totals:
    """The control totals of some reports."""
    total: Counter[str] = Counter(dict.fromkeys((*MONEY, "adj_in_qty", "adj_out_qty"), 0))
    invoices: defaultdict[str, set[str]] = defaultdict(set)
    for report in reports:
        sold = total["sale_lines"]  # an invoice of gifts only is not counted among the sales
        COUNTING[type(report.data)](report.data, total)
        invoice = report.subject.rpartition("/")[2]
        invoices["invoices"].add(invoice)
        if isinstance(report.data, CreditReported):
            invoices["canc_invoices"].add(invoice)
        elif isinstance(report.data, SaleReported) and total["sale_lines"] > sold:
            invoices["sale_invoices"].add(invoice)
    total["net"] = total["gross_sales"] + total["cancellations"] + total["bad_debt"]
    numbers: Totals = dict(total) | {name: len(found) for name, found in invoices.items()}
    return numbers | {name: format_decimal(total[name], 3) for name in MONEY}


def test_the_control_totals(deliveries: list[Delivery], online_retail_totals: dict[str, Any]) -> None:
    """Lines, invoices, sales, cancellations, bad debt and counts, of each month and in all, to the last tenth of a penny."""
    reports, faults = told(deliveries)
    assert not faults
    assert totals_of(reports) == online_retail_totals["total"]
    months: defaultdict[str, list[Report]] = defaultdict(list)
    for report in reports:
        months[f"{report.on:%Y-%m}"].append(report)
    assert [{"ym": ym, **totals_of(found)} for ym, found in months.items()] == online_retail_totals["months"]


def test_the_opening_by_the_clock_is_the_opening_by_the_file(deliveries: list[Delivery]) -> None:
    """Ordering each day by the clock changes the need of no product, and every product that moved has a cost."""
    opening = FEED.opening(deliveries, Stocked())
    (declared,) = opening.deliveries
    (receipt,) = [report.data for report in FEED.parse(declared).reports]
    moves: defaultdict[str, list[int]] = defaultdict(list)
    for report in told(deliveries)[0]:
        for sku, change in movements(report):
            moves[sku].append(change)
    needs = {sku: -min(accumulate(changes, initial=0)) for sku, changes in moves.items()}
    assert {x.sku: x.quantity for x in receipt.lines} == {sku: need for sku, need in needs.items() if need}  # type: ignore[attr-defined]
    assert {x.sku for x in receipt.declared_costs} == set(moves)  # type: ignore[attr-defined]


def test_the_real_file_as_csv_is_the_same(deliveries: list[Delivery], tmp_path: Path, online_retail_file: Path) -> None:
    """Written as CSV and read again, no invoice has another id, person or content."""
    file = tmp_path / "f.csv"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM '{online_retail_file}') TO '{file}' (FORMAT csv, HEADER)")
    again = FEED.deliveries(file)
    assert [(d.id, d.digest, d.person) for d in again] == [(d.id, d.digest, d.person) for d in deliveries]
