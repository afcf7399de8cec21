"""What could not be understood, told so that a person can mend it: one fault for a line, however much is wrong with it."""

from collections.abc import Sequence

from msgspec import Struct

from tallystick.connectors.online_retail import cells
from tallystick.connectors.online_retail.cells import CellFault
from tallystick.connectors.online_retail.columns import INVOICE, KNOWN
from tallystick.connectors.online_retail.deliveries import subject_of
from tallystick.connectors.online_retail.raw import RawHeader, RawRows, encode, invoice_in
from tallystick.ports.connector import Delivery, Fault


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
    several = len(header.unknown) > 1
    return Fault(
        id=delivery.id,
        subject=delivery.subject,
        where=f"header, column{'s' if several else ''} {names}",
        reason=f"unknown column{'s' if several else ''} {names}",
        remedy=(
            f"rename {'them' if several else 'it'} to one of {', '.join(KNOWN)}, or remove {'them' if several else 'it'}; "
            f"{'their' if several else 'its'} values are kept with the raw lines"
        ),
        body=delivery.body,
    )
