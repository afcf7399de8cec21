"""Tills that write POSLog: what a basket comes to, what is no sale, and what is never read."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from tallystick.connectors.poslog.bench import COUNTED, SOLD, connection, poslog
from tallystick.connectors.poslog.client import deliveries
from tallystick.connectors.poslog.connector import Poslog
from tallystick.connectors.poslog.coverage import COVERAGE
from tallystick.kit.boxes.mailbox import Cursor
from tallystick.messages.sales import CreditReported, SaleReported
from tallystick.ports.connector import Delivery, Misconfigured, Translation

LINE = (
    "<LineItem{0}><SequenceNumber>{1}</SequenceNumber><{2}><ItemID>{3}</ItemID><ExtendedAmount>{4}</ExtendedAmount>"
    "<Quantity>{5}</Quantity></{2}></LineItem>"
)
CASH = "<LineItem><SequenceNumber>99</SequenceNumber><Tender TenderType='Cash'><Amount>{}</Amount></Tender></LineItem>"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE POSLog [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><POSLog>&i;</POSLog>"
)
FILE = '<!DOCTYPE POSLog [<!ENTITY x SYSTEM "{}">]><POSLog><Transaction>&x;</Transaction></POSLog>'


def basket(*lines: str, total: str = "", **marks: str) -> str:
    """A retail transaction of these lines, paid in cash."""
    said = "".join(f' {name}="{value}"' for name, value in marks.items())
    grand = f"<Total TotalType='TransactionGrandAmount'>{total}</Total>" if total else ""
    return f"<RetailTransaction{said}>{''.join(lines)}{grand}</RetailTransaction>"


def translated(body: bytes) -> Translation:
    """What a file says, all at once."""
    door = Poslog(connection(Path("/nowhere")))
    return door.parse(Delivery(source="tills", id="f", subject="f", body=body, digest=b""))


def only(*transactions: str) -> Translation:
    """What some transactions say."""
    return translated(poslog(*transactions))


def why(found: Translation) -> str:
    """The name of the coverage that the one fault begins with."""
    (fault,) = found.faults
    name = fault.reason.partition(":")[0]
    assert name in COVERAGE.quarantined
    assert fault.remedy
    return name


def test_a_day_of_a_till_is_baskets_and_a_count() -> None:
    """Each under the till's own day, though the clock has passed midnight."""
    found = only(SOLD, COUNTED)
    assert [r.subject for r in found.reports] == ["till/tills/7/2026-03-28"] * 2
    assert [r.on for r in found.reports] == [date(2026, 3, 29)] * 2


@pytest.mark.parametrize("status", ["Suspended", "Voided", "Canceled", "Failed"])
def test_what_was_not_sold_says_nothing(status: str) -> None:
    """A basket that is parked, voided or given up moves no goods and no money."""
    found = only(basket(LINE.format("", 1, "Sale", "MUG", "1.00", 1), CASH.format("1.00"), TransactionStatus=status))
    assert found == Translation()


def test_practice_is_no_business() -> None:
    """Nor is a cancelled transaction, nor signing on."""
    trained = poslog(SOLD).replace(b"<Transaction>", b'<Transaction TrainingModeFlag="true">')
    cancelled = poslog(SOLD).replace(b"<Transaction>", b'<Transaction CancelFlag="true">')
    signed_on = poslog("<ControlTransaction><OperatorSignOn/></ControlTransaction>")
    assert [translated(body) for body in (trained, cancelled, signed_on)] == [Translation()] * 3


def test_a_line_that_is_void_itself_is_not_sold() -> None:
    """Some tills write a void as a negative twin, others mark the line: both come to the same."""
    kept, void = (
        LINE.format("", 1, "Sale", "MUG", "1.00", 1),
        LINE.format(' VoidFlag="true"', 2, "Sale", "MUG", "1.00", 1),
    )
    found = only(basket(kept, void, CASH.format("1.00"), total="1.00"))
    (report,) = found.reports
    assert isinstance(report.data, SaleReported)
    assert [x.line for x in report.data.goods] == [1]


def test_an_exchange_is_a_sale_and_a_credit() -> None:
    """The dearer mug goes, the cheaper comes back, and the customer pays the difference."""
    lines = LINE.format("", 1, "Sale", "MUG", "3.00", 1), LINE.format("", 2, "Return", "CUP", "1.00", 1)
    found = only(basket(*lines, CASH.format("2.00"), total="2.00"))
    assert [type(r.data) for r in found.reports] == [SaleReported, CreditReported]
    assert found.faults == ()


def test_several_tenders_are_mixed_but_change_is_not() -> None:
    """A sale has one tender; what is given back in it counts against it."""
    card = "<LineItem><SequenceNumber>98</SequenceNumber><Tender TenderType='CreditDebit'><Amount>2.00</Amount></Tender></LineItem>"
    line = LINE.format("", 1, "Sale", "MUG", "3.00", 1)
    mixed = only(basket(line, card, CASH.format("1.00"), total="3.00"))
    change = only(basket(line, CASH.format("5.00"), CASH.format("-2.00"), total="3.00"))
    assert [r.data.tender for f in (mixed, change) for r in f.reports if isinstance(r.data, SaleReported)] == [
        "mixed",
        "cash",
    ]


def test_what_does_not_come_to_the_tills_own_total_is_not_believed() -> None:
    """Something in the transaction was not understood: a person looks at it, and the rest of the file goes on."""
    wrong = basket(LINE.format("", 1, "Sale", "MUG", "1.00", 1), CASH.format("1.00"), total="1.50")
    found = only(wrong, SOLD)
    assert why(found) == "totals"
    assert len(found.reports) == 1
    mended = found.faults[0].body.replace(b">1.50<", b">1.00<")
    assert len(translated(mended).reports) == 1


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ((LINE.format("", 1, "Sale", "GIFT", "1.00", 1).replace("<Sale>", "<Sale ItemType='GiftCard'>"), CASH.format(1)), "a kind of line"),
        ((LINE.format("", 1, "Sale", "BOTTLE", "-1.00", 1), CASH.format(-1)), "a negative item"),
        ((LINE.format("", 1, "Sale", "MUG", "1.00", 1),), "no tender"),
        ((LINE.format("", 1, "Sale", "MUG", "1.005", 1), CASH.format(1)), "a field"),
        ((LINE.format("", 1, "Sale", "MUG", "1.00", "0.5"), CASH.format(1)), "a field"),
        ((LINE.format("", 1, "Sale", "MUG", "1e9", 1), CASH.format(1)), "a field"),
        ((LINE.format("", "1" * 20, "Sale", "MUG", "1.00", 1), CASH.format(1)), "a field"),
        ((LINE.format(' VoidFlag="true"', 1, "Sale", "MUG", "-1.00", 1), CASH.format(1)), "totals"),
    ],
)  # fmt: skip
def test_what_no_basket_can_hold_is_quarantined_by_name(lines: tuple[str, ...], name: str) -> None:
    """Kept whole, with the reason and what to do."""
    assert why(only(basket(*lines))) == name


def test_another_currency_is_not_added_up() -> None:
    """The book of the connection has one."""
    assert why(translated(poslog(SOLD).replace(b">EUR<", b">CHF<"))) == "another currency"


@pytest.mark.parametrize("text", [BOMB, FILE, "<!DOCTYPE POSLog><POSLog/>"])
def test_a_document_type_is_never_read(text: str) -> None:
    """Billion laughs and entities that read files: refused before anything of them is expanded."""
    found = translated(text.encode())
    assert why(found) == "a document type"
    assert found.faults[0].body == text.encode()
    assert [why(translated(d.body)) for d in deliveries(text.encode(), "tills")] == ["a document type"]


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"(\xb5/\xfd"])
def test_an_archive_is_not_unpacked(head: bytes) -> None:
    """A small one can hold more than any memory."""
    assert why(translated(head + b"\x00" * 100)) == "a packed file"


@pytest.mark.parametrize("body", [b"", b"<POSLog>", b"<Other/>", b"{}", b"\xff\xfe<", b"<POSLog>" + b"<a>" * 300])
def test_what_is_no_poslog_is_kept_whole(body: bytes) -> None:
    """And named so."""
    assert why(translated(body)) == "no POSLog"
    assert [d.body for d in deliveries(body, "tills")] == [body]


def test_a_parser_that_reads_document_types_tells_what_stands_elsewhere(tmp_path: Path) -> None:
    """The broken twin: the same file by a parser with entities on does show what stands elsewhere on the disk."""
    (tmp_path / "secret").write_text("swordfish")
    text = FILE.format((tmp_path / "secret").as_uri()).encode()
    careless = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)
    assert "swordfish" in "".join(str(t) for t in etree.fromstring(text, careless).itertext())
    assert "swordfish" not in str(translated(text))


def test_files_are_put_away_once_they_are_kept(tmp_path: Path) -> None:
    """Not before: until then each pull finds them again."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.xml").write_bytes(poslog(SOLD, COUNTED))
    door = Poslog(connection(tmp_path))
    page = door.pull(SaleReported, "")
    assert [d.id for d in page.deliveries] == ["7-2-2026-03-28-1", "7-2-2026-03-28-2"]
    assert door.pull(SaleReported, page.cursor).deliveries == page.deliveries
    door.kept(page)
    assert door.pull(SaleReported, page.cursor).deliveries == ()
    assert set(Cursor.of(page.cursor).read) == {"a.xml"}


def test_the_customer_is_referred_to_and_never_named() -> None:
    """The card's number stays in the sealed body; erasure finds it by the delivery's person."""
    card = (
        "<LineItem><SequenceNumber>9</SequenceNumber><LoyaltyMembership><MembershipID>4711</MembershipID>"
        "</LoyaltyMembership></LineItem>"
    )
    body = poslog(SOLD.replace("<Total", card + "<Total", 1))
    (delivery,) = deliveries(body, "tills")
    assert delivery.person == "4711"
    told = connection(Path("/nowhere"))
    door = Poslog(msgspec.structs.replace(told, pseudonym=lambda _source, person: f"person:{int(person):016x}"))
    (report,) = door.parse(delivery).reports
    assert isinstance(report.data, SaleReported)
    assert report.data.customer == f"person:{4711:016x}"
    assert not re.search("4711", str(report))


@pytest.mark.parametrize(
    ("name", "value"), [("currency", "EUR"), ("zone", "Nowhere/Else"), ("locations", "7"), ("currency", "")]
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str) -> None:
    """Before anything is read."""
    told = connection(Path("/nowhere"))
    with pytest.raises(Misconfigured, match=f"setting `{name}`"):
        Poslog(msgspec.structs.replace(told, settings={**told.settings, name: value}))
