"""Reading a batch: the whole file or nothing. What its header and trailer say must be what its records come to."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from itertools import islice
from typing import Final

from msgspec import Struct

from tallystick.connectors.legacy_batch.coverage import CONTROL, ENCODING, FIELD, LAYOUT
from tallystick.connectors.legacy_batch.layouts import COUNT, Column, Layout, Layouts, Record
from tallystick.kit.boxes.coverage import Left
from tallystick.model.amount import AmountError, parse_decimal

AGAIN: Final = "have the batch written again, whole, under the next number"
DIGITS_MAX: Final = 18
YEAR_MIN, YEAR_MAX = 1900, 2999
"""Beyond them a day's end is none in every zone."""
RECORDS_MAX: Final = 50_000
HEAD_BYTES: Final = 1_000
Row = tuple[str, ...]


class Batch(Struct, frozen=True):
    """A file that holds what it says: its layout's name, the day it was written, its number, and the cells of its records."""

    name: str
    written: date
    number: int
    rows: tuple[Row, ...]


def read(body: bytes, layouts: Layouts, decimals: int) -> Batch:
    """Read a file by the layout its header names; *decimals* are those of the currency. Raises `Left`: the whole is in it."""
    for name, layout in layouts.items():
        if _is_of(body, name, layout):
            return _Batching(name, layout, decimals).read(body)
    known = ", ".join(sorted(layouts))
    raise Left(
        LAYOUT, f"its header names none of the layouts {known}", "correct its header, or add the layout to `layouts`"
    )


def cell(row: Sequence[str], layout: Layout, means: str) -> str:
    """Return what a row says of something, without the blanks around it; empty where no column means it."""
    for told, column in zip(row, layout.record.columns, strict=True):
        if column.means == means:
            return told.strip()
    return ""


def number(told: str, column: str) -> int:
    """Read a whole number."""
    return _scaled(told, 0, column, is_written_out=True)


def decimal(told: str, scale: int, column: str, *, is_written_out: bool) -> int:
    """Read a number of *scale* decimals, which a point writes out or the layout says."""
    return _scaled(told, scale, column, is_written_out=is_written_out)


def _scaled(told: str, scale: int, column: str, *, is_written_out: bool) -> int:
    text = told.strip()
    text = f"-{text[:-1].strip()}" if text.endswith("-") else text.removesuffix("+")
    try:
        found = parse_decimal(text, scale if is_written_out else 0)
    except AmountError as wrong:
        raise Left(FIELD, f"{column}: {wrong}", AGAIN) from None
    if abs(found) >= 10**DIGITS_MAX:
        raise Left(FIELD, f"{column}: {told.strip()} has more than {DIGITS_MAX} digits", AGAIN)
    return found


def _is_of(body: bytes, name: str, layout: Layout) -> bool:
    """Say whether a body begins with the header of a layout: its tag, and its name."""
    text = body[:HEAD_BYTES].decode(layout.encoding, "replace")
    if not text.startswith(layout.header.tag):
        return False
    rest = text[len(layout.header.tag) :]
    if layout.format == "fixed":
        return rest[: layout.header.columns[0].width].strip() == name
    return rest.startswith(layout.delimiter) and rest[1:].split(layout.delimiter)[0].strip(' "') == name


class _Batching:
    """One file under way."""

    def __init__(self, name: str, layout: Layout, decimals: int) -> None:
        self.name, self.layout, self.decimals = name, layout, decimals

    def read(self, body: bytes) -> Batch:
        records = list(islice(self._records(body), RECORDS_MAX + 1))
        if len(records) > RECORDS_MAX:
            raise Left(LAYOUT, f"{self.name}: more than {RECORDS_MAX} records", "have it written as several batches")
        if len(records) < 2:
            raise Left(CONTROL, f"{self.name}: the trailer is missing", AGAIN)
        head = self._cells(records[0], self.layout.header, 1)
        rows = tuple(self._cells(r, self.layout.record, n) for n, r in enumerate(records[1:-1], 2))
        tail = self._cells(records[-1], self.layout.trailer, len(records))
        for place, row in enumerate(rows, 2):
            self._check_kinds(row, self.layout.record, place)
        self._check_kinds(head, self.layout.header, 1)
        self._check_kinds(tail, self.layout.trailer, len(records))
        self._check_totals(rows, tail)
        return Batch(self.name, _day(head[1], "written"), number(head[2], "batch"), rows)

    def _records(self, body: bytes) -> Iterator[list[str]]:
        """Yield records as lists: of cells, or of the one line that is cut by widths."""
        layout = self.layout
        try:
            text = body.decode(layout.encoding)
        except UnicodeDecodeError as wrong:
            raise Left(ENCODING, f"{self.name}: byte {wrong.start} is none of {layout.encoding}", AGAIN) from None
        if layout.format == "csv":
            try:
                yield from (
                    row
                    for row in csv.reader(StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
                    if row
                )
            except csv.Error as wrong:
                raise Left(LAYOUT, f"{self.name}: {wrong}", AGAIN) from None
        elif layout.record_length:
            yield from ([text[n : n + layout.record_length]] for n in range(0, len(text), layout.record_length))
        else:
            yield from ([line] for line in text.replace("\r\n", "\n").split("\n") if line.strip("\x1a"))

    def _cells(self, record: list[str], wanted: Record, place: int) -> Row:
        is_fixed = self.layout.format == "fixed"
        told = record[0]
        if not (told.startswith(wanted.tag) if is_fixed else told == wanted.tag):
            reason = f"{self.name}: record {place} begins with {told[:3]!r} instead of {wanted.tag!r}"
            raise Left(CONTROL, reason, AGAIN)
        cells = self._cut(told, wanted, place) if is_fixed else tuple(record[1:])
        if len(cells) != len(wanted.columns):
            raise Left(LAYOUT, f"{self.name}: record {place} has {len(cells)} cells, not {len(wanted.columns)}", AGAIN)
        return cells

    def _cut(self, line: str, wanted: Record, place: int) -> Row:
        if len(line.rstrip()) > wanted.width:
            raise Left(LAYOUT, f"{self.name}: record {place} is {len(line)} wide, not {wanted.width}", AGAIN)
        cells, at, padded = [], len(wanted.tag), line.ljust(wanted.width)
        for column in wanted.columns:
            cells.append(padded[at : at + column.width])
            at += column.width
        return tuple(cells)

    def _check_kinds(self, row: Row, wanted: Record, place: int) -> None:
        for told, column in zip(row, wanted.columns, strict=True):
            where = f"{self.name}: record {place}, {column.name}"
            if column.kind == "day":
                _day(told, where)
            elif column.kind != "text":
                self._value(told, column, where)

    def _value(self, told: str, column: Column, where: str) -> int:
        scale = self.decimals if column.scale == "currency" else column.scale
        is_written_out = column.kind == "number" or self.layout.format == "csv"
        return decimal(told, scale if column.kind == "decimal" else 0, where, is_written_out=is_written_out)

    def _check_totals(self, rows: Sequence[Row], tail: Row) -> None:
        places = {c.name: n for n, c in enumerate(self.layout.record.columns)}
        for told, column in zip(tail, self.layout.trailer.columns, strict=True):
            if column.name == COUNT:
                found = len(rows)
            elif column.sums:
                place = places[column.sums]
                of = self.layout.record.columns[place]
                found = sum(self._value(row[place], of, of.name) for row in rows)
            else:
                continue
            said = self._value(told, column, column.name)
            if said != found:
                raise Left(
                    CONTROL, f"{self.name}: the trailer says {column.name} {said}, the records come to {found}", AGAIN
                )


def _day(told: str, where: str) -> date:
    try:
        found = datetime.strptime(told.strip(), "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise Left(FIELD, f"{where}: {told!r} is no day, write it as 20261124", AGAIN) from None
    if not YEAR_MIN <= found.year <= YEAR_MAX:
        raise Left(FIELD, f"{where}: {found} is no day of anybody's business", AGAIN)
    return found
