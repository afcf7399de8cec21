"""A manual entry in a file: read exactly, or refused by the name of the field."""

from datetime import date
from pathlib import Path

import pytest
from msgspec import json

from tallystick.app.access.entry_file import FILE_BYTES_MAX, read_entry
from tallystick.app.exits import Code, Complaint
from tallystick.messages.books.entries import ManualEntry, ManualLine
from tests.app.test_access import ENTRY

READ = ManualEntry(
    "EUR/2",
    date(2026, 11, 30),
    "rent of November, not yet invoiced",
    (ManualLine(1, "operating_expense:rent", "accruals:rent", 120_000, "shop 330"),),
)


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    """The amount is text and becomes minor units of the book's currency, without rounding."""
    toml, other = tmp_path / "a.toml", tmp_path / "a.json"
    toml.write_text(ENTRY)
    line = {"debit": "operating_expense:rent", "credit": "accruals:rent", "amount": "1200", "text": "shop 330"}
    other.write_bytes(json.encode({"day": "2026-11-30", "reason": READ.reason, "lines": [line]}))
    assert read_entry(toml, "EUR/2") == read_entry(other, "EUR/2") == READ


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("1200.00", "1200.001"), "line 1: amount: '1200.001' has more than 2 decimals"),
        (("1200.00", "1,200.00"), "line 1: amount: '1,200.00' is not a decimal number"),
        (('"1200.00"', "1200.00"), "Expected `str`, got `float` - at `$.lines[0].amount`"),
        (("2026-11-30", '"soon"'), "at `$.day`"),
        (("text =", "note ="), "unknown field `note`"),
        (("reason", "raeson"), "`raeson`"),
        (("day =", "day"), "cannot be read"),
        (("[[lines]]", "[lines]"), "Expected `array`, got `object` - at `$.lines`"),
        (("accruals:rent", "psp_clearing:stripe"), "closed to manual entries"),
        (("accruals:rent", "accrual:rent"), "no account 'accrual:rent' in the chart"),
        (("accruals:rent", "operating_expense:rent"), "debit and credit are both"),
        (("1200.00", "-1200.00"), "amount -120000 is not above zero"),
        (("rent of November, not yet invoiced", " "), "reason: say why"),
        (("rent of November", "r" * 501), "reason: say why"),
        (("text", "x" * FILE_BYTES_MAX), "at most 1,000,000"),
    ],
)
def test_a_wrong_entry_names_the_field(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    """What is wrong is said by the field's name, with a way out."""
    file = tmp_path / "rent.toml"
    file.write_text(ENTRY.replace(*change))
    with pytest.raises(Complaint) as caught:
        read_entry(file, "EUR/2")
    assert told in caught.value.what
    assert (caught.value.code, bool(caught.value.remedy)) == (Code.BAD_FILE, True)
