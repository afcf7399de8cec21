"""The proof of purchases: what stands in GR/IR and in dispute is what the purchases know of, one by one.

The left side comes from the purchase processes, the right from the postings of their events, so that the proof is no
tautology.
"""

from collections import Counter
from typing import Final

import asyncpg

from tallystick.processes.buying.purchase_data import PurchaseData
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import PURCHASE
from tallystick.storage.reading.proving.finding import Findings, Proof

STEMS: Final = ("goods_received", "disputed_invoices")
_BOOKED: Final = (
    "with a as (select id, split_part(name, ':', 1) as stem from account "
    f"where split_part(name, ':', 1) in ({', '.join(repr(stem) for stem in STEMS)})), "
    "legs as (select p.event, a.stem, p.amount from posting p join a on a.id = p.debit "
    "union all select p.event, a.stem, -p.amount from posting p join a on a.id = p.credit) "
    "select e.subject, l.stem, sum(l.amount)::bigint from legs l join event e on e.id = l.event "
    "where starts_with(e.subject, 'purchase/') group by 1, 2"
)
_ROWS_AT_ONCE: Final = 5000


class Purchases:
    """Collects what purchases have in GR/IR and in dispute, in minor units, debits above zero."""

    def __init__(self) -> None:
        """Start with no purchase."""
        self._known: Counter[tuple[str, str]] = Counter()
        self._count = 0

    def see(self, family: Family) -> None:
        """Look at the purchase of one family."""
        data = data_of(family, PURCHASE) if PURCHASE in family else None
        if not isinstance(data, PurchaseData):
            return
        self._count += 1
        subject = f"purchase/{data.purchase}"
        self._known[subject, "goods_received"] = -data.received_not_invoiced()
        self._known[subject, "disputed_invoices"] = sum(sum(w.disputed.values()) for w in data.waiting.values())

    async def proof(self, connection: asyncpg.Connection) -> Proof:
        """Compare each purchase with its postings."""
        findings, booked = Findings("purchases"), Counter[tuple[str, str]]()
        cursor = await connection.cursor(_BOOKED)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            booked.update({(subject, stem): amount for subject, stem, amount in rows})
        for key in sorted(self._known.keys() | booked.keys()):
            if self._known[key] != booked[key]:
                findings.say(
                    f"{key[0]}: it knows of {self._known[key]} in {key[1]}, its postings come to {booked[key]}"
                )
        return findings.proof(f"{self._count} purchases have in GR/IR and in dispute what they know of")
