"""The guards and their broken twins: with a trigger switched off a fraud goes through, and the proof names it."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest

from tallystick.messages.books.entries import ManualEntryApproved
from tallystick.processes.approved import propose_entry, report_of
from tallystick.security.roles import Role
from tallystick.storage.access.approvals import proposal
from tallystick.storage.access.principals import Grant, grant_role
from tallystick.storage.reading.proofs import check_book
from tallystick.storage.reading.proving.approvals import GUARDS
from tests.access.conftest import Desk, accrual
from tests.engine.conftest import unit

VERDICT = "insert into verdict (proposal, says, given_by, digest, on_behalf_of) values ($1, 'approved', $2, $3, $4)"


async def found(desk: Desk) -> str:
    """What the proof of approvals says; every other proof must hold."""
    proofs = await check_book(desk.stand.url, desk.stand.info)
    assert [p.name for p in proofs if not p.ok and p.name != "approvals"] == []
    return next(p.detail for p in proofs if p.name == "approvals" and not p.ok)


async def self_approved(desk: Desk) -> str:
    """Mia approves what she prepared."""
    prepared = await desk.proposed()
    await grant_role(desk.sql, Grant(desk.people["mia"], Role.APPROVER, desk.people["root"], 10**9))
    await desk.sql.execute(VERDICT, prepared.id, desk.people["mia"], prepared.digest, None)
    return f"proposal/{prepared.id}: who prepared it approved it"


async def above_the_limit(desk: Desk) -> str:
    """Dora approves a hundred times her limit."""
    prepared = await desk.proposed(accrual(100_000))
    await desk.sql.execute(VERDICT, prepared.id, desk.people["dora"], prepared.digest, None)
    return f"proposal/{prepared.id}: the approver had no limit that high"


async def for_nobody(desk: Desk) -> str:
    """Root approves on behalf of Carl, who never let him."""
    prepared = await desk.proposed()
    await desk.sql.execute(VERDICT, prepared.id, desk.people["root"], prepared.digest, desk.people["carl"])
    return f"proposal/{prepared.id}: nobody had let the approver act for them"


async def another_body(desk: Desk) -> str:
    """Carl approves what he did not look at."""
    prepared = await desk.proposed()
    await desk.sql.execute(VERDICT, prepared.id, desk.people["carl"], b"else", None)
    return f"proposal/{prepared.id}: another body was approved"


@pytest.mark.parametrize("fraud", [self_approved, above_the_limit, for_nobody, another_body])
async def test_what_went_through_while_a_guard_was_off_is_named(
    desk: Desk, fraud: Callable[[Desk], Awaitable[str]]
) -> None:
    """The broken twin of the verdict's guard: the fraud succeeds, and is found after the guard is on again."""
    await desk.sql.execute("alter table verdict disable trigger verdict_checked")
    told = await fraud(desk)
    assert "verdict: the trigger verdict_checked is missing or switched off" in await found(desk)
    await desk.sql.execute("alter table verdict enable always trigger verdict_checked")
    assert await found(desk) == told


async def test_an_entry_booked_without_approval_is_named(desk: Desk) -> None:
    """The broken twin of the gate's guard: an entry nobody approved gets into the book, and is found."""
    prepared = await desk.proposed()
    await desk.sql.execute("alter table event disable trigger manual_entry_approved")
    data = msgspec.json.decode(bytes(report_of(prepared).data), type=ManualEntryApproved)
    ((answer,),) = await (await desk.stand.gate(2)).flush([unit(prepared.subject, data, "forged")])
    await desk.sql.execute("alter table event enable always trigger manual_entry_approved")
    assert await found(desk) == f"{prepared.subject}: event {answer.event} was booked without an approval"


async def test_a_guard_rewritten_is_named(desk: Desk) -> None:
    """A trigger that stands but does nothing any more is found by its text."""
    await desk.sql.execute(
        "create or replace function check_verdict() returns trigger language plpgsql as $$ begin return new; end $$"
    )
    assert "verdict_checked does not do what this release has it do" in await found(desk)


async def test_a_proposal_rewritten_after_its_approval_is_named(desk: Desk) -> None:
    """Somebody makes the papers fit another sum: the book says what was approved."""
    prepared = await desk.proposed()
    await desk.says("carl", prepared)
    await desk.work_off()
    await desk.sql.execute("alter table proposal disable trigger proposal_stays")
    body = propose_entry(accrual(9)).body
    await desk.sql.execute("update proposal set body = $1, digest = sha256($1) where id = $2", body, prepared.id)
    await desk.sql.execute("alter table proposal enable always trigger proposal_stays")
    done = await proposal(desk.sql, prepared.id)
    assert done is not None
    assert f"event {done.event} is not what was approved" in await found(desk)


async def test_every_guard_is_watched(desk: Desk) -> None:
    """A trigger that the proof does not know could be dropped unseen."""
    rows = await desk.sql.fetch(
        "select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid "
        "where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal"
    )
    assert {tuple(row) for row in rows} == {(table, name) for table, names in GUARDS.items() for name in names}
