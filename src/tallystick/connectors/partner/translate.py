"""The API's words ⇄ ours. Pure; an event that lacks something is a fault that names it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from tallystick.kit.quarantine import fault_of, within_limits
from tallystick.messages.partners.cases import CaseClosed, CaseMessageReceived, CaseOpened, TellDesk
from tallystick.messages.partners.parcels import (
    BookLabel,
    LabelBooked,
    LabelRefused,
    LabelVoided,
    ParcelTracked,
    VoidLabel,
)
from tallystick.messages.partners.screening import OrderScreened, ScreenOrder
from tallystick.ports.connector import Connection, Delivery, Rejected, Report, Translation

PATHS: Final[Mapping[type[Struct], str]] = {
    ScreenOrder: "/v1/screenings",
    BookLabel: "/v1/labels",
    VoidLabel: "/v1/label-cancellations",
    TellDesk: "/v1/case-events",
}
PEOPLE: Final[Mapping[type[Struct], tuple[str, ...]]] = {
    ScreenOrder: ("customer", "recipient", "contact"),
    BookLabel: ("recipient",),
    TellDesk: ("customer", "message"),
}
"""The fields of a command that are references to somebody, or to what somebody said."""
REMEDY: Final = "ask the partner to send the event again as its contract has it, then drop this letter"


class Event(Struct, frozen=True):
    """An event as the partner sends it; *data* is what its type says. Other fields are kept and passed over."""

    id: str
    type: str
    at: datetime
    data: msgspec.Raw


def request_of(command: Struct, connection: Connection, *, people: bool) -> tuple[str, dict[str, Any]]:
    """Return the path a command is posted to, and its body: the command's own fields, and whom they name, with *people*."""
    path = PATHS.get(type(command))
    if path is None:
        raise Rejected(f"{type(command).__name__} is not pushed to this partner: see `tally connector list`")
    said: dict[str, Any] = msgspec.to_builtins(command)
    named = [said[field] for field in PEOPLE.get(type(command), ()) if said.get(field)]
    known = {reference: connection.person(reference) for reference in named} if people else {}
    return path, {**said, "people": {r: dict(p) for r, p in known.items() if p}}


def is_same(found: Mapping[str, Any], command: Struct) -> bool:
    """Say whether what the partner has is this command: people may have been erased since."""
    said: dict[str, Any] = msgspec.to_builtins(command)
    return all(found.get(name) == value for name, value in said.items())


def delivery_of(source: str, body: bytes, types: Mapping[str, type[Struct]]) -> Delivery:
    """Keep an event as it came, under its own id; one that names no subject of ours is kept under its type."""
    try:
        told = json.loads(body)
        name, kind, data = str(told["id"]), str(told["type"]), told.get("data")
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Rejected(f"the partner sent an event without id or type ({wrong}): ask its operators") from wrong
    data = data if isinstance(data, dict) else {}
    subject = (
        f"case/{data['case']}" if "case" in data else f"order/{data['order']}" if "order" in data else f"event/{kind}"
    )
    person = data.get("from") if types.get(kind) in {CaseOpened, CaseMessageReceived} else None
    return Delivery(
        source=source,
        id=name,
        subject=subject,
        body=body,
        digest=hashlib.sha256(body).digest(),
        person=person if isinstance(person, str) and person else None,
    )


def translation_of(delivery: Delivery, connection: Connection, types: Mapping[str, type[Struct]]) -> Translation:
    """Read an event."""
    try:
        event = msgspec.json.decode(delivery.body, type=Event)
        kind = types.get(event.type)
        if kind is None:
            return Translation(
                faults=(fault_of(delivery, f"type: {event.type!r} is none this connection takes", REMEDY),)
            )
        if event.at.tzinfo is None:
            raise msgspec.ValidationError(f"at: {event.at} has no offset")
        data = within_limits(_data(event, kind, (delivery, connection)))
    except msgspec.DecodeError as wrong:
        return Translation(faults=(fault_of(delivery, str(wrong), REMEDY),))
    at = event.at.astimezone(UTC)
    zone = connection.settings.get("zone", "UTC")
    on = at.astimezone(ZoneInfo(zone)).date()
    report = Report(id=event.id, subject=delivery.subject, data=data, time=at, on=on, zone=zone)
    return Translation((report,))


def _data(event: Event, kind: type[Struct], where: tuple[Delivery, Connection]) -> Any:
    """Return the report; what a customer said stays in the delivery, and the report carries the event's own id of it."""
    delivery, connection = where
    if kind not in {CaseOpened, CaseMessageReceived}:
        return msgspec.json.decode(event.data, type=kind)
    told = msgspec.json.decode(event.data, type=dict[str, Any])
    said: dict[str, Any] = {name: value for name, value in told.items() if name in kind.__struct_fields__}
    said["message"] = f"{connection.name}/{event.id}"
    if kind is CaseOpened:
        said["channel"] = told.get("channel") or connection.settings.get("channel", "") or connection.name
        if delivery.person:
            said["customer"] = connection.pseudonym(connection.name, delivery.person)
        said.pop("because", None)
    return msgspec.convert(said, kind)


SCREENING_EVENTS: Final[Mapping[str, type[Struct]]] = {"order.screened": OrderScreened}
CARRIER_EVENTS: Final[Mapping[str, type[Struct]]] = {
    "label.booked": LabelBooked,
    "label.refused": LabelRefused,
    "label.cancelled": LabelVoided,
    "parcel.tracked": ParcelTracked,
}
HELPDESK_EVENTS: Final[Mapping[str, type[Struct]]] = {
    "case.opened": CaseOpened,
    "case.message": CaseMessageReceived,
    "case.closed": CaseClosed,
}
