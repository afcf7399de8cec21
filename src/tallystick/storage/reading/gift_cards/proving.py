"""The proof of gift cards: each row is what was issued and what orders know of it, and all of them are what the ledger owes.

The left side comes from the processes of cards and orders, the right from the rows and the balances, so that the proof is no
tautology.
"""

from collections import Counter
from typing import Final

import asyncpg

from tallystick.journal.card import CARD_COLUMNS, Card
from tallystick.processes.family import Family, data_of
from tallystick.processes.gift_cards.gift_card import GiftCardData
from tallystick.processes.gift_cards.tender_steps import TendersData
from tallystick.processes.members import GIFT_CARD, TENDERS
from tallystick.storage.reading.proving.finding import Findings, Proof

_ROWS: Final = f"select card, {', '.join(CARD_COLUMNS)} from gift_card order by card"
_OWED: Final = (
    "select substr(a.name, 12), -sum(d.amount)::bigint from (select account, amount from delta "
    "union all select account, amount from rolled_delta) d join account a on a.id = d.account "
    "where starts_with(a.name, 'gift_cards:') group by 1"
)
_ROWS_AT_ONCE: Final = 1000


class GiftCards:
    """Adds up what cards were issued for, and what orders hold and have had of them, in minor units."""

    def __init__(self) -> None:
        """Start with no card."""
        self._face, self._held, self._had = Counter[str](), Counter[str](), Counter[str]()

    def see(self, family: Family) -> None:
        """Look at the card, or the tenders, of one family."""
        card = data_of(family, GIFT_CARD) if GIFT_CARD in family else None
        if isinstance(card, GiftCardData):
            self._face[card.card] = card.amount
        tenders = data_of(family, TENDERS) if TENDERS in family else None
        for x in tenders.parts if isinstance(tenders, TendersData) else ():
            if x.card:
                self._held[x.card] += x.open
                self._had[x.card] += x.kept

    async def proof(self, connection: asyncpg.Connection) -> Proof:
        """Compare each row with what processes know, and what is owed for all with the accounts."""
        findings, owed, rows_seen = Findings("gift_cards"), Counter[str](), 0
        cursor = await connection.cursor(_ROWS)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            rows_seen += len(rows)
            for name, *columns in rows:
                card = Card(*columns)
                owed[card.channel] += card.owed
                known = (self._face.pop(name, 0), self._held.pop(name, 0), self._had.pop(name, 0))
                if known != (card.face, card.held, card.redeemed):
                    findings.say(f"{name}: face, held and had are {known}, its row says {card}")
        for name in sorted({*+self._face, *+self._held, *+self._had}):
            findings.say(f"{name}: was issued or used, and has no row")
        booked: dict[str, int] = dict(map(tuple, await connection.fetch(_OWED)))
        for channel in sorted({*owed, *booked}):
            if owed[channel] != booked.get(channel, 0):
                findings.say(f"gift_cards:{channel}: cards come to {owed[channel]}, it says {booked.get(channel, 0)}")
        return findings.proof(f"{rows_seen} gift cards")
