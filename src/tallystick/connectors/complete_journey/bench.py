"""How this feed is tried: `tally connector check complete-journey`, and in the tests."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.complete_journey import raw
from tallystick.connectors.complete_journey.columns import AT, COLUMNS, PRODUCT, QUANTITY, SALES
from tallystick.connectors.complete_journey.connector import CompleteJourney
from tallystick.connectors.complete_journey.manifest import MANIFEST
from tallystick.kit.contract.bench import Bench, Golden
from tallystick.kit.contract.feeds import FeedDoor, Growing
from tallystick.messages.sales import SaleLine, SaleReported
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.ports.connector import Delivery, Report, Stocked

SOURCE, HOUSEHOLD, MONEY, SHOP = "complete-journey", f"person:{900:016x}", "USD/2", "shop-330"
ZONE: Final = "America/New_York"
LATE: Final = "2017-03-12 04:30:00"
"""In UTC; in the shop it is half an hour before midnight, and in that night its clocks go forward."""
ROW: Final = ("900", "330", "100", "7", "3", "2.50", "0.29", "0.5", "0", LATE)
_DAY: Final = date(2017, 3, 11)


def _write(file: Path, rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])


def _report(name: str, data: Struct, at: datetime, subject: str) -> Report:
    identity = f"{name}#{raw.name_of(raw.encode(data))}"
    return Report(id=identity, subject=subject, data=data, time=at, on=_DAY, zone=ZONE)


def _journal(delivery: Delivery) -> Golden:
    """Two dollars fifty were earned, fifty cents of them owed by a manufacturer; the till holds two dollars."""
    line = SaleLine(7, "7", 3, 250, 0, 29, 0, 50)
    sale = SaleReported("100", SOURCE, SHOP, MONEY, "cash", (line,), customer=HOUSEHOLD, till_day=_DAY, whole=True)
    counted = CashUpReported(SHOP, _DAY, MONEY, (TenderCount("cash", 200),), ("100",), supplement=False)
    closing = datetime(2017, 3, 12, 4, 59, 59, tzinfo=UTC)
    reports = (
        _report("100", sale, datetime(2017, 3, 12, 4, 30, tzinfo=UTC), delivery.subject),
        _report("cash-up/330/2017-03-11", counted, closing, delivery.subject),
    )
    lacking = {name: _without(delivery, name) for name in (PRODUCT, QUANTITY, SALES)}
    return Golden(delivery=delivery, reports=reports, lacking=lacking)


def _without(delivery: Delivery, column: str) -> bytes:
    journal = raw.decode(delivery.body)
    if not isinstance(journal, raw.Journal):
        raise TypeError(f"{delivery.id} is no journal")
    ((*cells,),) = journal.rows
    cells[AT[column]] = None
    return raw.encode(replace(journal, rows=(tuple(cells),)))


def _opening(feed: CompleteJourney, sold: Sequence[Delivery]) -> Golden:
    """Three units are declared at half of what they earned, at the midnight before."""
    (delivery,) = feed.opening(sold, Stocked()).deliveries
    data = ReceiptReported(delivery.id, SHOP, MONEY, "opening", (ReceiptLine(1, "7", 3, 125),))
    midnight = datetime(2017, 3, 11, 5, tzinfo=UTC)
    report = Report(id=delivery.id, subject=delivery.subject, data=data, time=midnight, on=_DAY, zone=ZONE)
    return Golden(delivery=delivery, reports=(report,))


@contextmanager
def bench() -> Iterator[Bench]:
    """Write a file of one basket, and lay a bench on the feed that reads it."""
    feed = CompleteJourney(lambda _source, person: f"person:{int(person):016x}")
    with TemporaryDirectory(prefix="tally-bench-") as place:
        file = Path(place) / "baskets.csv"
        _write(file, [ROW])
        found = list(feed.deliveries(file))
        more = [ROW, (*ROW[:2], "101", *ROW[3:]), ("900", "331", "102", *ROW[3:])]
        yield Bench(
            manifest=MANIFEST,
            door=lambda _: FeedDoor(MANIFEST, lambda: feed.deliveries(file), feed.parse),
            partner=Growing(lambda: _write(file, more)),
            goldens=[_journal(found[0]), _opening(feed, found)],
            limits=None,
        )
