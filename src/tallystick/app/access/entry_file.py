"""A manual entry in a file, TOML or JSON, read with an error that names the field and the remedy."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from tallystick.app.exits import Code, Complaint
from tallystick.messages.books.entries import ManualEntry, ManualLine
from tallystick.model.amount import AmountError, decimals_of, parse_decimal
from tallystick.processes.soundness import manual_entry_flaw

FILE_BYTES_MAX: Final = 1_000_000
REMEDY: Final = "docs/how-to/controller.md shows a whole entry"


class _Line(Struct, forbid_unknown_fields=True):
    debit: str
    credit: str
    amount: Annotated[str, Meta(description="decimal text")]
    text: str = ""


class _Entry(Struct, forbid_unknown_fields=True):
    day: date
    reason: str
    lines: list[_Line]


def read_entry(file: Path, currency: str) -> ManualEntry:
    """Read the entry in *file* into amounts of *currency*. Raises a `Complaint` naming the field."""
    said = _said(file)
    try:
        entry = msgspec.convert(said, _Entry)
    except msgspec.ValidationError as wrong:
        raise Complaint(f"{file.name}: {wrong}", REMEDY, Code.BAD_FILE) from wrong
    decimals = decimals_of(currency)
    lines = []
    for n, line in enumerate(entry.lines, 1):
        try:
            amount = parse_decimal(line.amount, decimals)
        except AmountError as wrong:
            raise Complaint(f"{file.name}: line {n}: amount: {wrong}", REMEDY, Code.BAD_FILE) from wrong
        lines.append(ManualLine(n, line.debit, line.credit, amount, line.text))
    found = ManualEntry(currency, entry.day, entry.reason, tuple(lines))
    flaw = manual_entry_flaw(found)
    if flaw:
        raise Complaint(
            f"{file.name}: {flaw}", "`tally entry accounts` lists what is open to manual entries", Code.BAD_FILE
        )
    return found


def _said(file: Path) -> Any:
    raw = file.read_bytes()
    if len(raw) > FILE_BYTES_MAX:
        raise Complaint(f"{file.name} has {len(raw):,} bytes, at most {FILE_BYTES_MAX:,}", REMEDY, Code.BAD_FILE)
    try:
        text = raw.decode()
        return json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as bad:
        raise Complaint(f"{file.name} cannot be read: {bad}", REMEDY, Code.BAD_FILE) from bad
