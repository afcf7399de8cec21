"""Opening a statement file, and cutting it into one delivery for each statement in it."""

import csv
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.connectors.statement_files.layouts import kind_of
from tallystick.ports.connector import Delivery, Rejected

SOURCE: Final = "statement-files"
ID_HEX_DIGITS: Final = 16


class Rows(Struct, frozen=True):
    """A statement as it stood in its file: its kind, its columns and its rows, all text."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def deliveries(file: Path) -> Iterator[Delivery]:
    """Cut *file* into one delivery per statement; raise `Rejected` when it cannot be read as a whole."""
    rows = _read(file)
    columns = tuple(c.strip() for c in next(rows, ()))
    kind = kind_of(file.name, columns)
    at, gathered = columns.index("statement"), dict[str, list[tuple[str, ...]]]()
    for row in rows:
        name = row[at].strip() if len(row) > at else ""
        gathered.setdefault(name, []).append(tuple(row))
    for name, own in gathered.items():
        yield _delivery(name or "nameless", Rows(kind, columns, tuple(own)))


def _read(file: Path) -> Iterator[list[str]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            yield from (row for row in csv.reader(stream, strict=True) if row)
    except OSError as error:
        raise Rejected(f"{file} cannot be opened: {error.strerror}; check its name and who may read it") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Rejected(f"{file.name} is no CSV in UTF-8: {error}; save it again as one") from error


def _delivery(name: str, rows: Rows) -> Delivery:
    """A corrected file is another delivery: what it says is part of its id."""
    body = msgspec.json.encode(rows)
    digest = sha256(body).digest()
    identity = f"{rows.kind}/{name}#{digest.hex()[:ID_HEX_DIGITS]}"
    return Delivery(source=SOURCE, id=identity, subject=f"statement/{rows.kind}/{name}", body=body, digest=digest)
