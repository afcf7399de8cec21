"""The proof of the chain: every batch's rows hash to what it was sealed with, and follow the batch before it."""

import asyncpg

from tallystick.storage.batches.chain import GENESIS, Link, batch_hash
from tallystick.storage.reading.proving.batch_stream import EVENT_BITS, GATE_BITS, Filed
from tallystick.storage.reading.proving.finding import Findings, Proof


class Chain:
    """Recomputes each hash and follows the links of each gate."""

    def __init__(self) -> None:
        """Start before the first batch."""
        self._findings = Findings("chain")
        self._heads: dict[int, tuple[int, bytes]] = {}
        self._batches = self._events = self._postings = 0

    def see(self, filed: Filed) -> None:
        """Check one batch against its rows and the batch before it."""
        self._batches += 1
        self._events += len(filed.events)
        self._postings += len(filed.postings)
        place = f"batch {filed.number} (events {_span(filed.number)})"
        if filed.batch is None:
            self._findings.say(f"{place}: there are rows of it, but no batch")
            return
        _, previous, kept, events, recorded_at = filed.batch
        gate = filed.number >> GATE_BITS
        if previous != self._head(gate)[1]:
            self._findings.say(
                f"{place}: does not follow batch {self._head(gate)[0]}, the one before it of gate {gate}"
            )
        if events != len(filed.events):
            self._findings.say(f"{place}: has {len(filed.events)} events, was sealed with {events}")
        if batch_hash(Link(filed.number, recorded_at, previous), filed.events, filed.postings) != kept:
            self._findings.say(f"{place}: its events, postings or time are not those it was sealed with")
        self._heads[gate] = (filed.number, kept)

    async def proof(self, connection: asyncpg.Connection) -> Proof:
        """Compare where each gate says it stands, and say what was looked at."""
        for gate, number, head in await connection.fetch("select id, batch, head from gate order by id"):
            last, kept = self._heads.pop(gate, (gate << GATE_BITS, GENESIS))
            if head != kept or number < last:
                self._findings.say(f"gate {gate}: stands at batch {number}, its chain ends otherwise in batch {last}")
        for gate, (last, _) in sorted(self._heads.items()):
            self._findings.say(f"gate {gate}: has batches up to {last}, but no row")
        return self._findings.proof(f"{self._batches} batches, {self._events} events, {self._postings} postings")

    def _head(self, gate: int) -> tuple[int, bytes]:
        return self._heads.get(gate, (gate << GATE_BITS, GENESIS))


def _span(batch: int) -> str:
    first = batch << EVENT_BITS
    return f"{first} to {first + (1 << EVENT_BITS) - 1}"
