"""Cutting a file into deliveries: one per invoice, in the order of their first lines."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Final, NamedTuple

from tallystick.connectors.online_retail.client import Table
from tallystick.connectors.online_retail.columns import layout_of, unknown_columns
from tallystick.connectors.online_retail.raw import (
    RawHeader,
    RawRows,
    digest_of,
    encode,
    invoice_in,
    person_in,
    unplaced,
)
from tallystick.ports.connector import Delivery

ID_HEX_DIGITS: Final = 16
_LETTERS: Final = {"C": "credit", "A": "baddebt"}


def subject_of(source: str, invoice: str) -> str:
    """Return whom an invoice's messages wait behind: its own sale, credit or bad debt."""
    return f"{_LETTERS.get(invoice[0], 'sale')}/{source}/{invoice}"


def cut(table: Table, source: str) -> Iterator[Delivery]:
    """Yield what a file says of its header, then one delivery per invoice and one per row that names none."""
    gathered = _gathered(table)
    if unknown := unknown_columns(table.columns):
        yield _header(RawHeader(table.columns, unknown), source)
    times: Counter[bytes] = Counter()
    for key in list(gathered):
        rows = gathered.pop(key)
        digest = digest_of(rows, layout_of(table.columns))
        if isinstance(key, str):
            named = _Named(f"{key}#1-{len(rows)}", subject_of(source, key), digest)
            yield _rows(named, RawRows(table.columns, 1, tuple(rows)), source)
        else:
            # The same words twice are two rows: the second is known by being the second.
            times[digest] += 1
            own = sha256(b"%s %d" % (digest, times[digest])).digest()
            identity = f"row#{own.hex()[:ID_HEX_DIGITS]}"
            named = _Named(identity, f"file/{source}/{identity}", digest)
            yield _rows(named, RawRows(table.columns, unplaced(own), tuple(rows)), source)


class _Named(NamedTuple):
    identity: str
    subject: str
    digest: bytes


def _rows(named: _Named, raw: RawRows, source: str) -> Delivery:
    person = person_in(raw.rows, raw.layout)
    return Delivery(
        source=source,
        id=named.identity,
        subject=named.subject,
        body=encode(raw),
        digest=named.digest,
        person=person,
    )


def _gathered(table: Table) -> dict[str | int, list[tuple[str | None, ...]]]:
    """Gather rows by invoice, and by their place in the file where they name none.

    All rows are in memory at once, since an invoice may come back at the end of a file; equal cells are kept once.
    """
    layout = layout_of(table.columns)
    known: dict[str | None, str | None] = {}
    gathered: dict[str | int, list[tuple[str | None, ...]]] = {}
    for place, row in enumerate(table.rows):
        key = invoice_in(row, layout) or place
        gathered.setdefault(key, []).append(tuple(map(known.setdefault, row, row)))
    return gathered


def _header(raw: RawHeader, source: str) -> Delivery:
    body = encode(raw)
    digest = sha256(body).digest()
    identity = f"header#{digest.hex()[:ID_HEX_DIGITS]}"
    return Delivery(source=source, id=identity, subject=f"file/{source}", body=body, digest=digest)
