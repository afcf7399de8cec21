"""How this feed is tried: `tally connector check online-retail`, and in the tests."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.online_retail.columns import CODE, DATE, PRICE, QUANTITY, REQUIRED
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.connectors.online_retail.manifest import MANIFEST
from tallystick.connectors.online_retail.raw import RawRows, decode, encode
from tallystick.kit.contract.bench import Bench, Golden
from tallystick.kit.contract.feeds import FeedDoor, Growing
from tallystick.messages.sales import BadDebtLine, BadDebtReported, CreditReported, SaleLine, SaleReported
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, DeclaredCost, ReceiptLine, ReceiptReported
from tallystick.ports.connector import Delivery, Report, Stocked

SOURCE, CUSTOMER, MONEY = "online-retail", "person:bench", "GBP/3"
SUMMER: Final = "2011-03-27 00:30:00"
"""Half an hour before London puts its clocks forward."""
ROWS: Final = (
    ("536365", "85123A", "LÄMP, “white”", "6", SUMMER, "2.555", "17850", "United Kingdom"),
    ("C536379", "22423", "STAND", "-1", SUMMER, "27.5", "14527", "United Kingdom"),
    ("A563185", "B", "Adjust bad debt", "1", SUMMER, "-11062.06", "", "United Kingdom"),
    ("536589", "21777", "damages", "-10", SUMMER, "0", "", "United Kingdom"),
)
_MEANT: Final[tuple[tuple[str, str, Struct], ...]] = (
    (
        "536365#1-1",
        "sale/online-retail/536365",
        SaleReported(
            "536365", SOURCE, "MAIN", MONEY, "account", (SaleLine(1, "85123A", 6, 15_330),), customer=CUSTOMER
        ),
    ),
    (
        "C536379#1-1",
        "credit/online-retail/C536379",
        CreditReported(
            "C536379", SOURCE, "MAIN", MONEY, "account", (SaleLine(1, "22423", 1, 27_500),), customer=CUSTOMER
        ),
    ),
    (
        "A563185#1-1",
        "baddebt/online-retail/A563185",
        BadDebtReported("A563185", SOURCE, MONEY, (BadDebtLine(1, "B", 1, 11_062_060),)),
    ),
    (
        "536589#1-1/count",
        "count/online-retail/536589",
        AdjustmentReported("536589", "MAIN", MONEY, (AdjustmentLine(1, "21777", -10, "damages"),), ()),
    ),
)


def _write(file: Path, rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([REQUIRED, *rows])


def _goldens(feed: OnlineRetail, file: Path) -> Iterator[Golden]:
    at = datetime(2011, 3, 27, 0, 30, tzinfo=UTC)
    found = list(feed.deliveries(file))
    for delivery, (identity, subject, data) in zip(found, _MEANT, strict=True):
        report = Report(id=identity, subject=subject, data=data, time=at, on=date(2011, 3, 27), zone="Europe/London")
        lacking = {name: _without(delivery, name) for name in (CODE, QUANTITY, DATE, PRICE)}
        yield Golden(delivery=delivery, reports=(report,), lacking=lacking)
    yield _opening(feed, found[:1])


def _without(delivery: Delivery, column: str) -> bytes:
    raw = decode(delivery.body)
    if not isinstance(raw, RawRows):
        raise TypeError(f"{delivery.id} holds no rows")
    ((*cells,),) = raw.rows
    cells[raw.columns.index(column)] = ""
    return encode(replace(raw, rows=(tuple(cells),)))


def _opening(feed: OnlineRetail, sold: Sequence[Delivery]) -> Golden:
    """Six units are declared, at half of what they were sold for, at the midnight before."""
    (delivery,) = feed.opening(sold, Stocked()).deliveries
    lines, costs = (ReceiptLine(1, "85123A", 6, 6 * 1277),), (DeclaredCost("85123A", 1277),)
    data = ReceiptReported(delivery.id, "MAIN", MONEY, "opening", lines, costs)
    at, on = datetime(2011, 3, 27, tzinfo=UTC), date(2011, 3, 27)
    report = Report(id=delivery.id, subject=delivery.subject, data=data, time=at, on=on, zone="Europe/London")
    return Golden(delivery=delivery, reports=(report,))


@contextmanager
def bench() -> Iterator[Bench]:
    """Write a file of four invoices, and lay a bench on the feed that reads it."""
    feed = OnlineRetail(lambda _source, _person: CUSTOMER)
    with TemporaryDirectory(prefix="tally-bench-") as place:
        file = Path(place) / "invoices.csv"
        _write(file, ROWS)
        more = [*ROWS[1:], ("536366", "MUG", "MUG", "2", SUMMER, "1.25", "", "France"), ROWS[0]]
        yield Bench(
            manifest=MANIFEST,
            door=lambda _: FeedDoor(MANIFEST, lambda: feed.deliveries(file), feed.parse),
            partner=Growing(lambda: _write(file, more)),
            goldens=[*_goldens(feed, file)],
            limits=None,
        )
