"""The chain: each batch's hash covers its events and postings and the hash before it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

GENESIS: Final = b"\x00"
_PACK: Final = msgspec.msgpack.Encoder().encode

EVENT_COLUMNS: Final = (
    "id",
    "source",
    "kind",
    "rules",
    "effective_at",
    "effective_on",
    "booked_on",
    "zone",
    "ext_id",
    "subject",
    "correlation",
    "causation",
    "traceparent",
    "body",
    "facts",
    "answer",
    "after",
)
POSTING_COLUMNS: Final = ("event", "n", "rule", "debit", "credit", "commodity", "item", "amount")


class Link(Struct, frozen=True):
    """Where a batch stands: its number, when it was recorded (UTC), and the hash before it."""

    number: int
    recorded_at: datetime
    previous: bytes


def batch_hash(link: Link, events: Sequence[tuple[Any, ...]], postings: Sequence[tuple[Any, ...]]) -> bytes:
    """Return the hash of a batch from its place and its rows (tuples), in the order of their keys."""
    h = hashlib.sha256(link.previous)
    h.update(_PACK((link.number, link.recorded_at)))
    h.update(_PACK(events))
    h.update(_PACK(postings))
    return h.digest()
