"""Cutting a file into deliveries: one per invoice, in the order of their first lines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from tallystick.connectors.online_retail.columns import layout_of, unknown_columns
from tallystick.connectors.online_retail.client import Table
from tallystick.connectors.online_retail.raw import (
    RawHeader,
    RawRows,
    Row,
    digest_of,
    encode,
    invoice_in,
    person_in,
    unplaced,
)
from tallystick.ports.connector import Delivery

ID_HEX_DIGITS = 16
_LETTERS = {"C": "credit", "A": "baddebt"}


def subject_of(source: str, invoice: str) -> str:
    """Return whom an invoice's messages wait behind: its own sale, credit or bad debt."""
    return f"{_LETTERS.get(invoice[0], 'sale')}/{source}/{invoice}"


def cut(table: Table, source: str) -> Iterator[Delivery]:
    """Yield what a file says of its header, then one delivery per invoice and one per row that names none."""
    if unknown := unknown_columns(table.columns):
        yield _header(RawHeader(table.columns, unknown), source)
    layout = layout_of(table.columns)
    times: Counter[bytes] = Counter()
    gathered = _gathered(table)
    for key in list(gathered):
        rows = gathered.pop(key)
        digest = digest_of(rows, layout)
        if isinstance(key, str):
            raw = RawRows(table.columns, 1, tuple(rows))
            identity, subject = f"{key}#1-{len(rows)}", subject_of(source, key)
        else:
            # The same words twice are two rows: the second is known by being the second.
            times[digest] += 1
            own = sha256(b"%s %d" % (digest, times[digest])).digest()
            raw = RawRows(table.columns, unplaced(own), tuple(rows))
            identity = f"row#{own.hex()[:ID_HEX_DIGITS]}"
            subject = f"file/{source}/{identity}"
        yield Delivery(
            source=source,
            id=identity,
            subject=subject,
            body=encode(raw),
            digest=digest,
            person=person_in(rows, layout),
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
