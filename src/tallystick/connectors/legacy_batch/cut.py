"""Cutting a batch into deliveries, each of what belongs together: a product, a receipt, the opening stock of a location."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

import msgspec
from msgspec import Struct

from tallystick.connectors.legacy_batch.layouts import Layout, Layouts
from tallystick.connectors.legacy_batch.reading import Batch, Row, cell, read
from tallystick.kit.boxes.coverage import Left
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.ports.connector import Delivery

LINES_IN_DELIVERY_MAX = 500


class Rows(Struct, frozen=True, tag="rows", tag_field="type"):
    """Records of a batch that belong together, as they stood there: the layout's name, the day, the number, their place."""

    layout: str
    written: date
    batch: int
    part: str
    rows: tuple[Row, ...]


def deliveries(body: bytes, layouts: Layouts, of: tuple[str, int]) -> Iterator[Delivery]:
    """Yield the deliveries of a file; one that holds all of it where something does not match."""
    source, decimals = of
    try:
        batch = read(body, layouts, decimals)
    except Left:
        name = f"file#{digest_of(body)}"
        yield Delivery(
            source=source, id=name, subject=f"batch/{source}/{name}", body=body, digest=sha256(body).digest()
        )
        return
    for rows in parts(batch, layouts[batch.name]):
        yield delivery_of(rows, source)


def delivery_of(rows: Rows, source: str) -> Delivery:
    """Return records as a delivery. The same batch again has the same names; with other content it is seen."""
    body = msgspec.json.encode(rows)
    name = f"{rows.layout}/{rows.batch}/{rows.part}"
    return Delivery(source=source, id=name, subject=f"batch/{source}/{name}", body=body, digest=sha256(body).digest())


def parts(batch: Batch, layout: Layout) -> Iterator[Rows]:
    """Yield what belongs together, in the order of its first record."""
    together: dict[str, list[Row]] = {}
    for place, row in enumerate(batch.rows, 2):
        together.setdefault(_key(row, layout, place), []).append(row)
    for key, rows in together.items():
        for n, first in enumerate(range(0, len(rows), LINES_IN_DELIVERY_MAX)):
            part = f"{key}.{n}" if n else key
            some = tuple(rows[first : first + LINES_IN_DELIVERY_MAX])
            yield Rows(batch.name, batch.written, batch.number, part, some)


def _key(row: Row, layout: Layout, place: int) -> str:
    if layout.means == "receipt":
        return cell(row, layout, "receipt")
    if layout.means == "opening":
        return cell(row, layout, "location")
    return "all" if layout.means == "location" else str(place)
