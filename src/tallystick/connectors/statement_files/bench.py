"""How this connector is tried: `tally connector check statement-files`, and in the tests."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.statement_files.client import Rows, deliveries
from tallystick.connectors.statement_files.layouts import LAYOUTS
from tallystick.connectors.statement_files.manifest import MANIFEST
from tallystick.connectors.statement_files.translate import translate
from tallystick.kit.contract.bench import Bench, Golden
from tallystick.kit.contract.feeds import FeedDoor, Growing
from tallystick.messages.statements import (
    BankLine,
    BankStatementReported,
    CountedUnits,
    LedgerLine,
    LedgerStatementReported,
    ProviderLine,
    ProviderStatementReported,
    StockStatementReported,
    TillJournalReported,
    TillReceipt,
)
from tallystick.ports.connector import Delivery, Report

DAY: Final = date(2028, 2, 29)
_TEXT: Final = DAY.isoformat()
_END: Final = datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)
_COUNTED: Final = datetime(2028, 2, 29, 22, 30, tzinfo=UTC)
"""There it is half an hour past midnight, and the first of March."""
ROWS: Final[dict[str, tuple[str, ...]]] = {
    "stock": ("S1", "WH1", "on_hand", "2028-03-01T00:30:00+02:00", "LÄMP", "12"),
    "provider": ("P1", "stripe", "KWD/3", _TEXT, "1", "capture", "W1", "", "0.005", "", _TEXT),
    "bank": ("B1", "bank", "JPY/0", _TEXT, "1", "Zahlungsdienst GmbH", "PO-7", "-1200", _TEXT),
    "till": ("T1", "shop-3", "EUR/2", _TEXT, "7", "10.01"),
    "ledger": ("L1", "tryton", "GBP/3", _TEXT, "4.1.1", "-12.345"),
}
_MEANT: Final[dict[str, tuple[Struct, datetime, str, str]]] = {
    "stock": (StockStatementReported("S1", "WH1", "on_hand", (CountedUnits("LÄMP", 12),)), _COUNTED, "UTC+02:00", "units"),
    "provider": (
        ProviderStatementReported("P1", "stripe", "KWD/3", DAY, (ProviderLine("1", "capture", 5, DAY, "W1", "", 0),)),
        *(_END, "UTC", "amount"),
    ),
    "bank": (
        BankStatementReported("B1", "bank", "JPY/0", DAY, (BankLine("1", "Zahlungsdienst GmbH", "PO-7", -1200, DAY),)),
        *(_END, "UTC", "party"),
    ),
    "till": (TillJournalReported("T1", "shop-3", "EUR/2", DAY, 7, 7, (TillReceipt(7, 1001),)), _END, "UTC", "gross"),
    "ledger": (LedgerStatementReported("L1", "tryton", "GBP/3", DAY, (LedgerLine("4.1.1", -12_345),)), _END, "UTC", "balance"),
}  # fmt: skip


def _golden(kind: str) -> Golden:
    data, at, zone, needed = _MEANT[kind]
    on = date(2028, 3, 1) if kind == "stock" else DAY
    raw = Rows(kind, LAYOUTS[kind], (ROWS[kind],))
    body = msgspec.json.encode(raw)
    digest = sha256(body).digest()
    name = f"{kind}/{ROWS[kind][0]}"
    identity, subject = f"{name}#{digest.hex()[:16]}", f"statement/{name}"
    delivery = Delivery(source=MANIFEST.name, id=identity, subject=subject, body=body, digest=digest)
    report = Report(id=identity, subject=subject, data=data, time=at, on=on, zone=zone)
    cells = tuple("" if column == needed else cell for column, cell in zip(raw.columns, ROWS[kind], strict=True))
    lacking = {needed: msgspec.json.encode(replace(raw, rows=(cells,)))}
    return Golden(delivery=delivery, reports=(report,), lacking=lacking)


@contextmanager
def bench() -> Iterator[Bench]:
    """Write a file of each kind, and lay a bench on what reads them."""
    with TemporaryDirectory(prefix="tally-bench-") as place:
        files = [_written(Path(place) / f"{kind}.csv", kind) for kind in LAYOUTS]

        def grow() -> None:
            for file in files:
                with file.open("a", encoding="utf-8", newline="") as stream:
                    csv.writer(stream).writerow(("another", *ROWS[file.stem][1:]))

        yield Bench(
            manifest=MANIFEST,
            door=lambda _: FeedDoor(MANIFEST, lambda: [d for file in files for d in deliveries(file)], translate),
            partner=Growing(grow),
            goldens=[_golden(kind) for kind in LAYOUTS],
            limits=None,
        )


def _written(file: Path, kind: str) -> Path:
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([LAYOUTS[kind], ROWS[kind]])
    return file
