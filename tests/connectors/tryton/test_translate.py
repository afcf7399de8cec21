"""Tryton's records and entries as ours, by golden pairs of our own making: nothing invented, nothing lost."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tallystick.connectors.tryton.manifest import NAME
from tallystick.connectors.tryton.translate import (
    KINDS,
    Desk,
    content_of,
    delivery_of,
    entry_of,
    posted_line_of,
    translation_of,
    values_of,
)
from tallystick.connectors.tryton.values import day_of, decimal_value, minor_of, moment_value, stamp_of
from tallystick.messages.books.ledger import LedgerJournal, LedgerLine, PostJournal, ReverseJournal
from tallystick.messages.masters import LedgerAccountReported, MasterReport, ProductReported, SupplierReported
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Rejected

STAMP = "2026-11-24T06:09:56.221910+00:00"
LATER = "2026-11-24T06:09:56.221911+00:00"
ACCOUNT = {
    "id": 4, "code": "4.1.1", "name": "Goods", "type": 9, "closed": 0, "party_required": 0,
    "create_date": moment_value(STAMP), "write_date": None,
}  # fmt: skip
PRODUCT = {
    "id": 7, "code": "MUG", "active": 1, "default_uom.": {"id": 1, "symbol": "u"},
    "template.": {"id": 3, "name": "Mug", "type": "goods", "active": 1, "write_date": moment_value(LATER)},
    "create_date": moment_value(STAMP), "write_date": moment_value(STAMP),
}  # fmt: skip
SUPPLIER = {
    "id": 1, "party": 2, "party.": {"id": 2, "code": "2", "name": "Lumen", "active": 1, "write_date": moment_value(LATER)},
    "create_date": moment_value(STAMP), "write_date": None,
}  # fmt: skip
PAIRS: list[tuple[type, dict[str, Any], MasterReport]] = [
    (LedgerAccountReported, ACCOUNT, LedgerAccountReported(NAME, "4", STAMP, "4.1.1", "Goods")),
    (LedgerAccountReported, ACCOUNT | {"type": None}, LedgerAccountReported(NAME, "4", STAMP, "4.1.1", "Goods", False)),
    (ProductReported, PRODUCT, ProductReported(NAME, "7", LATER, "MUG", "Mug", "u", "goods")),
    (ProductReported, PRODUCT | {"active": 0}, ProductReported(NAME, "7", LATER, "MUG", "Mug", "u", "goods", False)),
    (ProductReported, PRODUCT | {"code": None}, ProductReported(NAME, "7", LATER, "", "Mug", "u", "goods")),
    (SupplierReported, SUPPLIER, SupplierReported(NAME, "2", LATER, "2", "Lumen")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "record", "expected"), PAIRS)
def test_a_record_is_a_report(kind: type, record: dict[str, Any], expected: MasterReport) -> None:
    """What changed last decides the version, be it the record or what it belongs to."""
    (report,) = translation_of(delivery_of(KINDS[kind], record)).reports
    assert report.data == expected
    assert (report.time, report.zone) == (datetime.fromisoformat(expected.version), "UTC")


@pytest.mark.parametrize(("kind", "record"), [(k, r) for k, r, _ in PAIRS[:1] + PAIRS[2:3] + PAIRS[5:]])
def test_an_unknown_field_is_kept_and_a_missing_one_is_a_fault(kind: type, record: dict[str, Any]) -> None:
    """A newer Tryton may say more; one that says less is not guessed at."""
    kept = delivery_of(KINDS[kind], record | {"colour": "blue"})
    assert json.loads(kept.body)["record"]["colour"] == "blue"
    assert len(translation_of(kept).reports) == 1
    for name in set(record) - {"id", "party", "create_date", "write_date", "default_uom."}:
        bare = {k: v for k, v in record.items() if k != name}
        (fault,) = translation_of(delivery_of(KINDS[kind], bare)).faults
        assert name.rstrip(".") in fault.reason
        assert fault.remedy


def test_a_delivery_is_known_by_what_it_says() -> None:
    """Read again it is the same; changed it is another; two rows that name one supplier are one."""
    kind = KINDS[SupplierReported]
    other_row = SUPPLIER | {"id": 9, "create_date": moment_value(LATER)}
    assert delivery_of(kind, SUPPLIER).id == delivery_of(kind, other_row).id
    assert delivery_of(kind, SUPPLIER).digest == delivery_of(kind, other_row).digest
    renamed = SUPPLIER | {"party.": {**SUPPLIER["party."], "name": "Other"}}  # type: ignore[dict-item]
    assert delivery_of(kind, SUPPLIER).id != delivery_of(kind, renamed).id


LINES = (LedgerLine(1, "receivable:web", "1.2.9", 12_345), LedgerLine(2, "", "4.1.1", -12_345))
JOURNAL = LedgerJournal("tryton", "web", date(2011, 3, 31), "GBP/3", "REV", LINES)
MARCH = {"id": 5, "state": "open", "start_date": None, "end_date": None}
DAY = {"__class__": "date", "year": 2011, "month": 3, "day": 31}
DESK = Desk(1, "GBP/3", {"REV": 2}, {"1.2.9": 8, "4.1.1": 9}, [MARCH | {"start_date": DAY, "end_date": DAY}])
NOTHING = {"__class__": "Decimal", "decimal": "0.000"}
MONEY = {"__class__": "Decimal", "decimal": "12.345"}
LINK = "tally:journal/tryton/web/2011-03-31/1"


def test_a_journal_is_an_entry() -> None:
    """To the last digit, without a float, each line with its link; what rounding left says so."""
    assert values_of(PostJournal(JOURNAL, 1), "a.1", DESK) == {
        "company": 1, "journal": 2, "period": 5, "date": DAY, "description": f"{LINK} a.1",
        "lines": [["create", [
            {"account": 8, "debit": MONEY, "credit": NOTHING, "description": f"{LINK}#1 receivable:web"},
            {"account": 9, "debit": NOTHING, "credit": MONEY, "description": f"{LINK}#2 rounding"},
        ]]],
    }  # fmt: skip


def test_a_reversal_is_the_opposite_under_a_link_of_its_own() -> None:
    """Each line the other way, on the same day."""
    values = values_of(ReverseJournal(JOURNAL, 1), "a.2", DESK)
    assert values["description"] == f"{LINK}/reversal a.2"
    assert values["date"] == DAY
    assert [(x["debit"], x["credit"]) for x in values["lines"][0][1]] == [(NOTHING, MONEY), (MONEY, NOTHING)]


@pytest.mark.parametrize(
    ("desk", "named"),
    [
        (Desk(1, "GBP/2", DESK.journals, DESK.accounts, DESK.periods), "currency"),
        (Desk(1, "GBP/3", {}, DESK.accounts, DESK.periods), "journal 'REV'"),
        (Desk(1, "GBP/3", DESK.journals, {"1.2.9": 8}, DESK.periods), "account '4.1.1'"),
        (Desk(1, "GBP/3", DESK.journals, DESK.accounts, []), "period for 2011-03-31"),
        (Desk(1, "GBP/3", DESK.journals, DESK.accounts, [{**DESK.periods[0], "state": "closed"}]), "is closed"),
    ],
)
def test_what_tryton_does_not_have_is_named(desk: Desk, named: str) -> None:
    """Before anything is sent, with the remedy."""
    with pytest.raises(Rejected, match=named):
        values_of(PostJournal(JOURNAL, 1), "a.1", desk)


def test_an_entry_comes_back_as_it_went() -> None:
    """Money and day survive the round trip exactly."""
    move = {"id": 3, "number": "12", "state": "posted", "description": f"{LINK} a.1", "date": DAY}
    lines = [
        {"account.": {"code": "4.1.1"}, "debit": NOTHING, "credit": MONEY, "description": "text", "move.": move},
        {"account.": {"code": "1.2.9"}, "debit": MONEY, "credit": NOTHING, "description": "text", "move.": move},
    ]
    entry = entry_of(move, lines, 3)
    assert entry.lines == content_of(PostJournal(JOURNAL, 1))
    assert (entry.number, entry.is_posted, entry.link, entry.key) == ("12 (id 3)", True, LINK, "a.1")
    line = posted_line_of(lines[0], 3)
    assert (line.link, line.day, line.code, line.amount) == (LINK, date(2011, 3, 31), "4.1.1", -12_345)
    assert posted_line_of({**lines[0], "move.": {**move, "description": "by hand"}}, 3).link == ""


def test_values_survive_and_are_never_rounded() -> None:
    """A moment to the microsecond, a day, a decimal of the currency's digits; one with more digits is refused."""
    assert stamp_of(moment_value(STAMP)) == STAMP
    assert datetime.fromisoformat(stamp_of(moment_value("2026-01-01T00:00:00.000000+00:00"))).tzinfo == UTC
    assert day_of(DAY) == date(2011, 3, 31)
    assert minor_of(decimal_value(-12_345, 3), 3) == -12_345
    with pytest.raises(AmountError):
        minor_of(MONEY, 2)
