"""The stock that is declared because the data never says what came in."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tallystick.connectors.online_retail.opening import movements
from tallystick.messages.stock import DeclaredCost, ReceiptLine, ReceiptReported
from tallystick.ports.connector import Delivery, Stocked
from tests.connectors.online_retail.paper import FEED, Row, in_memory, line, told, write_csv

DAY = [
    line("1", "LAMP", "3", "2.55", invoicedate="2011-06-01 09:00:00"),
    line("1", "POST", "1", "18", invoicedate="2011-06-01 09:00:00"),
    line("2", "LAMP", "2", "2.75", invoicedate="2011-06-01 09:05:00"),
    line("C3", "LAMP", "-4", "2.55", invoicedate="2011-06-01 09:06:00"),
    line("4", "LAMP", "1", "0", invoicedate="2011-06-01 09:07:00"),
    line("5", "CUP", "-7", "0", invoicedate="2011-06-01 09:08:00", customerid=""),
    line("6", "PEN", "7", "0", invoicedate="2011-06-01 09:09:00", customerid=""),
]


def declared(deliveries: list[Delivery], on_hand: Mapping[tuple[str, str], int]) -> ReceiptReported:
    """The receipt that an opening stands for."""
    opening = FEED.opening(deliveries, Stocked(on_hand))
    (delivery,) = opening.deliveries
    (report,) = FEED.parse(delivery).reports
    assert isinstance(report.data, ReceiptReported)
    assert opening.units == sum(x.quantity for x in report.data.lines)
    return report.data


def test_the_opening_is_the_deepest_shortage(tmp_path: Path) -> None:
    """Sold 3 and 2, taken back 4, given away 1: five had to be there, at half the median price; postage never is."""
    deliveries = list(FEED.deliveries(write_csv(tmp_path / "f.csv", DAY)))
    receipt = declared(deliveries, {})
    assert receipt.origin == "opening"
    assert receipt.lines == (ReceiptLine(1, "CUP", 7, 7_000), ReceiptLine(2, "LAMP", 5, 5 * 1_275))
    assert receipt.declared_costs == (
        DeclaredCost("CUP", 1_000),
        DeclaredCost("LAMP", 1_275),
        DeclaredCost("PEN", 1_000),
    )


def test_the_opening_stands_at_the_first_midnight(tmp_path: Path) -> None:
    """It is booked on the first day of the file, before anything of that day; in June London is ahead of UTC."""
    (delivery,) = FEED.opening(FEED.deliveries(write_csv(tmp_path / "f.csv", DAY)), Stocked()).deliveries
    (report,) = FEED.parse(delivery).reports
    assert (report.time, report.on) == (datetime(2011, 5, 31, 23, tzinfo=UTC), date(2011, 6, 1))
    assert report.id == report.data.receipt == delivery.id  # type: ignore[attr-defined]


def test_what_is_on_hand_is_not_declared_again(tmp_path: Path) -> None:
    """A later file is topped up only by what the book lacks; an opening of nothing still declares the costs."""
    deliveries = list(FEED.deliveries(write_csv(tmp_path / "f.csv", DAY)))
    assert declared(deliveries, {("LAMP", "MAIN"): 3, ("CUP", "MAIN"): 7, ("LAMP", "ELSEWHERE"): 2}).lines == (
        ReceiptLine(1, "LAMP", 2, 2 * 1_275),
    )
    covered = declared(deliveries, {("LAMP", "MAIN"): 5, ("CUP", "MAIN"): 9})
    assert not covered.lines
    assert len(covered.declared_costs) == 3


def test_each_opening_is_a_subject_of_its_own(tmp_path: Path) -> None:
    """A book posts line 1 of a subject once, so a second opening must not stand under the first one's subject."""
    one, two, *_ = FEED.deliveries(write_csv(tmp_path / "f.csv", DAY))
    (first,), (second,) = FEED.opening([one], Stocked()).deliveries, FEED.opening([two], Stocked()).deliveries
    assert first.id != second.id
    assert first.subject != second.subject
    assert (first,) == FEED.opening([one], Stocked()).deliveries


def test_nothing_unseen_needs_no_opening() -> None:
    """A file loaded twice declares nothing the second time."""
    assert FEED.opening([], Stocked({("LAMP", "MAIN"): 1})) == FEED.opening(iter(()), Stocked())
    assert FEED.opening([], Stocked()).deliveries == ()


@given(st.permutations(DAY))
def test_a_shuffled_day_needs_the_same_opening(shuffled: list[Row]) -> None:
    """Within a day the clock decides, not the order in which an export happens to list the invoices."""
    assert declared(in_memory(shuffled), {}).lines == declared(in_memory(DAY), {}).lines


steps = st.lists(st.tuples(st.sampled_from(["LAMP", "CUP"]), st.integers(-9, 9).filter(bool)), min_size=1, max_size=20)


@given(steps, st.dictionaries(st.sampled_from(["LAMP", "CUP"]), st.integers(0, 9)))
def test_the_opening_is_enough_and_not_a_unit_more(moves: list[tuple[str, int]], on_hand: dict[str, int]) -> None:
    """With the opening no product ever falls below zero, and one that needed any stands at zero at its deepest."""
    rows = [
        line(f"{n:02}" if units > 0 else f"C{n:02}", code, str(units), invoicedate=f"2011-06-01 09:{n:02}:00")
        for n, (code, units) in enumerate(moves)
    ]
    deliveries = in_memory(rows)
    opened = {x.sku: x.quantity for x in declared(deliveries, {(sku, "MAIN"): n for sku, n in on_hand.items()}).lines}
    stock = Counter(on_hand) + Counter(opened)
    lowest = dict(stock)
    for report in told(deliveries)[0]:
        for sku, change in movements(report):
            stock[sku] += change
            lowest[sku] = min(lowest.get(sku, 0), stock[sku])
    assert min(lowest.values(), default=0) >= 0
    assert all(lowest[sku] == 0 for sku in opened)
