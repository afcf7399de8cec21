"""The parsers of files, each with inputs that are right, and what must hold of whatever it answers."""

import csv
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from tallystick.connectors.complete_journey.bench import bench as complete_journey
from tallystick.connectors.complete_journey.connector import CompleteJourney
from tallystick.connectors.legacy_batch.bench import connection as erp_connection
from tallystick.connectors.legacy_batch.bench import files as erp_files
from tallystick.connectors.legacy_batch.bench import goldens as erp_goldens
from tallystick.connectors.legacy_batch.connector import LegacyBatch
from tallystick.connectors.legacy_batch.coverage import COVERAGE as LEGACY_BATCH
from tallystick.connectors.legacy_batch.cut import deliveries as cut_batch
from tallystick.connectors.legacy_batch.layouts import built_in
from tallystick.connectors.online_retail.bench import ROWS as INVOICE_ROWS
from tallystick.connectors.online_retail.bench import bench as online_retail
from tallystick.connectors.online_retail.columns import REQUIRED as INVOICE_COLUMNS
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.connectors.poslog import bench as tills
from tallystick.connectors.poslog.client import deliveries as cut_poslog
from tallystick.connectors.poslog.connector import Poslog
from tallystick.connectors.poslog.coverage import COVERAGE as POSLOG
from tallystick.connectors.statement_files.bench import ROWS as STATEMENT_ROWS
from tallystick.connectors.statement_files.bench import bench as statement_files
from tallystick.connectors.statement_files.client import deliveries as cut_statements
from tallystick.connectors.statement_files.layouts import LAYOUTS
from tallystick.connectors.statement_files.translate import translate as read_statement
from tallystick.connectors.x12 import bench as depot
from tallystick.connectors.x12.acknowledging import answers, to_answer
from tallystick.connectors.x12.connector import X12Partner
from tallystick.connectors.x12.coverage import COVERAGE as X12
from tallystick.connectors.x12.cut import deliveries as cut_x12
from tallystick.messages.catalogue import CATALOGUE
from tallystick.ports.connector import Delivery, Rejected, Report, Translation
from tests.fuzz.mutating import mutated

CELLS_SHARE: Final = 0.3
NOWHERE: Final = Path("/nowhere")
Parse = Callable[[bytes], Iterable[Translation]]


@dataclass(frozen=True)
class Target:
    """One parser: inputs that are right, what it makes of any, and the names under which it may quarantine."""

    name: str
    seeds: Sequence[bytes]
    parse: Parse
    quarantined: frozenset[str] | None = None
    make: Callable[[int], bytes] | None = None

    def input(self, number: int) -> bytes:
        """Return bad input *number*: the same number, the same input."""
        return self.make(number) if self.make else mutated(self.seeds, number)


def _delivery(body: bytes) -> Delivery:
    return Delivery(source="fuzz", id="fuzz", subject="fuzz", body=body, digest=b"")


def _poslog() -> Target:
    door = Poslog(tills.connection(NOWHERE))

    def parse(body: bytes) -> Iterable[Translation]:
        yield door.parse(_delivery(body))
        yield from (door.parse(d) for d in cut_poslog(body, "fuzz"))

    seeds = [tills.poslog(tills.SOLD), tills.poslog(tills.BACK, tills.COUNTED)]
    return Target("poslog", seeds, parse, frozenset(POSLOG.quarantined))


def _x12() -> Target:
    door = X12Partner(depot.connection(NOWHERE))

    def parse(body: bytes) -> Iterable[Translation]:
        yield door.parse(_delivery(body))
        yield from (door.parse(d) for d in cut_x12(body, "fuzz"))
        for whole in to_answer(body):
            answers(whole, door.partner)

    said = [("945", depot.SHIPPED), ("944", depot.RECEIVED), ("947", depot.COUNTED), ("856", depot.NOTICED)]
    refused = ("997", ["AK1*OW*7", "AK2*940*0001", "AK5*R*5", "AK9*R*1*1*0"])
    seeds = [*(depot.written(1, one) for one in (*said, refused)), depot.written(1, *said)]
    return Target("x12", seeds, parse, frozenset(X12.quarantined))


def _legacy_batch() -> Target:
    door = LegacyBatch(erp_connection(NOWHERE))

    def parse(body: bytes) -> Iterable[Translation]:
        yield door.parse(_delivery(body))
        yield from (door.parse(d) for d in cut_batch(body, built_in(), ("fuzz", 2)))

    seeds = [*erp_files().values(), *(g.delivery.body for g in erp_goldens())]
    return Target("legacy-batch", seeds, parse, frozenset(LEGACY_BATCH.quarantined))


def _of_rows(name: str, seeds: Sequence[bytes], parse: Callable[[Delivery], Translation]) -> Target:
    """A parser of rows that our own code cut out of a file: what is bad about them is what stands in their cells."""

    def make(number: int) -> bytes:
        dice = random.Random(number)
        said = json.loads(dice.choice(seeds))
        for row in said.get("rows", [said.get("row", [])]):
            for n, cell in enumerate(row):
                if isinstance(cell, str) and dice.random() < CELLS_SHARE:
                    row[n] = mutated([cell.encode()], dice.randrange(10**9)).decode("utf-8", "replace")
        return json.dumps(said).encode()

    return Target(name, seeds, lambda body: [parse(_delivery(body))], make=make)


def _of_files(name: str, seeds: Sequence[bytes], read: Callable[[Path], Iterable[Translation]]) -> Target:
    """A parser of files: a file that cannot be read as a whole is refused with what to do."""

    def parse(body: bytes) -> Iterable[Translation]:
        with TemporaryDirectory(prefix="tally-fuzz-") as place:
            file = Path(place) / "file.csv"
            file.write_bytes(body)
            try:
                yield from list(read(file))
            except Rejected:
                yield Translation()

    return Target(name, seeds, parse)


def _statements() -> Target:
    seeds = [_csv([LAYOUTS[kind], row]) for kind, row in STATEMENT_ROWS.items()]
    return _of_files("statement-csv", seeds, lambda file: map(read_statement, cut_statements(file)))


def _invoices() -> Target:
    feed = OnlineRetail(lambda _s, p: f"person:{p}")
    seeds = [_csv([INVOICE_COLUMNS, *INVOICE_ROWS])]
    return _of_files("online-retail-csv", seeds, lambda file: map(feed.parse, feed.deliveries(file)))


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def targets() -> list[Target]:
    """All of them."""
    feeds = []
    for name, bench, parse in (
        ("complete-journey", complete_journey, CompleteJourney(lambda _s, p: f"person:{p}").parse),
        ("online-retail", online_retail, OnlineRetail(lambda _s, p: f"person:{p}").parse),
        ("statement-files", statement_files, read_statement),
    ):
        with bench() as laid:
            feeds.append(_of_rows(name, [g.delivery.body for g in laid.goldens], parse))
    return [_poslog(), _x12(), _legacy_batch(), *feeds, _statements(), _invoices()]


def flaw(target: Target, body: bytes) -> str:
    """Return what is wrong with what a parser made of *body*; empty where nothing is."""
    for found in target.parse(body):
        for fault in found.faults:
            if not fault.remedy or not fault.reason:
                return f"a fault without a reason or a remedy: {fault}"
            if target.quarantined is not None and fault.reason.partition(":")[0] not in target.quarantined:
                return f"quarantined under no name of the coverage: {fault.reason}"
        for report in found.reports:
            if wrong := _unsound(report):
                return wrong
    return ""


def _unsound(report: Report) -> str:
    """A report is a message of the catalogue as anybody else would read it, at a moment in UTC."""
    if report.time.utcoffset() != timedelta(0):
        return f"{report.id}: {report.time} is not UTC"
    try:
        again = CATALOGUE.decode(CATALOGUE.of(type(report.data)).type, msgspec.json.encode(report.data))
    except msgspec.ValidationError as wrong:
        return f"{report.id}: {type(report.data).__name__}: {wrong}: {report.data}"
    return "" if again == report.data else f"{report.id}: read back as {again}"
