"""What could not be understood, told so that a person can mend it, and the mending."""

from collections.abc import Mapping, Sequence

from tallystick.connectors.complete_journey.columns import COLUMNS, Row
from tallystick.connectors.complete_journey.raw import SingleRow, decode, encode, name_of
from tallystick.kit.cells import CellFault
from tallystick.ports.connector import Delivery, Fault, NotMendable


def line_fault(row: Row, wrong: Sequence[CellFault], delivery: Delivery, number: int = 0) -> Fault:
    """Return the fault of row *number* of a journal, or of a delivery's only row, with everything wrong with it."""
    body = encode(SingleRow(row))
    fields = ", ".join(dict.fromkeys(one.field for one in wrong))
    place = f"line {number} of {delivery.id.partition('#')[0]}" if number else "a row of no journal"
    return Fault(
        id=f"line/{delivery.id.partition('#')[0]}/{number}#{name_of(body)}" if number else delivery.id,
        subject=delivery.subject,
        where=f"{place}, field{'s' if len(wrong) > 1 else ''} {fields}",
        reason="; ".join(dict.fromkeys(one.reason for one in wrong)),
        remedy="; ".join(dict.fromkeys(one.remedy for one in wrong)),
        body=body,
    )


def mended(fault_body: bytes, changes: Mapping[str, str]) -> bytes:
    """Return the body of a row with the named cells replaced: `{"sales_value": "2.55"}`.

    Raises `NotMendable` for a column there is none of, and for a body that is not one row.
    """
    body = decode(fault_body)
    if not isinstance(body, SingleRow):
        raise NotMendable("only a single row can be mended; mend a journal in the file and load it again")
    unknown = [name for name in changes if name not in COLUMNS]
    if unknown:
        raise NotMendable(f"no column {', '.join(unknown)}: the row has {', '.join(COLUMNS)}")
    padded = (*body.row, *(None,) * len(COLUMNS))[: len(COLUMNS)]
    row = tuple(changes.get(name, cell) for name, cell in zip(COLUMNS, padded, strict=True))
    return encode(SingleRow(row))
