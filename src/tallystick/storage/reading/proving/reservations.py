"""The proof of reservations: stock held and owed is what open orders and reservations hold and are owed."""

from collections import Counter
from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX
from tallystick.processes.family import Family
from tallystick.processes.holding import held_by
from tallystick.storage.reading.proving.finding import Findings, Proof

_RESERVED: Final = (
    "select coalesce(c.name, '#' || (s.id >> 32)), coalesce(o.name, '#' || ((s.id >> 16) & 65535)), s.reserved, s.owed "
    "from stock s left join commodity c on c.id = (s.id >> 32)::int left join location o on o.id = ((s.id >> 16) & 65535) "
    "where s.reserved <> 0 or s.owed <> 0"
)
_ROWS_AT_ONCE: Final = 1000


class Reservations:
    """Adds up what orders and reservations hold and are owed, by product and location."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self._held: Counter[tuple[str, str]] = Counter()
        self._owed: Counter[tuple[str, str]] = Counter()
        self._families = 0

    def see(self, family: Family) -> None:
        """Count the lines that a family holds."""
        found = list(held_by(family))
        self._families += bool(found)
        for x in found:
            self._held[x.sku, x.location] += x.held
            self._owed[x.sku, x.location] += x.owed

    async def proof(self, connection: asyncpg.Connection) -> Proof:
        """Compare with the reserved and owed units of the stock rows."""
        findings = Findings("reservations")
        cursor = await connection.cursor(_RESERVED)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            for item, location, reserved, owed in rows:
                key = (item.removeprefix(UNITS_PREFIX), location)
                self._compare(findings, key, reserved, owed)
        for key in sorted({**self._held, **self._owed}):
            self._compare(findings, key, 0, 0)
        return findings.proof(f"{self._families} orders and reservations hold stock")

    def _compare(self, findings: Findings, key: tuple[str, str], reserved: int, owed: int) -> None:
        held, due = self._held.pop(key, 0), self._owed.pop(key, 0)
        sku, location = key
        if held != reserved:
            findings.say(f"{sku} at {location}: {reserved} reserved, open orders hold {held}")
        if due != owed:
            findings.say(f"{sku} at {location}: {owed} owed, open orders are owed {due}")
