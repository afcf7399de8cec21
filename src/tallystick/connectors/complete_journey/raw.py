"""Bodies of deliveries: the rows of a till's day as they were, a row by itself, a declared opening."""

from functools import cache
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.connectors.complete_journey.columns import Row

ID_HEX_DIGITS: Final = 16
_ENCODER: Final = msgspec.json.Encoder()


class Journal(Struct, frozen=True, tag="journal"):
    """All rows of one shop on one day (ISO), in the order of time; households stand there by reference."""

    shop: str
    day: str
    rows: tuple[Row, ...]


class SingleRow(Struct, frozen=True, tag="row"):
    """A row that was kept by itself, because it or its place could not be understood."""

    row: Row


class DeclaredOpening(Struct, frozen=True, tag="opening"):
    """Stock declared in a shop at the start of day `on` (ISO): units and their value in cents, by product."""

    shop: str
    on: str
    units: dict[str, int]
    values: dict[str, int]


Body = Journal | SingleRow | DeclaredOpening


@cache
def _decoder() -> "msgspec.json.Decoder[Body]":
    return msgspec.json.Decoder(Body)


def encode(body: Struct) -> bytes:
    """Write the body of a delivery."""
    return _ENCODER.encode(body)


def decode(body: bytes) -> Body:
    """Read the body of a delivery of this feed."""
    return _decoder().decode(body)


def name_of(content: bytes) -> str:
    """Return a short name for a content: the same content has the same."""
    return sha256(content).hexdigest()[:ID_HEX_DIGITS]


def till_subject(source: str, shop: str, day: str) -> str:
    """Return whom the messages of a shop's day belong to."""
    return f"till/{source}/{shop}/{day}"
