"""What could not be understood, told so that a person can mend it, and the mending: one fault for each bad line."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.online_retail import cells
from tallystick.connectors.online_retail.columns import INVOICE, KNOWN
from tallystick.connectors.online_retail.deliveries import subject_of
from tallystick.connectors.online_retail.raw import (
    RawHeader,
    RawRows,
    Row,
    decode,
    digest_of,
    encode,
    invoice_in,
    unplaced,
)
from tallystick.kit.cells import CellFault
from tallystick.ports.connector import Delivery, Fault, NotMendable


class BadRow(Struct, frozen=True):
    """One row that could not be understood, in a body of its own, and the delivery it came with."""

    body: RawRows
    alone: bool
    """Whether the delivery holds nothing else, so that its own id and subject are those of the row."""
    delivery: Delivery


def line_fault(bad: BadRow, wrong: Sequence[CellFault]) -> Fault:
    """Return the fault of a line, with everything that is wrong with it."""
    number, row = bad.body.first, bad.body.rows[0]
    invoice = invoice_in(row, bad.body.layout)
    wrong = [*([] if invoice else [_no_invoice(bad.body)]), *wrong]
    fields = ", ".join(dict.fromkeys(one.field for one in wrong))
    place = f"line {number} of invoice {invoice}" if invoice else "a row of no invoice"
    return Fault(
        id=bad.delivery.id if bad.alone else f"{invoice}#{number}-{number}",
        subject=subject_of(bad.delivery.source, invoice) if invoice else bad.delivery.subject,
        where=f"{place}, field{'s' if len(wrong) > 1 else ''} {fields}",
        reason="; ".join(dict.fromkeys(one.reason for one in wrong)),
        remedy="; ".join(dict.fromkeys(one.remedy for one in wrong)),
        body=encode(bad.body),
    )


def _no_invoice(body: RawRows) -> CellFault:
    row, layout = body.rows[0], body.layout
    if len(row) == layout.width:
        try:
            cells.invoice_of(row[layout.invoice])
        except CellFault as fault:
            return fault
    return CellFault(INVOICE, "the row ends before its invoice number is sure", "give the invoice number")


def header_fault(header: RawHeader, delivery: Delivery) -> Fault:
    """Return the fault of a header with columns that mean nothing here; the lines below it load all the same."""
    names = ", ".join(repr(name) for name in header.unknown)
    return Fault(
        id=delivery.id,
        subject=delivery.subject,
        where=f"header, column {names}",
        reason=f"unknown column {names}",
        remedy=f"rename it to one of {', '.join(KNOWN)}, or remove it; its values are kept with the raw lines",
        body=delivery.body,
    )


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
