"""A ledger that a book is told to: a Tryton of its own, read past our code, beside the book's own day balances."""

import json
import os
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tallystick.app.ledgers.policy_file import default_text, load_policy, policy_file
from tallystick.decisions.ledger_policy import LedgerPolicy
from tallystick.model.amount import decimals_of
from tallystick.storage.book import connect, schema_of
from tallystick.storage.reading.trial_balance import daily_balances
from tests.counterparts.tryton.server import Server, needs_tryton, served, template

WAIT_SECONDS_MAX: Final = 1200
Cells = dict[tuple[str, str], Decimal]
"""(day, account code) to what moved there, debits less credits."""


@dataclass
class Ledger:
    """A Tryton of its own, and the policy by which a book is told to it under a name of its own."""

    name: str
    home: Path
    database_url: str
    book: str
    tryton: Server
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def policy(self) -> LedgerPolicy:
        """The policy in force."""
        return load_policy(self.home, self.name)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start `tally … --json` over the book and this ledger."""
        command = [sys.executable, "-m", "tallystick", *words, "--ledger", self.name, "--book", self.book, "--json"]
        book = {"TALLYSTICK_DATABASE_URL": self.database_url, "TALLYSTICK_HOME": str(self.home)}
        environment = os.environ | book | self.tryton.environment() | self.environment
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def tally(self, *words: str, code: int = 0) -> Any:
        """Run it and return what it says."""
        with self.start(*words) as process:
            said, complaint = process.communicate(timeout=WAIT_SECONDS_MAX)
        assert process.returncode == code, (said, complaint)
        return json.loads(said)

    def balances(self) -> Cells:
        """Return what Tryton has posted, by day and account code, out of its own database and past our code."""
        asked = (
            "select m.date, a.code, sum(round(l.debit * 1000) - round(l.credit * 1000)) from account_move_line l "
            "join account_move m on m.id = l.move join account_account a on a.id = l.account "
            "where m.state = 'posted' group by 1, 2"
        )
        with closing(sqlite3.connect(f"file:{self.tryton.folder / 'erp.sqlite'}?mode=ro", uri=True)) as database:
            return {(day, code): Decimal(int(amount)) / 1000 for day, code, amount in database.execute(asked) if amount}

    async def wanted(self) -> Cells:
        """Return what our book moved, by day and account code: from the day balances, not from journals."""
        connection = await connect(self.database_url, schema_of(self.book))
        try:
            cells: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
            for b in await daily_balances(connection):
                if not b.commodity.startswith("sku:"):
                    code = self.policy.code(b.account)
                    assert code is not None
                    amount = Decimal(b.change).scaleb(-decimals_of(b.commodity))
                    cells[b.day.isoformat(), code] += amount
        finally:
            await connection.close()
        return {cell: amount for cell, amount in cells.items() if amount}


@dataclass(frozen=True)
class Book:
    """A book: where it lies and what it counts in, such as GBP with three decimals."""

    home: Path
    database_url: str
    name: str
    currency: str = "GBP"
    digits: int = 3


@contextmanager
def told(book: Book, name: str, folder: Path) -> Iterator[Ledger]:
    """Yield a fresh ledger called *name* of as many decimals as *book* says, with every journal of the book drawn for it."""
    needs_tryton()
    file = policy_file(book.home, name)
    file.parent.mkdir(exist_ok=True)
    text = default_text().replace('ledger = "tryton"', f'ledger = "{name}"')
    file.write_text(text.replace('currency = ""', f'currency = "{book.currency}/{book.digits}"'))
    with ExitStack() as stack:
        tryton = stack.enter_context(served(folder, template(book.digits, book.currency)))
        found = Ledger(name, book.home, book.database_url, book.name, tryton)
        drawn = found.tally("journal", "draw")
        assert drawn["changed"] == {"issued": drawn["journals"]}
        yield found
