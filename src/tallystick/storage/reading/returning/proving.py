"""The proof of returns: what customers owe for refunds paid ahead, and what was kept of returns, order by order.

The left side comes from the processes of returns, the right from the postings of their events.
"""

from collections import Counter
from typing import Any, Final

import asyncpg

from tallystick.processes.family import Family, data_of
from tallystick.storage.reading.proving.finding import Findings, Proof

_BOOKED: Final = (
    "with a as (select id, split_part(name, ':', 1) as stem from account where starts_with(name, 'return_claims:')), "
    "legs as (select p.event, a.stem, p.amount from posting p join a on a.id = p.debit "
    "union all select p.event, a.stem, -p.amount from posting p join a on a.id = p.credit) "
    "select e.subject, sum(l.amount)::bigint from legs l join event e on e.id = l.event group by 1"
)
_ROWS_AT_ONCE: Final = 5000


class Returns:
    """Collects what returns know, and finds those that contradict themselves or their order."""

    def __init__(self) -> None:
        """Start with no return."""
        self._claims: Counter[str] = Counter()
        self._wrong: list[str] = []
        self._count = 0

    def see(self, family: Family) -> None:
        """Look at the returns of one family."""
        names = [n for n in family if n.startswith("rma/")]
        if not names:
            return
        order: Any = data_of(family, "order")
        advanced = 0
        back: Counter[tuple[int, str]] = Counter()
        for name in names:
            data: Any = data_of(family, name)
            self._count += 1
            advanced += data.advanced
            for x in data.held:
                back[x.line, x.sku] += x.known
            for y in data.accepted:
                back[y.line, y.sku] += y.quantity
        subject = f"order/{order.order}"
        self._claims[subject] = advanced
        if order.advanced != advanced:
            self._wrong.append(f"{subject}: {order.advanced} were refunded ahead, its returns know of {advanced}")
        off = [x for x in order.lines if x.back != back[x.line, x.sku] or x.back > x.sent]
        self._wrong += [f"{subject}: line {x.line} has {x.back} back, its returns {back[x.line, x.sku]}" for x in off]

    async def proof(self, connection: asyncpg.Connection) -> Proof:
        """Compare each order with its postings."""
        findings, booked = Findings("returns"), Counter[str]()
        for wrong in self._wrong:
            findings.say(wrong)
        cursor = await connection.cursor(_BOOKED)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            booked.update({str(subject): int(amount) for subject, amount in rows})
        for subject in sorted(self._claims.keys() | booked.keys()):
            if self._claims[subject] != booked[subject]:
                findings.say(
                    f"{subject}: returns claim {self._claims[subject]}, their postings come to {booked[subject]}"
                )
        return findings.proof(f"{self._count} returns hold and claim what the book says")
