"""A legacy ERP's nightly batches: layouts as data, the whole file or nothing, and files written so that it can read them."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from tallystick.connectors.legacy_batch.bench import OPENING, PRODUCTS, RECEIPTS, TRIALS, connection, files
from tallystick.connectors.legacy_batch.connector import LegacyBatch
from tallystick.connectors.legacy_batch.coverage import COVERAGE
from tallystick.connectors.legacy_batch.cut import deliveries
from tallystick.connectors.legacy_batch.layouts import built_in, layouts_in
from tallystick.connectors.legacy_batch.reading import read
from tallystick.kit.boxes.coverage import Left
from tallystick.messages.books.ledger import LedgerJournal, LedgerLine, PostJournal
from tallystick.messages.channels import TellShipment
from tallystick.messages.masters import ProductReported
from tallystick.messages.stock import HeldLine, ReceiptReported
from tallystick.ports.connector import Delivery, Misconfigured, Page, Rejected, Translation


def door(folder: Path = Path("/nowhere"), layouts: str = "") -> LegacyBatch:
    """A door to a folder, with layouts of one's own or ours."""
    told = connection(folder)
    return LegacyBatch(msgspec.structs.replace(told, settings={**told.settings, "layouts": layouts}))


def translated(body: bytes, layouts: str = "") -> Translation:
    """What a whole file says."""
    return door(layouts=layouts).parse(Delivery(source="erp", id="f", subject="f", body=body, digest=b""))


def why(body: bytes) -> str:
    """The one reason why a file, or a part of it, is quarantined."""
    (fault,) = translated(body).faults
    assert fault.reason.partition(":")[0] in COVERAGE.quarantined
    assert fault.remedy
    return fault.reason


def test_three_files_in_three_writings_are_read() -> None:
    """Fixed width in cp1252, fixed width in EBCDIC without line breaks, CSV: products, opening stock, receipts."""
    found = {name: translated(body) for name, body in files().items()}
    assert [t.faults for t in found.values()] == [(), (), ()]
    assert [len(t.reports) for t in found.values()] == [2, 1, 2]
    (opening,) = (r.data for r in found["opening.dat"].reports)
    assert isinstance(opening, ReceiptReported)
    assert [(x.sku, x.quantity, x.value) for x in opening.lines] == [("LAMP-Ä", 12, 14400), ("MUG", 3, 15)]


CONTROL = "control totals"


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("T;3;14;125.07", "T;2;14;125.07", CONTROL),
        ("T;3;14;125.07", "T;3;15;125.07", CONTROL),
        ("T;3;14;125.07", "T;3;14;125.06", CONTROL),
        ("T;3;14;125.07\r\n", "", CONTROL),
        ("D;R-1;2;01;MUG;3;0.05\r\n", "", CONTROL),
        (";3;0.05", ";4;0.05", CONTROL),
        ("D;R-2", "X;R-2", CONTROL),
        ("0.05", "0.0x", "a field"),
        ("20260329", "20261329", "a field"),
        ("20260329", "99991231", "a field"),
        (";0.05", ";0.05;9", "no layout"),
        ("H;receipts", "H;refunds", "no layout"),
        ('LAMP-Ä"', 'LAMP-Ä"x', "no layout"),
    ],
)
def test_a_file_that_does_not_add_up_is_quarantined_whole(old: str, new: str, name: str) -> None:
    """Nothing of it is taken, and all of it is kept: which record is wrong, nobody knows."""
    body = RECEIPTS.replace(old, new, 1).encode("cp1252")
    assert why(body).startswith(f"{name}:")
    (kept,) = deliveries(body, built_in(), ("erp", 2))
    assert kept.body == body
    assert translated(body).reports == ()


def test_a_lost_record_would_go_unseen_without_the_trailer() -> None:
    """The broken twin: a layout whose trailer counts only, and a quantity that changed on the way."""
    layouts = dict(built_in())
    receipts = layouts["receipts"]
    columns = tuple(msgspec.structs.replace(c, sums="") for c in receipts.trailer.columns)
    layouts["receipts"] = msgspec.structs.replace(
        receipts, trailer=msgspec.structs.replace(receipts.trailer, columns=columns)
    )
    body = RECEIPTS.replace(";3;0.05", ";4;0.05").encode("cp1252")
    assert len(read(body, layouts, 2).rows) == 3
    with pytest.raises(Left, match="control totals"):
        read(body, built_in(), 2)


def test_a_byte_that_the_encoding_does_not_have_is_named() -> None:
    """0x81 is no character of cp1252: the file came through something that changed it."""
    assert why(PRODUCTS.encode("cp1252").replace(b"MUG", b"M\x81G")).startswith("an encoding:")


def test_a_record_longer_than_its_layout_is_refused() -> None:
    """The ERP added a column and told nobody."""
    assert why(PRODUCTS.replace("goods   J", "goods   JNEW").encode("cp1252")).startswith(
        "no layout: products: record 2"
    )


def test_signs_stand_before_or_behind() -> None:
    """As host systems write them."""
    trailing = RECEIPTS.replace("D;R-2;1;01;MUG;1;0.02", "D;R-2;1;01;MUG;1-;0.02").replace("T;3;14", "T;3;12")
    assert why(trailing.encode("cp1252")).startswith("a field: MENGE: -1 units")
    assert len(translated(trailing.encode("cp1252")).reports) == 1


def test_one_receipt_at_two_places_is_not_guessed_apart() -> None:
    """The other receipt of the file is taken."""
    body = RECEIPTS.replace("D;R-1;2;01", "D;R-1;2;02").encode("cp1252")
    assert why(body).startswith("a field: LAGER")
    assert len(translated(body).reports) == 1


def test_locations_are_kept_until_something_takes_them() -> None:
    """No message holds a location's name yet."""
    body = b"H;locations;20260329;1\r\nD;01;Wien\r\nD;02;Graz\r\nT;2\r\n"
    assert why(body).startswith("no process yet: locations")


def test_a_missing_night_is_told(tmp_path: Path) -> None:
    """Batch 2 of the receipts never came."""
    (tmp_path / "in").mkdir()
    there = door(tmp_path)

    def night(number: int, since: str) -> Page:
        (tmp_path / "in" / "r.csv").write_bytes(RECEIPTS.replace(";1\r", f";{number}\r", 1).encode("cp1252"))
        page = there.pull(ProductReported, since)
        there.kept(page)
        return page

    last = night(3, night(1, "").cursor)
    (fault,) = there.parse(last.deliveries[-1]).faults
    assert fault.reason == "a gap: receipts: batch 2 did not come"


def test_what_is_written_reads_back_by_the_same_layout(tmp_path: Path) -> None:
    """Its own trailer is held against it."""
    there = door(tmp_path)
    for n, trial in enumerate(TRIALS):
        there.push(trial.command, f"k{n}")
    found = [read(file.read_bytes(), built_in(), 3) for file in sorted((tmp_path / "out").iterdir())]
    assert sorted((b.name, b.number, len(b.rows)) for b in found) == [
        ("dispatches", 1, 2),
        ("journals", 2, 2),
        ("journals", 3, 2),
    ]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (TellShipment("erp", "X" * 21, "S", (HeldLine(1, "A", 1),)), "too long for AUFTRAG"),
        (TellShipment("erp", "1", "S", (HeldLine(1, "ω", 1),)), "cannot be said in cp1252"),
        (TellShipment("erp", "1\n2", "S", (HeldLine(1, "A", 1),)), "no file of lines"),
        (TellShipment("erp", "1", "S", ()), "without records"),
    ],
)
def test_what_its_layout_cannot_say_is_refused_and_takes_no_number(
    tmp_path: Path, command: TellShipment, said: str
) -> None:
    """Nothing is cut off: half an order number is another order."""
    with pytest.raises(Rejected, match=said):
        door(tmp_path).push(command, "k")
    journal = LedgerJournal("erp", "web", date(2026, 3, 29), "EUR/2", "REV", (LedgerLine(1, "a", "1", 0),))
    assert door(tmp_path).push(PostJournal(journal, 1), "l").foreign_id == "000000001"


OWN = """
[items]
means = "product"
format = "csv"
encoding = "utf-8"
delimiter = "|"
header = { tag = "00", columns = [{ name = "file" }, { name = "written", kind = "day" }, { name = "batch", kind = "number" }] }
trailer = { tag = "99", columns = [{ name = "records", kind = "number" }] }
record = { tag = "10", columns = [{ name = "A", means = "sku" }, { name = "B", means = "name" }, { name = "C", means = "unit" }, { name = "D", means = "kind" }, { name = "X" }] }
"""


def test_a_retailers_own_layout_is_a_file(tmp_path: Path) -> None:
    """No code: other tags, another delimiter, a column nobody reads."""
    (tmp_path / "own.toml").write_text(OWN)
    body = "00|items|20260329|7\n10|L1|Lämpchen|PCE|goods|?\n99|1\n".encode()
    (report,) = translated(body, layouts=str(tmp_path / "own.toml")).reports
    assert isinstance(report.data, ProductReported)
    assert (report.data.sku, report.data.name, report.data.is_active) == ("L1", "Lämpchen", True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"utf-8"', '"utf-7"', "encoding 'utf-7' is none of"),
        ('tag = "99"', 'tag = "10"', "must begin differently"),
        ('means = "sku"', 'means = "code"', "no column means sku"),
        ('"records"', '"count"', "no column records"),
        ('format = "csv"', 'format = "fixed"', "has no width"),
        ('kind = "number" }] }\nrecord', 'kind = "number", sums = "Z" }] }\nrecord', "sums Z"),
        ("delimiter", "delimeter", "delimeter"),
        ("[items]", "[items", "layouts"),
    ],
)
def test_a_layout_that_cannot_work_is_named_before_any_file_is_read(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    """With what is wrong with it."""
    changed = OWN.replace(old, new, 1)
    assert changed != OWN
    (tmp_path / "own.toml").write_text(changed)
    with pytest.raises(Misconfigured, match=said):
        layouts_in(str(tmp_path / "own.toml"))


def test_ebcdic_is_not_taken_for_anything_else() -> None:
    """The same text in ASCII names no layout here: the layout says which writing it is in."""
    ascii_text = "".join(line.replace("Ä", "A").ljust(50) for line in OPENING).encode("ascii")
    assert why(ascii_text).startswith("no layout:")
