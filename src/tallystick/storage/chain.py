"""The chain: each batch's hash covers its events and postings and the hash before it."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec

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


def batch_hash(previous: bytes, events: Sequence[tuple[Any, ...]], postings: Sequence[tuple[Any, ...]]) -> bytes:
    """Return the hash of a batch from its rows (tuples), in the order of their keys, and the hash before it."""
    h = hashlib.sha256(previous)
    h.update(_PACK(events))
    h.update(_PACK(postings))
    return h.digest()
