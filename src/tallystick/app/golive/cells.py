"""Rows of an old system's CSV files, read with an error that names the file, the row, the column and the remedy."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from tallystick.app.exits import Code, Complaint
from tallystick.model.amount import NUMBER_LIMIT, AmountError, decimals_of, parse_decimal

REMEDY: Final = "docs/going-live.md names the files and their columns"
FILE_BYTES_MAX: Final = 64_000_000
_TRUE, _FALSE = frozenset({"yes", "true", "1"}), frozenset({"", "no", "false", "0"})


def wrong(file: Path, what: str, remedy: str = REMEDY) -> Complaint:
    """Return the complaint about a file."""
    return Complaint(f"{file.name}: {what}", remedy, Code.BAD_FILE)


class Cells:
    """One row."""

    def __init__(self, file: Path, place: int, cells: dict[str, str]) -> None:
        """Know where it stands."""
        self._file, self._place, self._cells = file, place, cells

    def said(self, column: str) -> str:
        """Return what stands in a column; empty where the file has no such column."""
        return self._cells.get(column, "")

    def text(self, column: str) -> str:
        """Return what must stand in a column."""
        found = self.said(column)
        if not found:
            raise self.bad(column, "is empty")
        return found

    def whole(self, column: str) -> int:
        """Return a whole number that is not below zero; none where nothing stands there."""
        found = self.said(column)
        if not found:
            return 0
        if not found.isascii() or not found.isdecimal() or len(found) > 16 or int(found) >= NUMBER_LIMIT:
            raise self.bad(column, f"{found[:40]!r} is no whole number from 0 on")
        return int(found)

    def money(self, column: str, currency: str) -> int:
        """Return an amount in minor units; none where nothing stands there."""
        found = self.said(column)
        try:
            amount = parse_decimal(found, decimals_of(currency)) if found else 0
        except AmountError as flaw:
            raise self.bad(column, str(flaw)) from flaw
        if abs(amount) >= NUMBER_LIMIT:
            raise self.bad(column, f"{found} is beyond any amount")
        return amount

    def natural(self, column: str, currency: str) -> int:
        """Return an amount that is not below zero, in minor units."""
        amount = self.money(column, currency)
        if amount < 0:
            raise self.bad(column, f"{self.said(column)} is below zero")
        return amount

    def day(self, column: str) -> date:
        """Return a day."""
        try:
            return date.fromisoformat(self.text(column))
        except ValueError as flaw:
            raise self.bad(column, f"{self.said(column)!r} is no day: write it as 2026-12-01") from flaw

    def flag(self, column: str) -> bool:
        """Return yes or no; no where nothing stands there."""
        found = self.said(column).lower()
        if found not in _TRUE | _FALSE:
            raise self.bad(column, f"{found!r} is neither yes nor no")
        return found in _TRUE

    def bad(self, column: str, what: str) -> Complaint:
        """Return the complaint about a column of this row."""
        return wrong(self._file, f"row {self._place}: {column} {what}", f"correct it in the file; {REMEDY}")


def rows(file: Path, columns: Sequence[str]) -> list[Cells]:
    """Read a CSV file in UTF-8 that has at least *columns*. Raises a `Complaint`."""
    if file.stat().st_size > FILE_BYTES_MAX:
        raise wrong(file, f"it is larger than {FILE_BYTES_MAX:,} bytes")
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            read = [row for row in csv.reader(stream, strict=True) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as flaw:
        raise wrong(file, f"it is no CSV in UTF-8: {flaw}", "have it exported again") from flaw
    head = [cell.strip() for cell in read[0]] if read else []
    lacking = [c for c in columns if c not in head]
    if lacking or len(set(head)) < len(head):
        raise wrong(file, f"it lacks {', '.join(lacking)}" if lacking else "a column stands there twice")
    for place, row in enumerate(read[1:], 2):
        if len(row) != len(head):
            raise wrong(file, f"row {place}: {len(row)} cells under {len(head)} columns")
    return [
        Cells(file, place, {name: cell.strip() for name, cell in zip(head, row, strict=True)})
        for place, row in enumerate(read[1:], 2)
    ]
