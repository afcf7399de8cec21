"""Bodies of deliveries: the rows of a file as they were, and what of them makes two exports say the same."""

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.connectors.online_retail import cells
from tallystick.connectors.online_retail.columns import Layout, layout_of
from tallystick.kit.cells import CellFault

Row = Sequence[str | None]

UNPLACED_FIRST: Final = 1_000_000_000
"""Line numbers from here on are of rows whose place in their invoice is unknown; no invoice has so many lines."""

_ENCODER: Final = msgspec.json.Encoder()


class RawRows(Struct, frozen=True, tag="rows"):
    """Rows of one invoice under their header; `first` is the line number of the first, the others follow it."""

    columns: tuple[str, ...]
    first: int
    rows: tuple[tuple[str | None, ...], ...]

    @property
    def layout(self) -> Layout:
        """Where the columns stand."""
        return layout_of(self.columns)


class RawHeader(Struct, frozen=True, tag="header"):
    """A header with columns that this feed has no meaning for."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]


class DeclaredOpening(Struct, frozen=True, tag="opening"):
    """Stock declared at the start of day `on` (ISO): units by SKU, and unit costs by SKU in minor units."""

    on: str
    units: dict[str, int]
    costs: dict[str, int]


Body = RawRows | RawHeader | DeclaredOpening


@cache
def _decoder() -> "msgspec.json.Decoder[Body]":
    return msgspec.json.Decoder(Body)


def encode(body: Body) -> bytes:
    """Write the body of a delivery."""
    return _ENCODER.encode(body)


def decode(body: bytes) -> Body:
    """Read the body of a delivery of this feed."""
    return _decoder().decode(body)


def invoice_in(row: Row, layout: Layout) -> str | None:
    """Return the invoice a row belongs to, None if it does not say so for certain.

    In a row with a wrong number of cells the last cell may be cut short, so it names no invoice.
    """
    if len(row) != layout.width and layout.invoice >= len(row) - 1:
        return None
    try:
        return cells.invoice_of(row[layout.invoice])
    except CellFault:
        return None


def customer_in(rows: Sequence[Row], layout: Layout) -> str | None:
    """Return the customer that rows of one invoice name, in canonical text, None if they name none."""
    for row in rows:
        if len(row) == layout.width and (cell := row[layout.customer]):
            try:
                if customer := cells.customer_of(cell):
                    return customer
            except CellFault:
                continue
    return None


def person_in(rows: Sequence[Row], layout: Layout) -> str | None:
    """Return whom rows speak of: the customer, or else what stands in a customer's place and cannot be read as one."""
    if customer := customer_in(rows, layout):
        return customer
    unread = ((row[layout.customer] or "").strip() for row in rows if len(row) == layout.width)
    return next((text for text in unread if text and text.isprintable()), None)


def digest_of(rows: Sequence[Row], layout: Layout) -> bytes:
    """Return a digest of what rows say, the same for CSV and Parquet, with or without columns that mean nothing here."""
    return sha256(_ENCODER.encode([_canonical(row, layout) for row in rows])).digest()


def unplaced(digest: bytes) -> int:
    """Return a line number for a row whose place in its invoice is unknown: its own, and always the same."""
    return UNPLACED_FIRST + int.from_bytes(digest[:4]) % UNPLACED_FIRST


def _canonical(row: Row, layout: Layout) -> Sequence[str | int | None]:
    """Return a row in fixed order, numbers as numbers. What cannot be read stays text and so differs from all numbers."""
    if len(row) != layout.width:
        return [cell or "" for cell in row]
    currency = cells.CURRENCY_CODE if layout.currency is None else row[layout.currency]
    return (
        (row[layout.invoice] or "").strip().upper(),
        (row[layout.code] or "").strip(),
        row[layout.description] or "",
        _read(cells.quantity_of, row[layout.quantity]),
        _read(_local, row[layout.date]),
        _read(cells.price_of, row[layout.price]),
        _read(cells.customer_of, row[layout.customer]) or "",
        (row[layout.country] or "").strip(),
        (currency or "").strip(),
    )


def _local(cell: str | None) -> str:
    return cells.moment_of(cell).local


def _read(reader: Callable[[str | None], str | int | None], cell: str | None) -> str | int | None:
    try:
        return reader(cell)
    except CellFault:
        return (cell or "").strip()
