"""Periods: open, then closed under a seal; what comes late lands in the first open day."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from tallystick.journal.posting import Entry


def booked_on(effective_on: date, closed_through: date | None) -> date:
    """Return the day an entry is posted to: its own, or the first open day when its own is closed."""
    if closed_through is None or effective_on > closed_through:
        return effective_on
    return closed_through + timedelta(days=1)


def entry_digest(entry: Entry) -> bytes:
    """Return the digest of one entry: its days and its postings, whatever batch carried them.

    The event's number is left out: two books that took the same facts in different batches have the same entries.
    """
    h = hashlib.sha256(f"{entry.effective_on}|{entry.booked_on}".encode())
    for line in sorted(f"|{p.rule}|{p.debit}|{p.credit}|{p.commodity}|{p.number}|{p.item}" for p in entry.postings):
        h.update(line.encode())
    return h.digest()


def seal(entries: Iterable[Entry]) -> str:
    """Return the root hash of a period: its entries' digests in canonical order, whatever order they came in."""
    return seal_of_digests(map(entry_digest, entries))


def seal_of_digests(digests: Iterable[bytes]) -> str:
    """Return the root hash over the digests of a period's entries, for who cannot hold all entries at once."""
    root = hashlib.sha256()
    for digest in sorted(digests):
        root.update(digest)
    return root.hexdigest()
