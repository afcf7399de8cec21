"""A made-up feed whose deliveries can be broken in every way there is: unreadable, half readable, refused by the book."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tallystick.app.connectors import FEEDS
from tallystick.app.house import House
from tallystick.app.running import in_house
from tallystick.app.working.work import work_off
from tallystick.messages.fulfilment import DispatchRefused
from tallystick.messages.sales import SaleLine, SaleReported
from tallystick.ports.connector import Delivery, Fault, Pseudonym, Report, Translation
from tallystick.security.keyring import digest

SOURCE = "notes"
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Notes:
    """Reads `{"sale": "S1", "quantity": 2}`; a quantity that is a text breaks it, `bad_line` is a fault, `refuse` parks."""

    manifest: Any = None

    def __init__(self, pseudonym: Pseudonym) -> None:
        """Need no pseudonyms."""

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a note."""
        said = msgspec.json.decode(delivery.body)
        if "bad_line" in said:
            return Translation((), (_fault(delivery, said["bad_line"]),))
        data: Any = DispatchRefused("N1", "never asked") if said.get("refuse") else _sale(said)
        report = Report(id=delivery.id, subject=delivery.subject, data=data, time=AT, on=AT.date(), zone="UTC")
        return Translation((report,))

    def mended(self, body: bytes, changes: Mapping[str, str]) -> bytes:
        """Set fields; digits become numbers, nothing at all takes the field away."""
        said = msgspec.json.decode(body)
        unknown = set(changes) - set(said)
        if unknown:
            raise LookupError(f"no field {', '.join(unknown)}")
        for name, value in changes.items():
            said[name] = int(value) if value.isdigit() else value
        return msgspec.json.encode({name: value for name, value in said.items() if value != ""})


def _sale(said: dict[str, Any]) -> SaleReported:
    if not str(said["quantity"]).isdigit():
        raise ValueError(f"quantity {said['quantity']!r} is no number")
    line = SaleLine(said.get("line", 1), "LAMP", said["quantity"], 100)
    return SaleReported(said["sale"], "shop", "S", "EUR/2", "account", (line,))


def _fault(delivery: Delivery, what: str) -> Fault:
    return Fault(
        id=f"{delivery.id}#1",
        subject=delivery.subject,
        where="line 1",
        reason=f"{what} cannot be read",
        remedy="take it away",
        body=delivery.body,
    )


def arrive(monkeypatch: pytest.MonkeyPatch, *notes: dict[str, Any]) -> None:
    """Let notes come in, one delivery each, and be worked off."""
    monkeypatch.setitem(FEEDS, SOURCE, Notes)
    deliveries = [_delivery(f"note-{n}", note) for n, note in enumerate(notes, 1)]

    async def work(house: House) -> None:
        await (await house.inbox()).receive(deliveries)
        await work_off(house)

    in_house(None, work)


def _delivery(name: str, note: dict[str, Any]) -> Delivery:
    body = msgspec.json.encode(note)
    subject = "order/N1" if note.get("refuse") else f"sale/notes/{note['sale']}"
    return Delivery(source=SOURCE, id=name, subject=subject, body=body, digest=digest(body), person=note.get("person"))
