"""The catalogue: every type has an owner and a version, and old versions are read as the newest."""

from typing import Any

import msgspec
import pytest
from msgspec import Struct

from tallystick.messages.catalogue import CATALOGUE, TYPES, Catalogue, MessageType, Role, UnknownType, snake
from tallystick.messages.envelope import Envelope
from tallystick.messages.returns import ReturnReceived
from tallystick.messages.sales import OrderLine, OrderPlaced


class WishMade(Struct):
    """A made-up report, first version: a price in whole euros."""

    item: str
    euros: int


class WishMadeNow(Struct):
    """The same, as it is today: minor units."""

    item: str
    cents: int


def to_cents(old: dict[str, Any]) -> dict[str, Any]:
    """Read the first version as the second."""
    return {"item": old["item"], "cents": old["euros"] * 100}


FIRST = MessageType("sales", "wish_made", 1, WishMade, Role.REPORT, "sales operations", upcast=to_cents)
SECOND = MessageType("sales", "wish_made", 2, WishMadeNow, Role.REPORT, "sales operations")


def test_an_old_version_is_read_as_the_newest() -> None:
    """A message written years ago is folded by today's decisions."""
    catalogue = Catalogue((FIRST, SECOND))
    assert catalogue.decode(FIRST.type, b'{"item":"lamp","euros":12}') == WishMadeNow("lamp", 1200)
    assert catalogue.decode(SECOND.type, b'{"item":"lamp","cents":1250}') == WishMadeNow("lamp", 1250)
    assert catalogue.of(WishMadeNow) is SECOND


def test_a_version_nobody_can_read_any_more_is_refused() -> None:
    """The broken twin: a second version without a way from the first."""
    with pytest.raises(UnknownType, match=r"wish_made\.v1"):
        Catalogue((msgspec.structs.replace(FIRST, upcast=None), SECOND))


def test_every_type_has_an_owner_and_a_name_of_its_own() -> None:
    """Somebody answers for each type, and two types are never called the same."""
    assert len({t.type for t in TYPES}) == len(TYPES)
    assert all(t.owner and t.struct.__doc__ for t in TYPES)
    assert {t.name for t in TYPES if snake(t.struct.__name__) != t.name} == set()


def test_a_report_travels_in_an_envelope() -> None:
    """CloudEvents in, the typed report out; and back to the same bytes."""
    placed = OrderPlaced("W1", "web", "WH1", "EUR/2", "stripe", (OrderLine(1, "LAMP", 2, 2400),))
    body = msgspec.json.encode(placed)
    wire = (
        b'{"specversion":"1.0","id":"1","source":"web","type":"'
        + CATALOGUE.of(OrderPlaced).type.encode()
        + b'","subject":"order/W1","time":"2026-11-23T12:00:00Z","data":'
        + body
        + b"}"
    )
    envelope = msgspec.json.decode(wire, type=Envelope)
    assert CATALOGUE.opened(envelope) == placed
    assert msgspec.json.decode(msgspec.json.encode(envelope), type=Envelope) == envelope


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        ("tallystick.sales.no_such.v1", b"{}", UnknownType),
        ("tallystick.sales.order_placed.v1", b'{"order":"W1"}', msgspec.ValidationError),
        ("tallystick.sales.order_placed.v1", b'{"order":7}', msgspec.ValidationError),
        ("tallystick.sales.order_placed.v1", b"nonsense", msgspec.DecodeError),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(name: str, body: bytes, error: type[Exception]) -> None:
    """An unknown type or a missing field is said, never guessed."""
    with pytest.raises(error):
        CATALOGUE.decode(name, body)


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        (
            "sales.order_placed",
            (
                b'{"order":"W1","channel":"w","location":"L","currency":"EUR/2","provider":"s","lines":'
                b'[{"line":1,"sku":"A","quantity":0,"net":1}]}'
            ),
            "quantity",
        ),
        (
            "fulfilment.dispatch_reported",
            b'{"order":"W1","shipment":"S","lines":[{"line":1,"sku":"A","quantity":-1}]}',
            "quantity",
        ),
        ("payments.capture_reported", b'{"order":"W1","provider":"s","amount":0}', "amount"),
        ("payments.capture_reported", b'{"order":"W1","provider":"s","amount":9007199254740992}', "amount"),
        (
            "returns.return_received",
            (
                b'{"order":"W1","rma":"R","location":"L","lines":'
                b'[{"line":1,"sku":"A","quantity":1,"disposition":"reserved"}]}'
            ),
            "disposition",
        ),
    ],
)
def test_a_number_or_word_out_of_range_is_refused_where_it_is_read(name: str, body: bytes, field: str) -> None:
    """Less than one unit cannot leave, nothing cannot be taken, and goods come back in one of three states."""
    with pytest.raises(msgspec.ValidationError, match=field):
        CATALOGUE.decode(f"tallystick.{name}.v1", body)


def test_a_return_without_a_parcel_is_read_as_ever() -> None:
    """The field was added later: what was written without it stays readable."""
    body = b'{"order":"W1","rma":"R","location":"L","lines":[]}'
    assert CATALOGUE.decode("tallystick.returns.return_received.v1", body) == ReturnReceived("W1", "R", "L", ())
