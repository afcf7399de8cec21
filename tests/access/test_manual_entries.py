"""Maker and checker over manual entries: who prepares does not approve, by whatever name and by whatever door."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tallystick.messages.books.entries import ManualEntryApproved, ManualLine
from tallystick.processes.approved import propose_entry, report_of
from tallystick.security.principal import Denied
from tallystick.security.proposals import AccessRefused, NewProposal, Says, State, Verdict
from tallystick.security.roles import Role
from tallystick.storage.access.approvals import proposal, proposals
from tallystick.storage.access.principals import Grant, delegate, disable, grant_role, revoke_role, take_back
from tallystick.storage.periods import close_period
from tallystick.storage.reading.proofs import check_book
from tests.access.conftest import DAY, Desk, accrual, refused, reversal
from tests.engine.conftest import unit


async def _holds(desk: Desk) -> None:
    assert [p.detail for p in await check_book(desk.stand.url, desk.stand.info) if not p.ok] == []


async def test_an_entry_another_person_approved_is_booked(desk: Desk) -> None:
    """Mia prepares, Carl approves, the book holds the entry, and both are named in it by number only."""
    prepared = await desk.proposed()
    assert (prepared.state, prepared.subject) == (State.OPEN, f"entry/{prepared.id}")
    approved = await desk.says("carl", prepared)
    assert approved.state is State.APPROVED
    await desk.work_off()

    done = await proposal(desk.sql, prepared.id)
    assert done is not None
    assert done.state is State.DONE
    assert (await desk.balance("operating_expense:rent"), await desk.balance("accruals:rent")) == (5_000, -5_000)
    body = await desk.sql.fetchval("select facts from event where id = $1", done.event)
    fact = msgspec.json.decode(body)[0][1]
    assert (fact["prepared_by"], fact["approved_by"]) == (desk.people["mia"], desk.people["carl"])
    assert b"mia" not in body
    await _holds(desk)


async def test_who_prepares_does_not_approve(desk: Desk) -> None:
    """Also not when she is an approver as well, and not through the client that acts for her."""
    prepared = await desk.proposed()
    with pytest.raises(Denied):
        await desk.says("mia", prepared)
    await grant_role(desk.sql, Grant(desk.people["mia"], Role.APPROVER, desk.people["root"], 10**9))
    with pytest.raises(AccessRefused, match="who prepares does not approve"):
        await desk.says("mia", prepared)
    await desk.let_in("mia-bot", Role.CONTROLLER, person="mia")
    by_bot = await desk.proposed(by="mia-bot")
    with pytest.raises(AccessRefused, match="are the same person"):
        await desk.says("mia", by_bot)
    assert await desk.work_off() == 0


async def test_a_second_name_of_one_person_is_the_same_person(desk: Desk) -> None:
    """A user name that is declared to be Mia's does not approve what Mia prepared."""
    again = await desk.sql.fetchval(
        "with n as (select nextval(pg_get_serial_sequence('principal', 'id')) as id) insert into principal "
        "(id, kind, name, person, created_by) overriding system value select id, 'user', 'mia2', $1, $2 from n returning id",
        desk.people["mia"],
        desk.people["root"],
    )
    desk.people["mia2"] = again
    await grant_role(desk.sql, Grant(again, Role.APPROVER, desk.people["root"], 10**9))
    with pytest.raises(AccessRefused, match="are the same person"):
        await desk.says("mia2", await desk.proposed())


async def test_an_approver_has_a_limit(desk: Desk) -> None:
    """Dora approves up to 10.00, to the cent; a rejection has no limit."""
    small, large = await desk.proposed(accrual(1_000)), await desk.proposed(accrual(1_001))
    assert (await desk.says("dora", small)).state is State.APPROVED
    with pytest.raises(AccessRefused, match="above the limit of dora"):
        await desk.says("dora", large)
    assert (await desk.says("dora", large, Says.REJECTED)).state is State.REJECTED


async def test_nobody_hides_the_amount(desk: Desk) -> None:
    """The amount that limits are held against is the sum of the lines, and the database adds them up itself."""
    new = propose_entry(accrual(1_000_000))
    with pytest.raises(AccessRefused, match="is the sum of its lines"):
        await desk.desk.propose(await desk.who("mia"), replace(new, amount=1))


async def test_the_role_counts_at_the_moment_of_the_verdict(desk: Desk) -> None:
    """A role that was revoked, or whose holder is disabled, approves nothing any more."""
    prepared = await desk.proposed()
    carl = await desk.who("carl")
    await revoke_role(desk.sql, carl.id, Role.APPROVER, desk.people["root"])
    with pytest.raises(Denied):
        await desk.says("carl", prepared)
    await grant_role(desk.sql, Grant(carl.id, Role.APPROVER, desk.people["root"], 10_000))
    await disable(desk.sql, carl.id, disabled=True)
    verdict = "insert into verdict (proposal, says, given_by, digest) values ($1, 'approved', $2, $3)"
    assert "carl is disabled" in await refused(desk.sql, verdict, prepared.id, carl.id, prepared.digest)


async def test_roles_swapped_between_preparing_and_approving_help_nobody(desk: Desk) -> None:
    """Mia becomes an approver and Carl a controller after she prepared: she is who prepared it all the same."""
    prepared = await desk.proposed()
    root = desk.people["root"]
    await revoke_role(desk.sql, desk.people["mia"], Role.CONTROLLER, root)
    await grant_role(desk.sql, Grant(desk.people["mia"], Role.APPROVER, root, 10**9))
    with pytest.raises(AccessRefused, match="are the same person"):
        await desk.says("mia", prepared)


async def test_a_deputy_approves_for_who_is_on_leave(desk: Desk) -> None:
    """Carl lets Otto act for him: Otto approves up to Carl's limit, in both names, until it is taken back."""
    await desk.let_in("otto", Role.VIEWER)
    await delegate(desk.sql, desk.people["carl"], desk.people["otto"], datetime.now(UTC) + timedelta(days=3))
    prepared = await desk.proposed()
    with pytest.raises(AccessRefused, match="otto is no approver"):
        await desk.says("otto", prepared)
    approved = await desk.says("otto", prepared, behalf="carl")
    assert (approved.decided_name, approved.on_behalf_of) == ("otto", "carl")
    await take_back(desk.sql, desk.people["carl"], desk.people["otto"])
    with pytest.raises(Denied):
        await desk.says("otto", await desk.proposed(), behalf="carl")


async def test_delegations_in_a_circle_approve_nothing(desk: Desk) -> None:
    """Mia, an approver too, and Carl act for each other: what Mia prepared is approved by neither on her behalf."""
    root, until = desk.people["root"], datetime.now(UTC) + timedelta(days=3)
    mia, carl = desk.people["mia"], desk.people["carl"]
    await grant_role(desk.sql, Grant(mia, Role.APPROVER, root, 10**9))
    await delegate(desk.sql, mia, carl, until)
    await delegate(desk.sql, carl, mia, until)
    prepared = await desk.proposed()
    with pytest.raises(AccessRefused, match="nor does anybody on their behalf"):
        await desk.says("carl", prepared, behalf="mia")
    with pytest.raises(AccessRefused, match="are the same person"):
        await desk.says("mia", prepared, behalf="carl")
    await desk.let_in("otto", Role.VIEWER)
    await desk.let_in("paul", Role.VIEWER)
    with pytest.raises(AccessRefused, match="of his own right"):
        await delegate(desk.sql, desk.people["otto"], desk.people["paul"], until)
    with pytest.raises(AccessRefused, match="from one person to another"):
        await delegate(desk.sql, carl, carl, until)


async def test_nobody_grants_themselves_a_role(desk: Desk) -> None:
    """Root administers and cannot make himself an approver; who is no administrator grants nothing."""
    with pytest.raises(AccessRefused, match="to themselves"):
        await grant_role(desk.sql, Grant(desk.people["root"], Role.APPROVER, desk.people["root"], 1))
    with pytest.raises(AccessRefused, match="is no administrator"):
        await grant_role(desk.sql, Grant(desk.people["mia"], Role.APPROVER, desk.people["carl"], 1))
    with pytest.raises(AccessRefused, match="only the first administrator"):
        await grant_role(desk.sql, Grant(desk.people["mia"], Role.ADMINISTRATOR, None))
    await desk.let_in("bot", person="carl")
    with pytest.raises(AccessRefused, match="is for people"):
        await grant_role(desk.sql, Grant(desk.people["bot"], Role.APPROVER, desk.people["root"], 1))


async def test_a_proposal_has_one_verdict(desk: Desk) -> None:
    """What was approved is not rejected afterwards, nor approved twice; only who prepared it withdraws it."""
    prepared = await desk.proposed()
    with pytest.raises(AccessRefused, match="only mia"):
        await desk.says("carl", prepared, Says.WITHDRAWN)
    await desk.says("carl", prepared)
    for says in (Says.APPROVED, Says.REJECTED):
        with pytest.raises(AccessRefused, match="has its verdict already"):
            await desk.says("carl", prepared, says)
    withdrawn = await desk.proposed()
    assert (await desk.says("mia", withdrawn, Says.WITHDRAWN)).state is State.WITHDRAWN
    assert [p.id for p in await proposals(desk.sql, frozenset({State.WITHDRAWN}))] == [withdrawn.id]


async def test_what_was_looked_at_is_what_is_approved(desk: Desk) -> None:
    """A verdict carries the digest of what the approver saw; another body is another proposal."""
    one, other = await desk.proposed(), await desk.proposed(accrual(6_000))
    with pytest.raises(AccessRefused, match="is not what was looked at"):
        await desk.says("carl", replace(one, digest=other.digest))


async def test_an_expired_proposal_is_not_approved(desk: Desk) -> None:
    """What nobody has looked at in time lapses; it can be rejected, and prepared again."""
    await desk.sql.execute("alter table proposal disable trigger proposal_checked")
    number = await desk.sql.fetchval(
        "insert into proposal (kind, subject, body, digest, amount, currency, prepared_by, prepared_at, expires_at) "
        "values ('manual_entry', 'entry/1', $1, sha256($1), 5000, 'EUR/2', $2, now() - interval '9 days', now() - interval '1 day') "
        "returning id",
        propose_entry(accrual()).body,
        desk.people["mia"],
    )
    await desk.sql.execute("alter table proposal enable always trigger proposal_checked")
    lapsed = await proposal(desk.sql, number)
    assert lapsed is not None
    assert lapsed.state is State.EXPIRED
    with pytest.raises(AccessRefused, match="has expired"):
        await desk.says("carl", lapsed)


async def test_closed_periods_refuse(desk: Desk) -> None:
    """Nothing dated in a closed period is approved; what was approved before the closing lands in the first open day."""
    before, after = await desk.proposed(), await desk.proposed()
    await desk.says("carl", before)
    await close_period(desk.sql, DAY)
    with pytest.raises(AccessRefused, match="closed period"):
        await desk.says("carl", after)
    await desk.work_off()
    row = await desk.sql.fetchrow("select effective_on, booked_on from event")
    assert row is not None
    assert (row["effective_on"], row["booked_on"]) == (DAY, date(2026, 11, 21))
    await _holds(desk)


async def test_an_entry_is_reversed_once(desk: Desk) -> None:
    """A reversal is prepared and approved like an entry, links to it, and brings every account back to where it was."""
    prepared = await desk.proposed()
    with pytest.raises(AccessRefused, match="no entry/1 in the book"):
        await desk.proposed(reversal(prepared, accrual()))
    await desk.says("carl", prepared)
    await desk.work_off()
    first, second = [await desk.proposed(reversal(prepared, accrual())) for _ in range(2)]
    assert first.subject == prepared.subject
    with pytest.raises(AccessRefused, match="names the lines"):
        await desk.proposed(reversal(prepared, accrual(1)))
    await desk.says("carl", first)
    with pytest.raises(AccessRefused, match="is reversed already"):
        await desk.says("carl", second)
    await desk.work_off()
    assert (await desk.balance("operating_expense:rent"), await desk.balance("accruals:rent")) == (0, 0)
    with pytest.raises(AccessRefused, match="to be reversed"):
        await desk.proposed(reversal(first, accrual()))
    await _holds(desk)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (ManualLine(1, "inventory:WH1", "accruals:x", 5), "closed to manual entries"),
        (ManualLine(1, "stock:sellable:WH1", "accruals:x", 5), "closed to manual entries"),
        (ManualLine(1, "psp_clearing:stripe", "accruals:x", 5), "closed to manual entries"),
        (ManualLine(1, "accruals:x", "receivable:web", 5), "closed to manual entries"),
        (ManualLine(1, "accruals:x", "sundry:x", 5), "no account 'sundry:x' in the chart"),
        (ManualLine(1, "accruals:{what}", "bank:main", 5), "is no account"),
        (ManualLine(1, "accruals:", "bank:main", 5), "is no account"),
        (ManualLine(1, "accruals:x", "accruals:x", 5), "debit and credit are both"),
        (ManualLine(1, "accruals:x", "bank:main", 0), "is not above zero"),
        (ManualLine(1, "accruals:x", "bank:main", 2**53), "is not above zero and below"),
    ],
)
async def test_accounts_that_are_proved_against_the_world_are_closed(line: ManualLine, why: str) -> None:
    """A controller moves no stock, inventory, receivable or clearing account by hand; the field and reason are named."""
    with pytest.raises(AccessRefused, match=why):
        propose_entry(replace(accrual(), lines=(line,)))


@pytest.mark.parametrize(
    "text", ["a\x00b", "half \ud800", "two\nlines", "x" * 501], ids=["NUL", "half", "lines", "long"]
)
async def test_words_are_plain(desk: Desk, text: str) -> None:
    """What cannot be printed, stored or read in a list is refused by its field, in an entry and in a verdict."""
    with pytest.raises(AccessRefused, match="reason: "):
        propose_entry(replace(accrual(), reason=text))
    with pytest.raises(AccessRefused, match="lines: line 1: text: "):
        propose_entry(replace(accrual(), lines=(replace(accrual().lines[0], text=text),)))
    prepared = await desk.proposed()
    with pytest.raises(AccessRefused, match="because: "):
        await desk.desk.decide(await desk.who("carl"), Verdict(prepared.id, Says.APPROVED, prepared.digest, text))
    assert (await desk.says("carl", prepared)).state is State.APPROVED


async def test_the_gate_takes_nothing_that_nobody_approved(desk: Desk) -> None:
    """The front door is no way round: without an approval, or with another body, the database refuses the event."""
    prepared = await desk.proposed()
    approved = await desk.says("carl", await desk.proposed(accrual(7_000)))
    mia, carl = desk.people["mia"], desk.people["carl"]
    forged = [
        ("entry/1", ManualEntryApproved(prepared.id, accrual(), mia, carl)),
        ("entry/2", ManualEntryApproved(approved.id, accrual(70_000), mia, carl)),
        ("entry/99", ManualEntryApproved(99, accrual(), mia, carl)),
        ("entry/1", ManualEntryApproved(approved.id, accrual(7_000), mia, carl)),
        ("order/W1", ManualEntryApproved(approved.id, accrual(7_000), mia, carl)),
        ("sale/entry/2", ManualEntryApproved(approved.id, accrual(7_000), mia, carl)),
    ]
    gate = await desk.stand.gate(2)
    for n, (subject, report) in enumerate(forged):
        ((answer,),) = await gate.flush([unit(subject, report, f"forged-{n}")])
        assert answer.status == "refused", (subject, answer)
    assert await desk.sql.fetchval("select count(*) from event") == 0


async def test_an_approval_is_executed_once(desk: Desk) -> None:
    """The same approval sent again under another id is refused, and nothing is booked twice."""
    prepared = await desk.proposed()
    approved = await desk.says("carl", prepared)
    await desk.work_off()
    report = msgspec.json.decode(bytes(report_of(approved).data), type=ManualEntryApproved)
    ((answer,),) = await (await desk.stand.gate(2)).flush([unit(prepared.subject, report, "again")])
    assert "is in the book already" in answer.reason
    assert await desk.sql.fetchval("select count(*) from execution") == 1
    await _holds(desk)


@pytest.mark.parametrize("table", ["proposal", "verdict", "execution"])
async def test_what_was_said_stays(desk: Desk, table: str) -> None:
    """Proposals, verdicts and executions are only added to: no update, no delete, no truncate."""
    await desk.says("carl", await desk.proposed())
    await desk.work_off()
    column = {"proposal": "amount = 1", "verdict": "says = 'rejected'", "execution": "event = 1"}[table]
    assert "is only added to" in await refused(desk.sql, f"update {table} set {column}")
    assert "is only added to" in await refused(desk.sql, f"delete from {table}")
    assert "is only added to" in await refused(desk.sql, f"truncate {table} cascade")


async def test_people_and_grants_stay_what_they_were(desk: Desk) -> None:
    """Nobody becomes another person, and a grant is ended but never rewritten."""
    changes: tuple[tuple[str, Any], ...] = (
        ("update principal set person = $1 where name = 'mia'", desk.people["carl"]),
        ("update role_grant set amount_max = $1 where role = 'approver'", 10**12),
        ("update role_grant set principal = $1 where role = 'approver'", desk.people["mia"]),
    )
    for sql, value in changes:
        assert "stays what it was" in await refused(desk.sql, sql, value)
    await revoke_role(desk.sql, desk.people["carl"], Role.APPROVER, desk.people["root"])
    again = "update role_grant set revoked_at = null where revoked_at is not null"
    assert "stays ended" in await refused(desk.sql, again)


async def test_a_table_of_the_same_name_elsewhere_changes_nothing(desk: Desk) -> None:
    """The triggers look at their own book only, whatever the search path of the connection."""
    prepared = await desk.proposed()
    await desk.sql.execute(
        f"create temp table principal as select * from {desk.stand.info.schema}.principal; "
        "update pg_temp.principal set person = id + 1000, name = name || 'x'"
    )
    verdict = "insert into verdict (proposal, says, given_by, digest) values ($1, 'approved', $2, $3)"
    said = await refused(desk.sql, verdict, prepared.id, desk.people["mia"], prepared.digest)
    assert "mia and mia are the same person" in said


async def test_a_kind_nobody_carries_out_is_not_prepared(desk: Desk) -> None:
    """A proposal is of a kind the house knows, prepared by a role that may."""
    with pytest.raises(Denied):
        await desk.desk.propose(await desk.who("mia"), NewProposal("gift", b"{}", 1, "EUR/2"))
