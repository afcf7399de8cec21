"""A crowd at the desk: everybody tries to approve their own by every door there is, while others approve as they may."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import asyncpg
import httpx
from msgspec import Raw, Struct, json
from msgspec.structs import replace

from tallystick.app.commands.access import approve
from tallystick.app.house import House
from tallystick.engine.envelopes import delivery_of
from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.messages.books.entries import ManualEntryApproved
from tallystick.posting.table import TABLE
from tallystick.processes.approved import manual_entry_of, propose_entry, report_of
from tallystick.security.principal import Denied, Principal
from tallystick.security.proposals import AccessRefused, Proposal, Says, Verdict
from tallystick.security.roles import Role
from tallystick.storage.access.approvals import Approvals
from tallystick.storage.access.keys import NewKey, create_key
from tallystick.storage.access.principals import Grant, NewPrincipal, add_principal, delegate, grant_role
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.inbox import Inbox
from tests.access.conftest import Desk, accrual
from tests.engine.conftest import unit

AT_ONCE: Final = 12
AMOUNT: Final = 5_000
_VERDICT: Final = (
    "insert into verdict (proposal, says, given_by, digest, on_behalf_of) values ($1, 'approved', $2, $3, $4)"
)


class Outcome(Struct):
    """How it ended: verdicts by who gave them; attempts refused and taken, by door; Carl's approvals that were refused."""

    given_by: Counter[str]
    refused: Counter[str]
    taken: Counter[str]
    hindered: int = 0


class Crowd:
    """Mia, who is an approver too, in all her names; and Carl, who may approve what is hers."""

    def __init__(self, desk: Desk, house: House, api: httpx.AsyncClient) -> None:
        self.desk, self.house, self.api = desk, house, api
        self.outcome = Outcome(Counter(), Counter(), Counter())

    async def gather(self) -> "Crowd":
        """Give Mia every name and role that could help her."""
        desk, sql = self.desk, self.desk.sql
        root, mia, carl = (desk.people[name] for name in ("root", "mia", "carl"))
        await grant_role(sql, Grant(mia, Role.APPROVER, root, 10**9))
        await desk.let_in("mia-bot", Role.CONTROLLER, person="mia")
        lee = await add_principal(sql, NewPrincipal((await desk.who("mia")).kind, "mia-lee", mia), root)
        desk.people["mia-lee"] = lee
        await grant_role(sql, Grant(lee, Role.APPROVER, root, 10**9))
        for giver, taker in ((mia, carl), (carl, mia), (carl, lee)):
            await delegate(sql, giver, taker, datetime.now(UTC) + timedelta(days=1))
        self.who: dict[str, Principal] = {name: await desk.who(name) for name in ("mia", "mia-bot", "mia-lee", "carl")}
        key_of = partial(create_key, sql, desk.keyring, desk.stand.info.name)
        makers = {name: mia if name == "mia-bot" else who.id for name, who in self.who.items()}
        self.keys = {name: (await key_of(NewKey(self.who[name].id, makers[name]))).text for name in self.who}
        self.lines = [await desk.stand.connection() for _ in range(AT_ONCE)]
        return self

    async def rush(self, count: int, seed: int = 4) -> Outcome:
        """Prepare *count* entries, then attempt to self-approve each and approve each, all in one wild order."""
        dice = random.Random(seed)
        prepared = await self._all([partial(self._propose, n) for n in range(count)])
        doors = list(DOORS.values())
        attempts = [partial(self._attempt, doors[n % len(doors)], p) for n, p in enumerate(prepared)]
        acts: list[Callable[[asyncpg.Connection], Awaitable[object]]] = [
            *attempts,
            *(partial(self._approve, p) for p in prepared),
        ]
        dice.shuffle(acts)
        await self._all(acts)
        rows = await self.desk.sql.fetch(
            "select p.name from verdict v join principal p on p.id = v.given_by where v.says = 'approved'"
        )
        self.outcome.given_by = Counter(row[0] for row in rows)
        return self.outcome

    async def _all(self, acts: list[Callable[[asyncpg.Connection], Awaitable[object]]]) -> list[Proposal]:
        found: list[object] = [None] * len(acts)
        places = iter(range(len(acts)))

        async def work(line: asyncpg.Connection) -> None:
            for place in places:
                found[place] = await acts[place](line)

        await asyncio.gather(*(work(line) for line in self.lines))
        return found  # type: ignore[return-value]

    def desk_on(self, line: asyncpg.Connection) -> Approvals:
        """Return a desk on a connection of its own."""
        return Approvals(line, self.desk.stand.names, self.desk.keyring)

    async def _propose(self, n: int, line: asyncpg.Connection) -> Proposal:
        who = self.who["mia" if n % 2 else "mia-bot"]
        return await self.desk_on(line).propose(who, propose_entry(accrual(AMOUNT)))

    async def _approve(self, p: Proposal, line: asyncpg.Connection) -> None:
        try:
            await self.desk_on(line).decide(self.who["carl"], Verdict(p.id, Says.APPROVED, p.digest))
        except AccessRefused:
            self.outcome.hindered += 1

    async def _attempt(self, door: "Door", p: Proposal, line: asyncpg.Connection) -> None:
        name = door.__name__
        try:
            await door(self, p, line)
        except (AccessRefused, Denied, asyncpg.IntegrityConstraintViolationError):
            self.outcome.refused[name] += 1
        else:
            self.outcome.taken[name] += 1


Door = Callable[[Crowd, Proposal, asyncpg.Connection], Awaitable[None]]


async def by_desk(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """Mia at the desk, approver that she is."""
    await crowd.desk_on(line).decide(crowd.who["mia"], Verdict(p.id, Says.APPROVED, p.digest))


async def by_other_name(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """Mia by her other name."""
    await crowd.desk_on(line).decide(crowd.who["mia-lee"], Verdict(p.id, Says.APPROVED, p.digest))


async def by_client(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """The program that acts for Mia."""
    await crowd.desk_on(line).decide(crowd.who["mia-bot"], Verdict(p.id, Says.APPROVED, p.digest))


async def by_circle(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """Carl on behalf of Mia, who lets him; and she on behalf of Carl, who lets her."""
    mia, carl = crowd.who["mia"], crowd.who["carl"]
    who, behalf = (carl, mia) if p.id % 2 else (mia, carl)
    await crowd.desk_on(line).decide(who, Verdict(p.id, Says.APPROVED, p.digest, "", behalf.id))


async def by_http(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """At the API, with a key of her own in each of her names."""
    key = crowd.keys[("mia", "mia-bot", "mia-lee")[p.id % 3]]
    verdict = {"says": "approved", "digest": p.digest.hex()}
    answer = await crowd.api.post(
        f"/v1/proposals/{p.id}/verdict", json=verdict, headers={"authorization": f"Bearer {key}"}
    )
    if answer.status_code in {403, 409}:
        raise AccessRefused(answer.text)
    assert answer.status_code == 200, answer.text


async def by_command(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """On the command line, where she may say any of her names."""
    name = ("mia", "mia-lee")[p.id // len(DOORS) % 2]
    saying = approve._Saying(Says.APPROVED, "", "", name)
    # Each command has connections of its own and closes them, as it does when somebody types it.
    house = replace(crowd.house, connections=[])
    try:
        await approve._decided(house, p.id, saying)
    finally:
        for connection in house.connections:
            await connection.close()


async def by_sql(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """Straight into the database, as the role that the application has."""
    who = crowd.who[("mia", "mia-bot", "mia-lee")[p.id % 3]]
    await line.execute(_VERDICT, p.id, who.id, p.digest, crowd.who["carl"].id if p.id % 2 else None)


async def by_replica(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """As a session that says it only replays what was checked elsewhere, which switches ordinary triggers off."""
    async with line.transaction():
        await line.execute("set local session_replication_role = replica")
        await line.execute(_VERDICT, p.id, crowd.who["mia"].id, p.digest, None)


async def by_rewriting(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """Straight into the database again: a verdict that is there already, made Mia's."""
    done = await line.execute("update verdict set given_by = $2 where proposal = $1", p.id, crowd.who["mia"].id)
    if done == "UPDATE 0":
        raise AccessRefused("there is no verdict yet that could be rewritten")


async def by_execution(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """Past the verdict: an execution of what nobody has approved, at once and without the book."""
    await line.execute("insert into execution (proposal, event) values ($1, $2)", p.id, -p.id)


async def by_gate(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """At the gate, with a report that says Carl had approved another sum."""
    mia, carl = crowd.who["mia"], crowd.who["carl"]
    report = ManualEntryApproved(p.id, accrual(AMOUNT + 1), mia.id, carl.id)
    number = 1 + crowd.lines.index(line)
    store = PgGateStore(line, crowd.desk.stand.names, crowd.desk.stand.info.currency, number)
    ((answer,),) = await Gate(store, TABLE, GateMetrics()).flush([unit(p.subject, report, f"forged-{p.id}")])
    if answer.status == "refused":
        raise AccessRefused(answer.reason)


async def by_inbox(crowd: Crowd, p: Proposal, line: asyncpg.Connection) -> None:
    """Into the inbox, as if the desk had sent it, under an id of its own and about a proposal that does not exist."""
    number = p.id + 1_000_000
    report = ManualEntryApproved(number, manual_entry_of(p), crowd.who["mia"].id, crowd.who["carl"].id)
    envelope = replace(report_of(p), id=f"forged-{p.id}", subject=f"entry/{number}", data=Raw(json.encode(report)))
    await Inbox(line, crowd.desk.stand.names, crowd.desk.keyring).receive([delivery_of(envelope)])
    raise AccessRefused("it is in the inbox; whether it gets into the book is seen when that is worked off")


DOORS: Final[dict[str, Door]] = {
    door.__name__: door
    for door in (
        by_desk,
        by_other_name,
        by_client,
        by_circle,
        by_http,
        by_command,
        by_sql,
        by_replica,
        by_rewriting,
        by_execution,
        by_gate,
        by_inbox,
    )
}
