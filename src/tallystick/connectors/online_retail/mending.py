"""Mending a fault: the row as it was, with some of its cells replaced."""

from collections.abc import Mapping

from msgspec.structs import replace

from tallystick.connectors.online_retail.raw import RawRows, Row, decode, digest_of, encode, invoice_in, unplaced


class NotMendable(LookupError):
    """There is no such cell to replace; the text names the cells there are."""


def mended(fault_body: bytes, changes: Mapping[str, str]) -> bytes:
    """Return the body of a fault with the named cells replaced: `{"UnitPrice": "2.55"}`.

    The line keeps its number, unless it moves to another invoice, where that number belongs to another line. A row
    with too few cells gets empty ones, of one with too many the first are taken.
    Raises `NotMendable` for a column the row does not have, and for a body that is not one row.
    """
    raw = decode(fault_body)
    if not isinstance(raw, RawRows) or len(raw.rows) != 1:
        raise NotMendable("only a single row can be mended; mend a header in the file and load it again")
    unknown = [name for name in changes if name not in raw.columns]
    if unknown:
        raise NotMendable(f"no column {', '.join(unknown)}: the row has {', '.join(raw.columns)}")
    before = raw.rows[0]
    after = _changed(before, raw.columns, changes)
    first = raw.first if _same_invoice(before, after, raw) else unplaced(digest_of([after], raw.layout))
    return encode(replace(raw, first=first, rows=(after,)))


def _changed(row: Row, columns: tuple[str, ...], changes: Mapping[str, str]) -> tuple[str | None, ...]:
    width = len(columns)
    padded = (*row, *(None,) * width)[:width]
    return tuple(changes.get(name, cell) for name, cell in zip(columns, padded, strict=True))


def _same_invoice(before: Row, after: Row, raw: RawRows) -> bool:
    """Say whether the line stays where it was; one that never had a place in an invoice keeps its number as well."""
    stayed = invoice_in(before, raw.layout)
    return stayed is None or stayed == invoice_in(after, raw.layout)


