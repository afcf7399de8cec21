"""A book with people in it, on real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest
from msgspec.structs import replace

from tallystick.app.connectors import parsers
from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.engine.worker import Worker
from tallystick.messages.books.entries import ManualEntry, ManualLine
from tallystick.posting.table import TABLE
from tallystick.processes.approved import propose_entry
from tallystick.security.keyring import Keyring
from tallystick.security.principal import Kind, Principal
from tallystick.security.proposals import Proposal, Says, Verdict
from tallystick.security.roles import Role
from tallystick.storage.access.approvals import Approvals
from tallystick.storage.access.principals import (
    Grant,
    NewPrincipal,
    add_principal,
    grant_role,
    principal_numbered,
)
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.inbox import Inbox
from tests.engine.conftest import Stand

MASTER = bytes(range(32))
DAY = date(2026, 11, 20)
LIMIT = 100_000


def accrual(amount: int = 5_000, day: date = DAY, debit: str = "operating_expense:rent") -> ManualEntry:
    """One line: this month's rent, not yet invoiced."""
    return ManualEntry("EUR/2", day, "rent of November", (ManualLine(1, debit, "accruals:rent", amount),))


class Desk:
    """The people of one book: root administers, mia prepares, carl approves up to 1,000.00, dora up to 10.00."""

    def __init__(self, stand: Stand) -> None:
        self.stand, self.sql = stand, stand.sql
        self.keyring = Keyring(MASTER, stand.info.sealed_as)
        self.people: dict[str, int] = {}

    async def open(self) -> "Desk":
        """Let everybody in."""
        await self.let_in("root", Role.ADMINISTRATOR)
        await self.let_in("mia", Role.CONTROLLER)
        await self.let_in("carl", Role.APPROVER, limit=LIMIT)
        await self.let_in("dora", Role.APPROVER, limit=1_000)
        self.desk = Approvals(self.sql, self.stand.names, self.keyring)
        return self

    async def let_in(self, name: str, *roles: Role, limit: int = LIMIT, person: str = "") -> int:
        """Have root add a user with roles; with *person*, a client that acts for that user. Root comes first."""
        giver = self.people.get("root")
        kind = Kind.CLIENT if person else Kind.USER
        number = await add_principal(self.sql, NewPrincipal(kind, name, self.people.get(person)), giver)
        self.people[name] = number
        for role in roles:
            await grant_role(self.sql, Grant(number, role, giver, limit if role is Role.APPROVER else None))
        return number

    async def who(self, name: str) -> Principal:
        """Return somebody as they stand now."""
        known = await principal_numbered(self.sql, self.people[name])
        assert known is not None
        return known.in_book(self.stand.info.name)

    async def proposed(self, entry: ManualEntry | None = None, by: str = "mia") -> Proposal:
        """Have somebody prepare an entry."""
        return await self.desk.propose(await self.who(by), propose_entry(entry or accrual()))

    async def says(self, name: str, proposal: Proposal, says: Says = Says.APPROVED, behalf: str = "") -> Proposal:
        """Have somebody give a verdict."""
        verdict = Verdict(proposal.id, says, proposal.digest, "looked at it", self.people.get(behalf))
        return await self.desk.decide(await self.who(name), verdict)

    async def work_off(self) -> int:
        """Work the inbox off, as a worker does."""
        inbox = Inbox(await self.stand.connection(), self.stand.names, self.keyring)
        worker = Worker(inbox, parsers({}))
        store = PgGateStore(await self.stand.connection(), self.stand.names, self.stand.info.currency)
        store.seal = self.keyring.seal
        return await worker.drain(Gate(store, TABLE, GateMetrics(), worker.settle))

    async def balance(self, account: str) -> int:
        """Return what an account holds."""
        found: int = await self.sql.fetchval(
            "select coalesce(sum(d.amount), 0)::bigint from delta d join account a on a.id = d.account where a.name = $1",
            account,
        )
        return found

    async def letters(self) -> list[str]:
        """Return why dead letters are there."""
        return [row[0] for row in await self.sql.fetch("select reason from dead_letter order by id")]


def reversal(proposal: Proposal, entry: ManualEntry) -> ManualEntry:
    """Return the entry that takes *entry* back."""
    return replace(entry, reverses=proposal.id, reason="booked twice")


@pytest.fixture
async def stand(database_url: str) -> AsyncIterator[Stand]:
    """A fresh book."""
    found = await Stand(database_url).open()
    yield found
    await found.close()


@pytest.fixture
async def desk(stand: Stand) -> Desk:
    """A fresh book with people in it."""
    return await Desk(stand).open()


async def refused(connection: asyncpg.Connection, sql: str, *values: object) -> str:
    """Run a statement that the database must refuse, and return what it says."""
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as caught:
        await connection.execute(sql, *values)
    return str(caught.value)
