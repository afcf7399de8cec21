"""Taking units off shelves whatever their state, and what digests tell apart."""

import hashlib

import msgspec
from msgspec import Struct

from tallystick.decisions.valuation import Shelf


def taken(shelf: Shelf, sku: str, location: str, wanted: tuple[str, int]) -> list[tuple[str, int, int]]:
    """Take units out of a state as far as they stand there, the rest from the sellable, where a shortage is covered.

    *wanted* is (state, units). Returns (state, units, cost) of each part.
    """
    state, units = wanted
    there = min(units, getattr(shelf.layer(sku, location), state)) if state != "sellable" else units
    parts = [(state, there), ("sellable", units - there)]
    return [(s, n, shelf.take(sku, location, n, s)) for s, n in parts if n]


def digest_of(told: Struct) -> str:
    """Return a short digest of a document, to tell the same again from another under its key."""
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=8).hexdigest()
