"""Cutting rows into deliveries: one journal per shop and day, in the order of days."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from hashlib import sha256

from tallystick.connectors.complete_journey import cells
from tallystick.connectors.complete_journey.columns import AT, BASKET, HOUSEHOLD, MOMENT, PRODUCT, SHOP, Row
from tallystick.connectors.complete_journey.raw import Journal, SingleRow, encode, name_of, till_subject
from tallystick.kit.cells import CellFault
from tallystick.ports.connector import Delivery, Part

Referred = Callable[[str], str]
"""A household's number to its reference."""


def cut(rows: Iterable[Row], source: str, referred: Referred, part: Part | None) -> Iterator[Delivery]:
    """Yield one journal per shop and day, and one delivery per row that names no shop or no time.

    *rows* come in the order of time, so that no more than one day is held.
    """
    day, open_days = None, dict[str, list[Row]]()
    days = part.days if part is not None else None
    household, shop, moment = AT[HOUSEHOLD], AT[SHOP], AT[MOMENT]
    for row in rows:
        kept = (_reference(row[household], referred), *row[1:])
        try:
            name, on = cells.shop_of(row[shop]), cells.moment_of(row[moment]).on
        except CellFault:
            yield _single(kept, source)
            continue
        if on != day:
            yield from _journals(open_days, day, source)
            day, open_days = on, {}
        if days is None or days[0] <= on <= days[1]:
            open_days.setdefault(name, []).append(kept)
    yield from _journals(open_days, day, source)


def _journals(rows: dict[str, list[Row]], day: date | None, source: str) -> Iterator[Delivery]:
    for shop in sorted(rows, key=int):
        journal = Journal(shop, str(day), tuple(sorted(rows[shop], key=_in_order)))
        body = encode(journal)
        yield Delivery(
            source=source,
            id=f"{shop}/{day}#{name_of(body)}",
            subject=till_subject(source, shop, journal.day),
            body=body,
            digest=sha256(body).digest(),
        )


def _in_order(row: Row) -> tuple[str, str, str]:
    """The same rows make the same journal, in whatever order a file has them."""
    return row[AT[MOMENT]] or "", row[AT[BASKET]] or "", row[AT[PRODUCT]] or ""


def _single(row: Row, source: str) -> Delivery:
    body = encode(SingleRow(row))
    identity = f"row#{name_of(body)}"
    return Delivery(
        source=source, id=identity, subject=f"till/{source}/{identity}", body=body, digest=sha256(body).digest()
    )


def _reference(cell: str | None, referred: Referred) -> str | None:
    """A journal speaks of many people, so that none of them may be named in it: the reference takes their place."""
    text = (cell or "").strip()
    return referred(text) if text.isdecimal() else cell
