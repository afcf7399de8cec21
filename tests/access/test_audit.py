"""The audit log: only added to, and every change made by hand is located."""

import asyncio

import pytest

from tallystick.security.deed import Deed
from tallystick.security.keyring import Keyring
from tallystick.security.proposals import AccessRefused
from tallystick.security.roles import Role
from tallystick.storage.access.audit import AuditEnd, Sought, deeds, note_deed, prove_audit
from tallystick.storage.access.principals import Grant, grant_role
from tallystick.storage.reading.proving.finding import Proof
from tests.access.conftest import Desk, refused

TAMPERS = {
    "edited": ("update audit set outcome = 'done' where id = 7", "line 7 is not what was written"),
    "another actor": ("update audit set actor = 'user:1' where id = 3", "line 3 is not what was written"),
    "another time": ("update audit set at = at - interval '1 day' where id = 5", "line 5 is not what was written"),
    "deleted": ("delete from audit where id = 4", "lines 4 to 4 are missing"),
    "the first deleted": ("delete from audit where id = 1", "lines 1 to 1 are missing"),
    "cut short": ("delete from audit where id > 8", "the log ends in line 8, it was written through line 10"),
    "cut short, and the end set back": (
        "delete from audit where id > 8; update audit_head set id = 8, mac = (select mac from audit where id = 8)",
        "the log was cut, or its end set, by hand",
    ),
    "two lines swapped": (
        (
            "update audit a set (at, actor, action, subject, outcome, detail) = (select b.at, b.actor, b.action, b.subject, "
            "b.outcome, b.detail from audit b where b.id = case a.id when 2 then 6 else 2 end) where a.id in (2, 6)"
        ),
        "line 2 is not what was written",
    ),
    "a line invented": (
        (
            "insert into audit select 11, now(), actor, action, subject, 'done', '', null, "
            "(select mac from audit_head), sha256('x') from audit where id = 1; update audit_head set id = 11, mac = sha256('x')"
        ),
        "line 11 is not what was written",
    ),
    "emptied": ("truncate audit", "the log ends in line 0, it was written through line 10"),
    "the end gone": ("delete from audit_head", "where the log ends is not kept any more"),
}


async def _proof(desk: Desk, through: AuditEnd | None = None) -> tuple[Proof, AuditEnd]:
    async with desk.sql.transaction(isolation="repeatable_read", readonly=True):
        return await prove_audit(desk.sql, desk.keyring, through)


async def _filled(desk: Desk) -> None:
    for n in range(1, 11):
        outcome = "denied" if n == 7 else "done"
        await note_deed(desk.sql, desk.keyring, Deed("user:2", f"dead.{n}", f"letter/{n}", outcome, "why", "c-1"))


async def test_an_untouched_log_holds(desk: Desk) -> None:
    """Ten lines, one after the other, and where they end can be kept elsewhere."""
    assert await _proof(desk) == (Proof("audit", ok=True, detail="0 lines"), AuditEnd(0, b"\x00"))
    await _filled(desk)
    proof, end = await _proof(desk)
    assert (proof.ok, proof.detail, end.id) == (True, "10 lines", 10)
    await note_deed(desk.sql, desk.keyring, Deed("user:2", "more", "letter/11"))
    assert (await _proof(desk, end))[0].ok
    assert "whose mark was kept" in (await _proof(desk, AuditEnd(10, b"other")))[0].detail


@pytest.mark.parametrize("how", list(TAMPERS))
async def test_a_change_by_hand_is_located(desk: Desk, how: str) -> None:
    """The guard refuses it; switched off, the change is named by line, and so is the guard."""
    sql, told = TAMPERS[how]
    await _filled(desk)
    if how not in {"a line invented", "the end gone"}:
        assert "is only added to" in await refused(desk.sql, sql)
    await desk.sql.execute("alter table audit disable trigger user")
    await desk.sql.execute(sql)
    proof, _ = await _proof(desk)
    assert "audit_stays, which keeps the log as it is, is missing or switched off" in proof.detail
    for guard in ("audit_stays", "audit_whole"):
        await desk.sql.execute(f"alter table audit enable always trigger {guard}")
    proof, _ = await _proof(desk)
    assert not proof.ok
    assert told in proof.detail


async def test_without_the_key_file_no_line_can_be_made(desk: Desk) -> None:
    """Who owns the database and not the key can neither write a line that holds nor rewrite the log."""
    await note_deed(desk.sql, Keyring(b"1" * 32, "main"), Deed("user:2", "dead.retry", "letter/1"))
    proof, _ = await _proof(desk)
    assert proof.detail.startswith("line 1 is not what was written")


async def test_whatever_was_sent_a_line_is_written(desk: Desk) -> None:
    """A NUL, half a character or a text without end keeps no deed out of the log, and the line holds."""
    nasty = "a\x00b\ud800" + "x" * 5_000
    await note_deed(desk.sql, desk.keyring, Deed("user:2", nasty, nasty, "refused", nasty, nasty))
    (found,) = await deeds(desk.sql, Sought())
    assert len(found.deed.detail) == 1_000
    assert (await _proof(desk))[0].ok


async def test_a_verdict_put_in_by_hand_is_named(desk: Desk) -> None:
    """Who has the database but not the key file can write a verdict in Carl's name, and no line that bears it out."""
    prepared, other = await desk.proposed(), await desk.proposed()
    await desk.says("carl", other)
    verdict = "insert into verdict (proposal, says, given_by, digest) values ($1, 'approved', $2, $3)"
    await desk.sql.execute(verdict, prepared.id, desk.people["carl"], prepared.digest)
    proof, _ = await _proof(desk)
    assert proof.detail == f"proposal/{prepared.id}: approved in the name of carl, of which the log knows nothing"


async def test_many_write_at_once_and_none_is_lost(desk: Desk) -> None:
    """Lines of parallel connections stand one after the other, without a gap."""
    connections = [await desk.stand.connection() for _ in range(8)]

    async def write(n: int) -> None:
        for i in range(20):
            await note_deed(connections[n], desk.keyring, Deed(f"user:{n}", "test", f"s/{n}/{i}"))

    await asyncio.gather(*(write(n) for n in range(8)))
    assert (await _proof(desk))[0].detail == "160 lines"


async def test_what_people_did_and_tried_is_there(desk: Desk) -> None:
    """Proposals, verdicts, refusals and denials all leave a line with who, what and why not."""
    prepared = await desk.proposed()
    await grant_role(desk.sql, Grant(desk.people["mia"], Role.APPROVER, desk.people["root"], 10**6))
    with pytest.raises(AccessRefused):
        await desk.says("mia", prepared)
    await desk.says("carl", prepared)
    found = [(d.deed.actor, d.deed.action, d.deed.outcome) for d in await deeds(desk.sql, Sought())]
    mia, carl = f"user:{desk.people['mia']}", f"user:{desk.people['carl']}"
    assert found == [(carl, "approve", "done"), (mia, "approve", "refused"), (mia, "propose", "done")]
    (refusal,) = await deeds(desk.sql, Sought(actor=mia, subject=f"proposal/{prepared.id}", action="app"))
    assert "who prepares does not approve" in refusal.deed.detail
