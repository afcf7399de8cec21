"""Layouts as data: which records a file has, which columns, of which kind, and what they mean to us."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from tallystick.ports.connector import Misconfigured

ENCODINGS: Final = ("ascii", "cp1252", "latin-1", "utf-8", "cp037", "cp273", "cp500", "cp1140")
"""The last four are EBCDIC: US, German, international, and US with the euro sign."""
COLUMNS_MAX: Final = 200
HEADER: Final = ("file", "written", "batch")
COUNT: Final = "records"
Means = Literal["product", "opening", "receipt", "location", "dispatch", "journal"]
MEANT: Final[dict[str, tuple[str, ...]]] = {
    "product": ("sku", "name", "unit", "kind"),
    "opening": ("location", "sku", "quantity", "value"),
    "receipt": ("receipt", "line", "location", "sku", "quantity", "value"),
    "location": ("location", "name"),
    "dispatch": ("order", "shipment", "channel", "carrier", "tracking", "delivered", "line", "sku", "quantity"),
    "journal": ("link", "verb", "day", "book", "currency", "line", "code", "account", "amount"),
}
"""What the columns of each kind of file must tell."""


class Column(Struct, frozen=True, forbid_unknown_fields=True):
    """One column: see `layouts.toml` for what each word says."""

    name: str
    width: int = 0
    kind: Literal["text", "day", "number", "decimal"] = "text"
    scale: int | Literal["currency"] = 0
    means: str = ""
    sums: str = ""


class Record(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of record: what it begins with, and its columns."""

    tag: str
    columns: tuple[Column, ...]

    @property
    def width(self) -> int:
        """How wide it is, its tag included, where widths are fixed."""
        return len(self.tag) + sum(c.width for c in self.columns)


class Layout(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of file."""

    means: Means
    format: Literal["fixed", "csv"]
    encoding: str
    header: Record
    trailer: Record
    record: Record
    delimiter: str = ";"
    record_length: int = 0
    """Records so long follow each other without line breaks; 0: one a line."""


Layouts = dict[str, Layout]


def layouts_in(told: str) -> Layouts:
    """Return the layouts of a file, ours where none is named; raise `Misconfigured` where one cannot be."""
    return _read(Path(told)) if told else built_in()


@cache
def built_in() -> Layouts:
    """Return the layouts that come with the house."""
    return _decoded(files(__package__).joinpath("layouts.toml").read_bytes(), "layouts.toml")


def layout_that_means(layouts: Layouts, means: Means) -> tuple[str, Layout]:
    """Return the layout of what is written; raise `Misconfigured` where there is none."""
    for name, layout in layouts.items():
        if layout.means == means:
            return name, layout
    raise Misconfigured(f"setting `layouts`: no layout means {means}: add one")


def _read(file: Path) -> Layouts:
    try:
        return _decoded(file.read_bytes(), str(file))
    except OSError as wrong:
        raise Misconfigured(f"setting `layouts`: {file} cannot be read: {wrong.strerror}") from wrong


def _decoded(text: bytes, name: str) -> Layouts:
    try:
        found = msgspec.toml.decode(text, type=Layouts)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Misconfigured(f"setting `layouts`: {name}: {wrong}") from wrong
    for key, layout in found.items():
        flaw = _flaw(layout)
        if flaw:
            raise Misconfigured(f"setting `layouts`: {name}: [{key}]: {flaw}")
    return found


def _flaw(layout: Layout) -> str:
    records = (layout.header, layout.record, layout.trailer)
    columns = [c for r in records for c in r.columns]
    own = {c.name for c in layout.record.columns}
    lacking = [m for m in MEANT[layout.means] if m not in {c.means for c in layout.record.columns}]
    sums = [c.sums for c in layout.trailer.columns if c.sums and c.sums not in own]
    flaws = {
        f"encoding {layout.encoding!r} is none of {', '.join(ENCODINGS)}": layout.encoding not in ENCODINGS,
        "header, record and trailer must begin differently": len({r.tag for r in records}) < len(records),
        "a tag is empty": not all(r.tag for r in records),
        f"the header begins with {', '.join(HEADER)}": tuple(c.name for c in layout.header.columns[:3]) != HEADER,
        f"the trailer has no column {COUNT}": COUNT not in {c.name for c in layout.trailer.columns},
        f"no column means {', '.join(lacking)}": bool(lacking),
        f"the trailer sums {', '.join(sums)}, which no record has": bool(sums),
        "a column has no width": layout.format == "fixed" and any(c.width <= 0 for c in columns),
        "a delimiter is one character": len(layout.delimiter) != 1,
        f"more than {COLUMNS_MAX} columns": len(columns) > COLUMNS_MAX,
        "a record is longer than record_length": 0 < layout.record_length < max(r.width for r in records),
    }
    return next((said for said, is_so in flaws.items() if is_so), "")
