"""What records of a batch say, in canonical reports. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from tallystick.connectors.legacy_batch.coverage import FIELD, GAP, LAYOUT, NO_PROCESS
from tallystick.connectors.legacy_batch.cut import Rows, delivery_of, parts
from tallystick.connectors.legacy_batch.layouts import Layout, Layouts
from tallystick.connectors.legacy_batch.reading import AGAIN, Row, cell, decimal, number, read
from tallystick.kit.boxes.coverage import Left, fault_left
from tallystick.kit.boxes.gaps import Missing
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.messages.masters import ProductReported
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.model.amount import NUMBER_LIMIT, decimals_of
from tallystick.model.location import LocationError, location
from tallystick.ports.connector import Delivery, Fault, Report, Translation

INACTIVE: Final = ("N", "0", "F")
MICROSECONDS: Final = 1_000_000


class Erp(Struct, frozen=True):
    """Whose batches they are, in which zone its nights end, what its money is, and what its locations are called here."""

    source: str
    zone: ZoneInfo
    currency: str
    locations: Mapping[str, str]
    layouts: Layouts


def translate(delivery: Delivery, erp: Erp) -> Translation:
    """Say what a delivery means: records that belong together, or a whole file."""
    if delivery.body.startswith(b'{"type":"gap"'):
        return Translation(faults=(_gap(delivery),))
    if delivery.body.startswith(b'{"type":"rows"'):
        return _translated(delivery, erp)
    try:
        batch = read(delivery.body, erp.layouts, decimals_of(erp.currency))
    except Left as left:
        return Translation(faults=(fault_left(delivery, left, delivery.body),))
    found = [_translated(delivery_of(rows, erp.source), erp) for rows in parts(batch, erp.layouts[batch.name])]
    return Translation(tuple(r for t in found for r in t.reports), tuple(f for t in found for f in t.faults))


def _translated(delivery: Delivery, erp: Erp) -> Translation:
    try:
        rows = msgspec.json.decode(delivery.body, type=Rows)
        return Translation((_report(rows, erp),))
    except Left as left:
        return Translation(faults=(fault_left(delivery, left, delivery.body),))
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        return Translation(faults=(fault_left(delivery, Left(FIELD, str(wrong), AGAIN), delivery.body),))


def _report(rows: Rows, erp: Erp) -> Report:
    layout = erp.layouts.get(rows.layout)
    if layout is None:
        raise Left(LAYOUT, f"the connection has no layout {rows.layout} any more", "add it to `layouts` again")
    if any(len(row) != len(layout.record.columns) for row in rows.rows) or not rows.rows:
        raise Left(
            LAYOUT,
            f"{rows.layout}: its records have other columns than the layout now",
            "mend the layout, or the record",
        )
    subject, data = _READERS[layout.means](rows, layout, erp)
    identity = f"{rows.layout}/{rows.batch}/{rows.part}#{digest_of(msgspec.json.encode(data))}"
    at = datetime.combine(rows.written, time(23, 59, 59), tzinfo=erp.zone)
    return Report(id=identity, subject=subject, data=data, time=at.astimezone(UTC), on=rows.written, zone=erp.zone.key)


def _product(rows: Rows, layout: Layout, erp: Erp) -> tuple[str, Struct]:
    row = rows.rows[0]
    sku, active = _text(row, layout, "sku"), cell(row, layout, "is_active").upper()
    moment = datetime.combine(rows.written, time(23, 59, 59, rows.batch % MICROSECONDS), tzinfo=UTC)
    data = ProductReported(
        *(erp.source, sku, moment.isoformat(timespec="microseconds"), sku),
        _text(row, layout, "name"),
        cell(row, layout, "unit"),
        cell(row, layout, "kind"),
        is_active=active not in INACTIVE,
    )
    return f"product/{erp.source}/{sku}", data


def _opening(rows: Rows, layout: Layout, erp: Erp) -> tuple[str, Struct]:
    where = _location(_text(rows.rows[0], layout, "location"), erp)
    lines = tuple(_line(row, layout, erp, n) for n, row in enumerate(rows.rows, 1))
    name = f"{rows.layout}/{rows.batch}/{rows.part}"
    return f"stock/{erp.source}/{name}", ReceiptReported(name, where, erp.currency, "opening", lines)


def _receipt(rows: Rows, layout: Layout, erp: Erp) -> tuple[str, Struct]:
    receipt = _text(rows.rows[0], layout, "receipt")
    where = {_location(_text(row, layout, "location"), erp) for row in rows.rows}
    if len(where) > 1:
        raise Left(FIELD, f"{_column(layout, 'location')}: receipt {receipt} came in at {len(where)} locations", AGAIN)
    lines = tuple(_line(row, layout, erp, _whole(row, layout, "line")) for row in rows.rows)
    data = ReceiptReported(receipt, where.pop(), erp.currency, "supplier", lines)
    return f"receipt/{erp.source}/{receipt}", data


def _nobody_takes(rows: Rows, layout: Layout, erp: Erp) -> tuple[str, Struct]:
    remedy = "nothing has to be done: it is kept, and can be tried again once something takes it"
    raise Left(NO_PROCESS, f"{rows.layout}: nothing of {erp.source}'s {layout.means} records is taken yet", remedy)


_READERS: Final[Mapping[str, Callable[[Rows, Layout, Erp], tuple[str, Struct]]]] = {
    "product": _product,
    "opening": _opening,
    "receipt": _receipt,
    "location": _nobody_takes,
    "dispatch": _nobody_takes,
    "journal": _nobody_takes,
}


def _line(row: Row, layout: Layout, erp: Erp, place: int) -> ReceiptLine:
    units, column = _whole(row, layout, "quantity"), _column(layout, "quantity")
    if units <= 0 or place <= 0:
        raise Left(FIELD, f"{column}: {units} units on line {place} is nothing that came in", AGAIN)
    return ReceiptLine(place, _text(row, layout, "sku"), units, _money(row, layout, erp))


def _money(row: Row, layout: Layout, erp: Erp) -> int:
    """Return a value in the currency's minor units; the layout may count in more or fewer decimals, if nothing is lost."""
    column = next(c for c in layout.record.columns if c.means == "value")
    ours = decimals_of(erp.currency)
    theirs = ours if column.scale == "currency" else column.scale
    told = decimal(cell(row, layout, "value"), theirs, column.name, is_written_out=layout.format == "csv")
    found: int = told * 10**ours // 10**theirs
    lost = found * 10**theirs != told * 10**ours
    if lost or not 0 <= found < NUMBER_LIMIT:
        raise Left(FIELD, f"{column.name}: {told} at {theirs} decimals is no value in {erp.currency}", AGAIN)
    return found


def _whole(row: Row, layout: Layout, means: str) -> int:
    found = number(_text(row, layout, means), _column(layout, means))
    if abs(found) >= NUMBER_LIMIT:
        raise Left(FIELD, f"{_column(layout, means)}: {found} is beyond 2^53", AGAIN)
    return found


def _text(row: Row, layout: Layout, means: str) -> str:
    found = cell(row, layout, means)
    if not found:
        raise Left(FIELD, f"{_column(layout, means)} is empty", AGAIN)
    return found


def _column(layout: Layout, means: str) -> str:
    names: Iterable[str] = (c.name for c in layout.record.columns if c.means == means)
    return next(iter(names), means)


def _location(told: str, erp: Erp) -> str:
    try:
        return location(erp.locations.get(told, told))
    except LocationError as wrong:
        raise Left(
            FIELD, f"location: {wrong}", "name it in the setting `locations`, as 01=WH1, and try again"
        ) from None


def _gap(delivery: Delivery) -> Fault:
    try:
        gap = msgspec.json.decode(delivery.body, type=Missing)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        return fault_left(delivery, Left(FIELD, f"a gap that cannot be read: {wrong}", "drop it"), delivery.body)
    remedy = "ask for the file; drop this letter when it is here or was never written"
    return fault_left(delivery, Left(GAP, f"{gap.sender}: batch {gap.named} did not come", remedy), delivery.body)
