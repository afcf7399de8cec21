"""X12 with a warehouse: what is taken, what is answered, what is missing, and what we send."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import msgspec
import pytest
import x12

from tallystick.connectors.x12.acknowledging import answers, to_answer
from tallystick.connectors.x12.bench import (
    ADVISED,
    ANSWERED,
    COUNTED,
    INVOICED,
    NOTICED,
    RECEIVED,
    SHIPPED,
    TRIAL,
    connection,
    written,
)
from tallystick.connectors.x12.connector import X12Partner
from tallystick.connectors.x12.coverage import COVERAGE
from tallystick.connectors.x12.cut import deliveries
from tallystick.connectors.x12.envelopes import Interchange, interchanges
from tallystick.messages.availability import InboundAnnounced
from tallystick.messages.buying.reports import (
    AcknowledgedLine,
    AdvisedLine,
    InvoicedLine,
    PurchaseAcknowledged,
    ShipmentAdvised,
    SupplierInvoiceReported,
)
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.stock import ReceiptReported
from tallystick.ports.connector import Delivery, Misconfigured, Rejected, Translation

DISPATCH = DispatchReported


def door(folder: Path = Path("/nowhere"), settings: Mapping[str, str] = MappingProxyType({})) -> X12Partner:
    """A door to a folder."""
    told = connection(folder)
    return X12Partner(msgspec.structs.replace(told, settings={**told.settings, **settings}))


def translated(body: bytes, **settings: str) -> list[Translation]:
    """What each delivery of a file says."""
    there = door(settings=settings)
    return [there.parse(d) for d in deliveries(body, "depot")]


def names(body: bytes, **settings: str) -> list[str]:
    """The names of the coverage under which a file's parts are quarantined."""
    found = [f.reason.partition(":")[0] for t in translated(body, **settings) for f in t.faults]
    assert set(found) <= set(COVERAGE.quarantined)
    return found


def answered(body: bytes) -> list[list[str]]:
    """The 997s of a file, each as its segments."""
    sets = [one for whole in to_answer(body) for one in answers(whole, door().partner)]
    return [["*".join(s).rstrip("*") for s in segments] for _, segments in sets]


def dropped(folder: Path, name: str, body: bytes) -> None:
    """Let the partner write a file."""
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / name).write_bytes(body)


def test_one_wrong_set_does_not_hide_the_next() -> None:
    """The count of one is wrong; the other two of its group are taken, and the 997 says which is not."""
    body = written(1, ("945", SHIPPED), ("944", RECEIVED), ("947", COUNTED)).replace(b"SE*7*0002", b"SE*9*0002")
    assert names(body) == ["a set"]
    assert [len(t.reports) for t in translated(body)] == [2, 0, 1]
    assert answered(body) == [
        ["AK1*SW*1", "AK2*945*0001", "AK5*A", "AK2*944*0002", "AK5*R*4", "AK2*947*0003", "AK5*A", "AK9*P*3*3*2"]
    ]


def test_a_wrong_group_is_refused_whole() -> None:
    """A set may be lost from it: what is there is not enough."""
    body = written(1, ("945", SHIPPED)).replace(b"GE*1*1~", b"GE*2*1~")
    assert names(body) == ["a group"]
    assert answered(body) == [["AK1*SW*1", "AK2*945*0001", "AK5*R", "AK9*R*2*1*0*5"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"IEA*1*", b"IEA*2*"), (b"*000000001~\n", b"*000000002~\n"), (b"IEA*1*000000001~\n", b""), (b"GS*", b"XX*")],
)
def test_a_wrong_interchange_is_neither_taken_nor_answered(old: bytes, new: bytes) -> None:
    """Nobody knows whether it is whole: people speak to each other."""
    body = written(1, ("945", SHIPPED))
    body = body[:150] + body[150:].replace(old, new) if old == b"*000000001~\n" else body.replace(old, new)
    assert names(body) == ["an interchange"]
    assert answered(body) == []


def test_a_set_that_says_too_little_is_refused_with_its_reason() -> None:
    """997 says 5: a segment is in error; the dead letter says which."""
    body = written(1, ("945", [s for s in SHIPPED if not s.startswith("W12")]))
    assert names(body) == ["a field"]
    assert answered(body)[0][1:] == ["AK2*945*0001", "AK5*R*5", "AK9*R*1*1*0"]


@pytest.mark.parametrize("code", ["850", "860"])
def test_what_no_process_takes_yet_is_kept_and_acknowledged(code: str) -> None:
    """The partner did nothing wrong."""
    body = written(1, (code, ["BEG*00*SA*X"]), functional="PO")
    assert names(body) == ["no process yet"]
    assert answered(body)[0][-1] == "AK9*A*1*1*1"


def test_what_we_do_not_know_is_refused() -> None:
    """997 says 1: the set is not supported."""
    body = written(1, ("214", ["B10*1"]), ("940", ["W05*N*1"]))
    assert names(body) == ["an unknown set", "a set for warehouses"]
    assert answered(body)[0][1:] == ["AK2*214*0001", "AK5*R*1", "AK2*940*0002", "AK5*R*1", "AK9*R*2*2*0"]


@pytest.mark.parametrize(
    ("whole", "change", "name"),
    [
        (("945", SHIPPED), ("*EA*", "*CA*"), "a unit of measure"),
        (("945", SHIPPED), ("N9*LI*7", "N9*LV*7"), "a field"),
        (("945", SHIPPED), ("*3*2*1*", "*3*2.5*1*"), "a field"),
        (("945", SHIPPED), ("*20260307*", "*20261307*"), "a field"),
        (("944", RECEIVED), ("LAMP", "NEWLY"), "no cost"),
        (("944", RECEIVED), ("W14*13", "W13*1*EA*01"), "an exception"),
        (("947", COUNTED), ("*-2*", "*--2*"), "a field"),
        (("856", NOTICED), ("DTM*017", "DTM*002"), "a field"),
        (("810", INVOICED), ("TDS*2100", "TDS*2101"), "a total"),
        (("810", INVOICED), ("TXI*ST*3.50", "SAC*C*D240***100"), "a charge"),
        (("810", INVOICED), ("*3.333*", "*x*"), "a field"),
        (("810", INVOICED), ("TXI*ST", "CUR*SE*EUR*"), "a field"),
        (("810", INVOICED), ("IT1*1*", "IT1**"), "a field"),
        (("855", ANSWERED), ("PO1*1*", "PO1**"), "a field"),
        (("855", ANSWERED), ("*20260320", "*20261320"), "a field"),
        (("856", ADVISED), ("PRF*P-1", "PRF*"), "a field"),
        (("856", ADVISED), ("LIN*1*", "LIN**"), "a field"),
    ],
)
def test_what_cannot_be_said_rightly_is_quarantined_by_name(
    whole: tuple[str, tuple[str, ...]], change: tuple[str, str], name: str
) -> None:
    """Nothing is guessed, rounded or converted: no line by its product, no total by our own sum."""
    code, segments = whole
    changed = [s.replace(*change, 1) for s in segments]
    assert changed != list(segments)
    assert names(written(1, (code, changed))) == [name]


def test_cases_count_where_the_partner_counts_ours_in_them() -> None:
    """By a setting, never by a guess."""
    body = written(1, ("945", [s.replace("*EA*", "*CA*") for s in SHIPPED]))
    assert [len(t.reports) for t in translated(body, measures="EA,CA")] == [2]


def test_what_a_back_order_leaves_is_still_open() -> None:
    """BP comes later; CP does not come."""
    body = written(1, ("945", [s.replace("W12*CP", "W12*BP") for s in SHIPPED]))
    assert [type(r.data) for t in translated(body) for r in t.reports] == [DispatchReported]
    body = written(1, ("945", SHIPPED))
    assert [type(r.data) for t in translated(body) for r in t.reports] == [DispatchReported, DispatchRefused]


def test_the_same_interchange_again_is_known_as_the_same() -> None:
    """By sender and control number, whatever file it comes in; under its number with other content it is seen."""
    body = written(1, ("945", SHIPPED))
    first, again = (next(deliveries(b, "depot")) for b in (body, body.replace(b"~\n", b"~")))
    assert (first.id, first.digest) == (again.id, again.digest)
    other = next(deliveries(written(1, ("945", [*SHIPPED, "W03*9"])), "depot"))
    assert first.id == other.id
    assert first.digest != other.digest


def test_missing_control_numbers_are_told_once(tmp_path: Path) -> None:
    """Number 2 and 3 are lost between two files: a dead letter names them, and nothing waits for them."""
    there = door(tmp_path)
    dropped(tmp_path, "a.edi", written(1, ("945", SHIPPED)))
    page = there.pull(DISPATCH, "")
    there.kept(page)
    dropped(tmp_path, "b.edi", written(4, ("944", RECEIVED)))
    page = there.pull(DISPATCH, page.cursor)
    gap = page.deliveries[-1]
    (fault,) = there.parse(gap).faults
    assert fault.reason == "a gap: interchanges 2 to 3 of DEPOT did not come"
    there.kept(page)
    dropped(tmp_path, "c.edi", written(5, ("947", COUNTED)))
    page = there.pull(DISPATCH, page.cursor)
    assert [d.id for d in page.deliveries] == ["DEPOT/000000005/5/0001"]
    assert [d.id for d in there.pull(ReceiptReported, "").deliveries] == ["DEPOT/000000005/5/0001"]


def test_a_pull_of_another_kind_does_not_take_the_files_from_the_one_that_counts(tmp_path: Path) -> None:
    """Whichever kind is pulled first, gaps are seen and groups answered by one of them only."""
    there = door(tmp_path)
    dropped(tmp_path, "a.edi", written(1, ("945", SHIPPED)))
    other = there.pull(ReceiptReported, "")
    there.kept(other)
    assert [d.id for d in other.deliveries] == [d.id for d in there.pull(DISPATCH, "").deliveries]
    assert not (tmp_path / "out").exists()


def test_a_sender_that_begins_anew_has_lost_nothing(tmp_path: Path) -> None:
    """After 999999999 comes 1."""
    there = door(tmp_path)
    dropped(tmp_path, "a.edi", written(999_999_999, ("945", SHIPPED)))
    page = there.pull(DISPATCH, "")
    there.kept(page)
    dropped(tmp_path, "b.edi", written(1, ("945", SHIPPED)))
    assert len(there.pull(DISPATCH, page.cursor).deliveries) == 1


def test_each_group_is_answered_once_it_is_kept_and_once_only(tmp_path: Path) -> None:
    """Not before; and again neither when the same page is put away twice, nor after a crash in between."""
    there = door(tmp_path)
    dropped(tmp_path, "a.edi", written(1, ("945", SHIPPED)))
    page = there.pull(DISPATCH, "")
    assert not (tmp_path / "out").exists()
    there.kept(page)
    (tmp_path / "done" / next((tmp_path / "done").iterdir()).name).rename(tmp_path / "in" / "a.edi")
    door(tmp_path).kept(page)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["997-000000001.edi"]


def test_an_acknowledgement_is_never_acknowledged(tmp_path: Path) -> None:
    """Or two partners would answer each other for ever."""
    body = written(1, ("997", ["AK1*OW*7", "AK9*A*1*1*1"]), functional="FA")
    assert answered(body) == []
    assert translated(body) == [Translation()]


def test_a_group_of_ours_that_was_refused_is_named() -> None:
    """With its sets: a person sends them anew."""
    said = ["AK1*OW*7", "AK2*940*0001", "AK5*A", "AK2*940*0002", "AK5*R*5", "AK9*P*2*2*1"]
    (one,) = translated(written(1, ("997", said), functional="FA"))
    assert one.faults[0].reason == "refused by them: group OW 7 was answered P: 940/0002 (R 5)"


def test_what_we_write_an_independent_reader_takes(tmp_path: Path) -> None:
    """`ansi-x12` reads our 940 and 997 strictly: widths, counts, numbers."""
    there = door(tmp_path)
    there.push(TRIAL.command, "k")
    dropped(tmp_path, "a.edi", written(1, ("945", SHIPPED), ("944", RECEIVED)))
    there.kept(there.pull(DISPATCH, ""))
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == ["940-000000001.edi", "997-000000002.edi"]
    for file in files:
        found = x12.parse_x12_interchange(x12.tokenize_x12(file.read_bytes()))
        assert (found.control_number or b"").decode() == file.stem[-9:]
    spoiled = files[0].read_bytes().replace(b"SE*", b"SE*1")
    with pytest.raises(x12.X12Error):
        x12.parse_x12_interchange(x12.tokenize_x12(spoiled))


def test_an_independent_reader_finds_the_same_segments() -> None:
    """In what both take."""
    body = written(1, ("945", SHIPPED), ("944", RECEIVED))
    theirs = x12.parse_x12_interchange(x12.tokenize_x12(body))
    (ours,) = interchanges(body)
    assert isinstance(ours, Interchange)
    told = [[e.decode() for e in s.elements] for g in theirs.groups for t in g.transactions for s in t.segments]
    assert [list(s[1:]) for g in ours.groups for t in g.sets for s in t.segments[1:-1]] == told


def test_a_text_that_would_be_read_as_a_separator_is_not_sent(tmp_path: Path) -> None:
    """It would cut an order in two at the warehouse."""
    assert TRIAL.refused is not None
    with pytest.raises(Rejected, match="X12 cannot say"):
        door(tmp_path).push(TRIAL.refused, "k")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "value"), [("us", "RETAILER"), ("them", "ZZ:A-NAME-THAT-IS-TOO-LONG"), ("usage", "X"), ("line", "PO1")]
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str) -> None:
    """Before anything is sent under it."""
    with pytest.raises(Misconfigured, match=f"setting `{name}`"):
        door(settings={name: value})


def test_a_mended_part_is_translated_by_itself() -> None:
    """A fault holds as much of its envelope as it needs to be read again."""
    body = written(1, ("945", SHIPPED), ("947", [s.replace("*-2*", "*x*") for s in COUNTED]))
    (fault,) = [f for t in translated(body) for f in t.faults]
    mended = Delivery(source="depot", id="m", subject="m", body=fault.body.replace(b"*x*", b"*-2*"), digest=b"")
    assert [type(r.data).__name__ for r in door().parse(mended).reports] == ["AdjustmentReported"]


def test_a_supplier_answers_advises_and_invoices_a_purchase() -> None:
    """Where purchases stand in the book, 855, 856 and 810 are theirs; the invoice comes to its own total, to the cent."""
    body = written(1, ("855", ANSWERED), ("856", ADVISED), ("810", INVOICED))
    told = translated(body)
    assert names(body) == []
    reports = [r for t in told for r in t.reports]
    assert {r.subject for r in reports} == {"purchase/P-1"}
    lines = (AcknowledgedLine(1, 10, date(2026, 3, 20)), AcknowledgedLine(2, 0, date(2026, 3, 7)))
    assert [r.data for r in reports] == [
        PurchaseAcknowledged("P-1", lines),
        ShipmentAdvised("P-1", "ASN-9", date(2026, 3, 11), (AdvisedLine(1, 8),)),
        SupplierInvoiceReported("P-1", "INV-1", "USD/2", (InvoicedLine(1, 3, 1000), InvoicedLine(2, 5, 750)), 350),
    ]


def test_without_the_setting_nothing_is_taken_for_a_purchase() -> None:
    """A notice announces goods, and answers and invoices wait, where purchases are kept elsewhere."""
    assert names(written(1, ("855", ANSWERED), ("810", INVOICED)), purchases="no") == [
        "no process yet",
        "no process yet",
    ]
    (told,) = translated(written(1, ("856", ADVISED)), purchases="no")
    assert [type(r.data) for r in told.reports] == [InboundAnnounced]
    assert answered(written(1, ("855", ANSWERED)))[0][-1] == "AK9*A*1*1*1"
