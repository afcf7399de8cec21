"""Files about master data, read: documents of owners and of publication, and tables that enrich products."""

import csv
import json
import tomllib
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from tallystick.app.exits import Code, Complaint
from tallystick.decisions.masters.ownership import flaw_of_ownership
from tallystick.decisions.masters.publication import flaw_of_publication
from tallystick.decisions.masters.stating import product_code
from tallystick.messages.stewardship.governing import Ownership, Publication
from tallystick.messages.stewardship.records import FIELDS, StatedField

CODE: Final = "code"
_REMEDY: Final = "mend it there; docs/masters.md describes the format"
T = TypeVar("T", Ownership, Publication)


def read_ownership(file: Path) -> Ownership:
    """Read who owns which field. Raises `Complaint` naming the place and the remedy."""
    found = _document(file, Ownership)
    _sound(file, flaw_of_ownership(found))
    return found


def read_publication(file: Path) -> Publication:
    """Read how products are published, their codes as the book writes them. Raises `Complaint`."""
    found = _document(file, Publication)
    _sound(file, flaw_of_publication(found))
    named = (msgspec.structs.replace(p, sku=product_code(p.sku, p.sku)) for p in found.products)
    return msgspec.structs.replace(found, products=tuple(named))


def read_table(file: Path, kind: str) -> list[tuple[str, tuple[StatedField, ...]]]:
    """Read a CSV file with a column `code` and a column for each field. An empty cell says that there is no value.

    Raises `Complaint` naming the line and the field.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines, strict=True))
    except (csv.Error, UnicodeDecodeError) as bad:
        raise Complaint(
            f"{file}: cannot be read: {bad}", "write CSV in UTF-8, its first line the names", Code.BAD_FILE
        ) from bad
    names = [name for name in (rows[0] if rows else {}) if name != CODE]
    unknown = [str(name) for name in names if name not in FIELDS[kind]]
    if rows and (CODE not in rows[0] or unknown or not names):
        what = (
            f"column {unknown[0]!r} is no field of a {kind}" if unknown else f"it needs a column {CODE} and one field"
        )
        raise Complaint(f"{file}: {what}", f"name columns {CODE} and of {', '.join(FIELDS[kind])}", Code.BAD_FILE)
    return [_row(file, number, row) for number, row in enumerate(rows, 2)]


def _row(file: Path, line: int, row: dict[str, Any]) -> tuple[str, tuple[StatedField, ...]]:
    if None in row or None in row.values() or not row[CODE].strip():
        raise Complaint(f"{file}:{line}: {CODE}, or a cell, is missing or one too many", _REMEDY, Code.BAD_FILE)
    fields = tuple(StatedField(name, value.strip()) for name, value in row.items() if name != CODE)
    return row[CODE].strip(), fields


def _document(file: Path, type_: type[T]) -> T:
    try:
        text = file.read_text("utf-8")
        return msgspec.convert(json.loads(text) if file.suffix == ".json" else tomllib.loads(text), type_)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as bad:
        raise Complaint(f"{file}: cannot be read: {bad}", _REMEDY, Code.BAD_FILE) from bad
    except msgspec.ValidationError as wrong:
        raise Complaint(f"{file}: {wrong}", _REMEDY, Code.BAD_FILE) from wrong


def _sound(file: Path, flaw: str) -> None:
    if flaw:
        raise Complaint(f"{file}: {flaw}", _REMEDY, Code.BAD_FILE)
