"""The proof of goods in transit: what the ledger has between two places is what the transfers know of, unit by unit and by value.

The left side comes from the transfer processes, the right from the postings, so that the proof is no tautology.
"""

from collections import Counter
from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import TRANSFER
from tallystick.processes.stocking.transfer_data import TransferData
from tallystick.storage.reading.proving.finding import Findings, Proof

_BOOKED: Final = (
    "with a as (select id, name from account where starts_with(name, 'stock:in_transit:') "
    "or starts_with(name, 'goods_in_transit:')), "
    "legs as (select a.name, p.commodity, p.amount from posting p join a on a.id = p.debit "
    "union all select a.name, p.commodity, -p.amount from posting p join a on a.id = p.credit) "
    "select l.name, c.name, sum(l.amount)::bigint from legs l join commodity c on c.id = l.commodity "
    "group by 1, 2 having sum(l.amount) <> 0"
)
_ROWS_AT_ONCE: Final = 5000


class Transfers:
    """Collects what transfers have in transit: units by transfer and product, minor units by the place they go to."""

    def __init__(self) -> None:
        """Start with no transfer."""
        self._known: Counter[tuple[str, str]] = Counter()
        self._wrong: list[str] = []
        self._count = 0

    def see(self, family: Family) -> None:
        """Look at the transfer of one family."""
        data = data_of(family, TRANSFER) if TRANSFER in family else None
        if not isinstance(data, TransferData):
            return
        self._count += 1
        self._known[f"goods_in_transit:{data.target}", data.currency] += data.transit_value
        for x in data.lines:
            self._known[f"stock:in_transit:{data.transfer}", UNITS_PREFIX + x.sku] += x.transit
            if x.transit != x.sent - x.received - x.lost + x.surplus:
                self._wrong.append(
                    f"transfer/{data.transfer} line {x.line}: in transit is not sent less received and lost"
                )

    async def proof(self, connection: asyncpg.Connection) -> Proof:
        """Compare with the postings."""
        findings, booked = Findings("transfers"), Counter[tuple[str, str]]()
        for wrong in self._wrong:
            findings.say(wrong)
        cursor = await connection.cursor(_BOOKED)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            booked.update({(account, commodity): amount for account, commodity, amount in rows})
        for key in sorted(self._known.keys() | booked.keys()):
            if self._known[key] != booked[key]:
                findings.say(
                    f"{key[0]}: transfers know of {self._known[key]} {key[1]}, its postings come to {booked[key]}"
                )
        return findings.proof(f"{self._count} transfers have in transit what they know of")
