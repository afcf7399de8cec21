"""Writing a batch by its layout: header, records, and a trailer whose count and totals are what the records come to."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Final

from msgspec import Struct

from tallystick.connectors.legacy_batch.layouts import COUNT, Column, Layout, Record
from tallystick.model.amount import format_decimal
from tallystick.ports.connector import Rejected

Value = str | int | date
Told = Mapping[str, Value]
"""What a record says, by what its columns mean; amounts in minor units."""
SHORTEN: Final = "name it shorter, or widen the column in `layouts`"


class Night(Struct, frozen=True):
    """A batch to write: the name and the layout of its file, its number, its day, the decimals of its currency."""

    name: str
    layout: Layout
    number: int
    day: date
    decimals: int


def written(night: Night, records: Sequence[Told]) -> bytes:
    """Return the file; raise `Rejected` for what its layout cannot say."""
    if not records:
        raise Rejected(f"{night.name}: a batch without records says nothing")
    layout, by_name = night.layout, {c.name: c for c in night.layout.record.columns}
    head: dict[str, Value] = {"file": night.name, "written": night.day, "batch": night.number}
    tail: dict[str, Value] = {COUNT: len(records)}
    for column in layout.trailer.columns:
        if column.sums:
            means = by_name[column.sums].means
            tail[column.name] = sum(v for v in (r.get(means, 0) for r in records) if isinstance(v, int))
    rows = [
        _record(night, layout.header, [head.get(c.name, "") for c in layout.header.columns]),
        *(_record(night, layout.record, [r.get(c.means, "") for c in layout.record.columns]) for r in records),
        _record(night, layout.trailer, [tail.get(c.name, "") for c in layout.trailer.columns]),
    ]
    return _encoded(night, rows)


def _record(night: Night, wanted: Record, values: Sequence[Value]) -> list[str]:
    cells = [_cell(night, column, value) for column, value in zip(wanted.columns, values, strict=True)]
    return [wanted.tag, *cells]


def _cell(night: Night, column: Column, value: Value) -> str:
    is_fixed = night.layout.format == "fixed"
    if isinstance(value, date):
        told = f"{value:%Y%m%d}"
    elif isinstance(value, int) and column.kind == "decimal" and not is_fixed:
        told = format_decimal(value, night.decimals if column.scale == "currency" else column.scale)
    elif isinstance(value, int):
        told = f"{value:0{column.width}}" if is_fixed else str(value)
    else:
        told = value.ljust(column.width) if is_fixed else value
    if is_fixed and len(told) > column.width:
        raise Rejected(f"{night.name}: {told!r} is too long for {column.name} ({column.width} wide): {SHORTEN}")
    if any(not c.isprintable() for c in told):
        raise Rejected(
            f"{night.name}: {told!r} for {column.name} holds what no file of lines can say: name it otherwise"
        )
    return told


def _encoded(night: Night, rows: Sequence[Sequence[str]]) -> bytes:
    layout, out = night.layout, StringIO()
    if layout.format == "csv":
        csv.writer(out, delimiter=layout.delimiter, lineterminator="\r\n").writerows(rows)
        text = out.getvalue()
    else:
        width, ends = layout.record_length, "" if layout.record_length else "\r\n"
        text = "".join("".join(row).ljust(width) + ends for row in rows)
    try:
        return text.encode(layout.encoding)
    except UnicodeEncodeError as wrong:
        bad = text[wrong.start]
        raise Rejected(f"{night.name}: {bad!r} cannot be said in {layout.encoding}: name it otherwise") from None
