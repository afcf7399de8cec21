"""How this connector is tried: `tally connector check legacy-batch`, and in the tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.legacy_batch.connector import LegacyBatch
from tallystick.connectors.legacy_batch.cut import Rows, delivery_of
from tallystick.connectors.legacy_batch.manifest import MANIFEST
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.kit.contract.bench import Bench, Golden, Trial
from tallystick.kit.twins.faults import Fault
from tallystick.messages.books.ledger import LedgerJournal, LedgerLine, PostJournal, ReverseJournal
from tallystick.messages.channels import TellShipment
from tallystick.messages.masters import ProductReported
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.model.amount import decimals_of, parse_decimal
from tallystick.ports.connector import Connection, Delivery, Report

SOURCE, ZONE = "erp", "Europe/Vienna"
SETTINGS: Final = {"currency": "EUR/2", "zone": ZONE, "locations": "01=WH1"}
DAY: Final = date(2026, 3, 29)
AT: Final = datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)
"""The end of the day on which the clocks went forward there."""
PRODUCTS: Final = (
    "Hproducts  20260329000001\r\n"
    "DLAMP-Ä      Lämpchen „1“                  STKgoods   J\r\n"
    "DMUG         Häferl                        STKgoods   N\r\n"
    "T00000002\r\n"
)
OPENING: Final = (
    "Hopening   20260329000001",
    "D01    LAMP-Ä      00000001200000014400",
    "D01    MUG         00000000300000000015",
    "T00000002000000000150000000014415",
)
RECEIPTS: Final = (
    "H;receipts;20260329;1\r\n"
    'D;R-1;1;01;"LAMP-Ä";10;125.00\r\n'
    "D;R-1;2;01;MUG;3;0.05\r\n"
    "D;R-2;1;01;MUG;1;0.02\r\n"
    "T;3;14;125.07\r\n"
)


def files() -> dict[str, bytes]:
    """Return a file of each kind that is taken, in cp1252, in EBCDIC without line breaks, and as CSV."""
    return {
        "products.txt": PRODUCTS.encode("cp1252"),
        "opening.dat": "".join(line.ljust(50) for line in OPENING).encode("cp037"),
        "receipts.csv": RECEIPTS.encode("cp1252"),
    }


def connection(folder: Path) -> Connection:
    """Return a connection to a folder."""
    return Connection(name=SOURCE, url=folder.as_uri(), secret=lambda _: "", settings=SETTINGS)


class Erp:
    """The ERP at the other end of the folder, who reads by itself what we wrote."""

    def __init__(self, folder: Path) -> None:
        """Look into *folder*."""
        self._folder = folder

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Nobody is called, so nothing can fail on the way."""

    def requests(self) -> int:
        """Nobody is called."""
        return 0

    def effects(self) -> Sequence[Struct]:
        """Read dispatches and journals back into our words, in the order of their numbers."""
        found = sorted((self._folder / "out").glob("*-*"), key=lambda file: file.stem.rpartition("-")[2])
        return [
            _dispatch(f.read_text("cp1252")) if f.suffix == ".txt" else _entry(f.read_text("cp1252")) for f in found
        ]

    def stir(self, kind: type[Struct]) -> None:  # noqa: ARG002 - a file of each kind
        """Write another night."""
        later = {
            "products.txt": PRODUCTS.replace("000001\r", "000002\r"),
            "receipts.csv": RECEIPTS.replace(";1\r", ";2\r", 1),
        }
        for name, text in later.items():
            (self._folder / "in" / f"later-{name}").write_bytes(text.encode("cp1252"))


def _dispatch(text: str) -> TellShipment:
    rows = [line for line in text.splitlines() if line.startswith("D")]
    places = ((1, 21), (21, 61), (61, 81), (81, 101), (101, 141), (141, 142), (142, 148), (148, 168), (168, 183))
    cut = [[row[a:b].strip() for a, b in places] for row in rows]
    lines = tuple(HeldLine(int(c[6]), c[7], int(c[8])) for c in cut)
    order, shipment, channel, carrier, tracking, delivered = cut[0][:6]
    return TellShipment(channel, order, shipment, lines, carrier, tracking, delivered == "J")


def _entry(text: str) -> Struct:
    rows = [line.split(";") for line in text.splitlines() if line.startswith("D;")]
    link, verb, day, book, currency = rows[0][1:6]
    _, ledger, channel, _, revision, *_ = link.split("/")
    turned = 1 if verb == "POST" else -1
    scale = decimals_of(currency)
    lines = tuple(LedgerLine(int(r[6]), r[8], r[7], turned * parse_decimal(r[9], scale)) for r in rows)
    journal = LedgerJournal(ledger, channel, datetime.strptime(day, "%Y%m%d").date(), currency, book, lines)  # noqa: DTZ007
    return (PostJournal if verb == "POST" else ReverseJournal)(journal, int(revision))


def _golden(rows: Rows, subject: str, data: Struct, blank: tuple[str, int]) -> Golden:
    delivery = delivery_of(rows, SOURCE)
    name = f"{rows.layout}/{rows.batch}/{rows.part}#{digest_of(msgspec.json.encode(data))}"
    report = Report(id=name, subject=subject, data=data, time=AT, on=DAY, zone=ZONE)
    column, place = blank
    first = tuple("" if n == place else cell for n, cell in enumerate(rows.rows[0]))
    lacking = {column: msgspec.json.encode(replace(rows, rows=(first, *rows.rows[1:])))}
    return Golden(delivery=delivery, reports=(report,), lacking=lacking)


def _whole(name: str, reports: Sequence[Report]) -> Golden:
    body = files()[name]
    delivery = Delivery(source=SOURCE, id=name, subject=name, body=body, digest=sha256(body).digest())
    return Golden(delivery=delivery, reports=tuple(reports))


def goldens() -> list[Golden]:
    """Return a product, a location's opening stock and a receipt, each by itself, and the file of the first."""
    row = ("LAMP-Ä      ", "Lämpchen „1“                  ", "STK", "goods   ", "J")
    version = "2026-03-29T23:59:59.000001+00:00"
    lamp = ProductReported(SOURCE, "LAMP-Ä", version, "LAMP-Ä", "Lämpchen „1“", "STK", "goods", is_active=True)
    stock = ("01    ", "LAMP-Ä      ", "000000012", "00000014400")
    stood = ReceiptReported("opening/1/01", "WH1", "EUR/2", "opening", (ReceiptLine(1, "LAMP-Ä", 12, 14400),))
    came = ReceiptReported(
        "R-1", "WH1", "EUR/2", "supplier", (ReceiptLine(1, "LAMP-Ä", 10, 12500), ReceiptLine(2, "MUG", 3, 5))
    )
    cells = (("R-1", "1", "01", "LAMP-Ä", "10", "125.00"), ("R-1", "2", "01", "MUG", "3", "0.05"))
    single = _golden(Rows("products", DAY, 1, "2", (row,)), f"product/{SOURCE}/LAMP-Ä", lamp, ("ARTNR", 0))
    mug = replace(lamp, record="MUG", sku="MUG", name="Häferl", is_active=False)
    other = Report(
        id=f"products/1/3#{digest_of(msgspec.json.encode(mug))}",
        subject=f"product/{SOURCE}/MUG",
        data=mug,
        time=AT,
        on=DAY,
        zone=ZONE,
    )
    return [
        single,
        _golden(Rows("opening", DAY, 1, "01", (stock,)), f"stock/{SOURCE}/opening/1/01", stood, ("LAGER", 0)),
        _golden(Rows("receipts", DAY, 1, "R-1", cells), f"receipt/{SOURCE}/R-1", came, ("MENGE", 4)),
        _whole("products.txt", [*single.reports, other]),
    ]


_JOURNAL: Final = LedgerJournal(
    *("erp", "web", DAY, "KWD/3", "REV"),
    (LedgerLine(1, "revenue:web", "4000", -9_007_199_254_740_991), LedgerLine(2, "", "1400", 9_007_199_254_740_991)),
)
_LINES: Final = (HeldLine(7, "LÄMP/1", 9_007_199_254_740), HeldLine(8, "MUG", 1))
TRIALS: Final = (
    Trial(
        TellShipment("erp", "W-1", "S-1", _LINES, "Post & Söhne", "TR-1"),
        TellShipment("erp", "W-1", "S-1", _LINES[:1], "Post & Söhne", "TR-1"),
        TellShipment("erp", "W-1", "S-1", (HeldLine(1, "ω", 1),)),
    ),
    Trial(PostJournal(_JOURNAL, 2), PostJournal(replace(_JOURNAL, book="EXP"), 2)),
    Trial(ReverseJournal(_JOURNAL, 1), ReverseJournal(replace(_JOURNAL, book="EXP"), 1)),
)


@contextmanager
def bench() -> Iterator[Bench]:
    """Lay a night's files into a folder, and a bench on the door that reads them."""
    with TemporaryDirectory(prefix="tally-bench-") as place:
        folder = Path(place)
        (folder / "in").mkdir()
        for name, body in files().items():
            (folder / "in" / name).write_bytes(body)
        yield Bench(
            manifest=MANIFEST,
            door=lambda _: LegacyBatch(connection(folder)),
            partner=Erp(folder),
            goldens=goldens(),
            trials=TRIALS,
            limits=None,
        )
