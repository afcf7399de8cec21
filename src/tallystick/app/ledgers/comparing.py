"""Comparing: the book as journals beside what the ledger has posted, and the journals beside the trial balance."""

import asyncio
from datetime import date

from msgspec import Struct

from tallystick.app.house import House
from tallystick.app.ledgers.drawing import Drawer, HeldBack, total_of
from tallystick.decisions.ledger_policy import LedgerPolicy
from tallystick.messages.books.ledger import LedgerEntries, LedgerEntriesAsked
from tallystick.model.amount import is_money
from tallystick.ports.connector import Connector, Misconfigured
from tallystick.reconciliation.ledger_balances import Comparison, Issued, compare
from tallystick.storage.reading.ledgers.documents import documents_known
from tallystick.storage.reading.ledgers.journals import journals_known
from tallystick.storage.reading.trial_balance import Days, trial_balance


class LedgerCheck(Struct, frozen=True):
    """Whether the ledger holds what the book does. `uncovered` are our accounts the journals do not add up to."""

    ledger: str
    currency: str
    through: date
    comparison: Comparison
    uncovered: tuple[str, ...]
    held_back: tuple[HeldBack, ...]

    @property
    def ok(self) -> bool:
        """Whether both hold the same, and the journals hold the whole book."""
        return not (self.comparison.differences or self.uncovered or self.held_back)


async def check_ledger(house: House, policy: LedgerPolicy, ledger: Connector, through: date) -> LedgerCheck:
    """Lay the book up to *through* beside what *ledger* has posted since the book's first day."""
    connection = await house.connection()
    book = await Drawer(house, connection, policy).sheets(through)
    journals = await journals_known(connection, f"journal/{policy.ledger}/")
    documents = await documents_known(connection, policy.ledger)
    known = [
        *(Issued(d.revision, d.journal) for d in journals.values()),
        *(Issued(d.revision, d.document) for d in documents.values()),
    ]
    issued = {i.sheet.subject: i for i in known if i.revision and i.sheet.day <= through}
    totals = {account: amount for account, amount in total_of(book.sums).items() if amount}
    held = {
        b.account: b.balance
        for b in await trial_balance(connection, days=Days(last=through))
        if is_money(b.commodity) and b.balance
    }
    off = {a for a in {*totals, *held} if totals.get(a, 0) != held.get(a, 0)}
    first = min((s.day for s in book.sums), default=through)
    told = await asyncio.to_thread(ledger.ask, LedgerEntriesAsked(first, through))
    assert isinstance(told, LedgerEntries)  # noqa: S101 - the question decides the answer's type
    wanted = policy.counted_in(house.info.currency)
    if told.ledger_currency != wanted:
        raise Misconfigured(
            f"{policy.ledger} counts in {told.ledger_currency}, its policy says {wanted}: correct currency in the policy"
        )
    codes = {*policy.accounts.values(), policy.rounding_account}
    comparison = compare((*book.journals, *book.documents), issued, told.lines, codes)
    return LedgerCheck(policy.ledger, wanted, through, comparison, tuple(sorted(off)), book.held_back)
