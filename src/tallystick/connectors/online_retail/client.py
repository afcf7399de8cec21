"""Opening a file of the feed, whatever it is: its columns, and its rows as text."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from tallystick.connectors.online_retail.columns import check_columns
from tallystick.connectors.online_retail.formats import csv_rows, parquet_rows
from tallystick.ports.connector import Rejected

PARQUET_MAGIC: Final = b"PAR1"
# What people hand in by mistake, by its first bytes.
OTHER_FORMATS: Final = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed by gzip",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
}


class Table(Struct):
    """A file laid open: the names of its columns, and its rows, which can be gone through once."""

    columns: tuple[str, ...]
    rows: Iterator[Sequence[str | None]]


def open_table(file: Path) -> Table:
    """Open a CSV or Parquet file.

    Raises `Rejected`, here or while the rows are gone through, when the file as a whole cannot be read.
    """
    start = _start(file)
    read = parquet_rows.read if start.startswith(PARQUET_MAGIC) or file.suffix == ".parquet" else csv_rows.read
    rows = read(file)
    columns = tuple((cell or "").strip() for cell in next(rows, ()))
    check_columns(file.name, columns)
    return Table(columns, rows)


def _start(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        raise Rejected(f"{file} cannot be opened: {error.strerror}; check its name and who may read it") from error
    if not start:
        raise Rejected(f"{file.name} is empty: export it again")
    for magic, what in OTHER_FORMATS.items():
        if start.startswith(magic):
            raise Rejected(f"{file.name} is {what}: save it as CSV in UTF-8, or as Parquet")
    return start
