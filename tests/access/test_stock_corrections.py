"""Maker and checker over stock: a dear correction is in the book when another person has approved it, and not before."""

from datetime import date

import pytest
from msgspec import Struct

from tallystick.engine.answer import Status
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.messages.stocking.corrections import (
    CorrectionApproved,
    CorrectionDropped,
    CorrectionLine,
    CorrectionReported,
)
from tallystick.messages.stocking.counts import CountedLine, CountLine, CountPlanned, CountTaken
from tallystick.processes.approved import manual_entry_of, propose_correction
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.members import CORRECTION
from tallystick.security.proposals import AccessRefused, Proposal, State
from tallystick.security.roles import Role
from tallystick.storage.access.approvals import proposal
from tallystick.storage.reading.proofs import check_book
from tests.access.conftest import Desk
from tests.engine.conftest import unit


async def _waits(desk: Desk) -> None:
    """Ten vases at 60.00, of which two are gone."""
    vases = ReceiptReported("r1", "WH1", "EUR/2", "opening", (ReceiptLine(1, "VASE", 10, 60_000),))
    gone = CorrectionReported("K1", "WH1", "EUR/2", "theft", (CorrectionLine(1, "VASE", -2),))
    await _folded(desk, ("r1", "stock/r1", vases), ("k1", "correction/K1", gone))


async def _folded(desk: Desk, *told: tuple[str, str, Struct]) -> None:
    units = [unit(subject, data, key) for key, subject, data in told]
    for (answer,) in await (await desk.stand.gate()).flush(units):
        assert answer.status is Status.ACCEPTED, answer


async def _proposed(desk: Desk, by: str = "mia", subject: str = "correction/K1") -> Proposal:
    body = await desk.sql.fetchval("select body from process where subject = $1", subject)
    data = data_of(decode_family(body), CORRECTION)
    return await desk.desk.propose(await desk.who(by), propose_correction(data.to_approve()))


async def _vases(desk: Desk) -> int:
    found: int = await desk.sql.fetchval("select sum(sellable)::int from stock")
    return found


async def _holds(desk: Desk) -> None:
    assert [p.detail for p in await check_book(desk.stand.url, desk.stand.info) if not p.ok] == []


async def test_another_person_approves_and_it_is_booked(desk: Desk) -> None:
    """Ten stay ten until Carl has said yes; then they are eight, and every proof holds."""
    await _waits(desk)
    assert await _vases(desk) == 10
    prepared = await _proposed(desk)
    assert (prepared.subject, prepared.amount, prepared.state) == ("correction/K1", 12_000, State.OPEN)
    assert manual_entry_of(prepared).lines[0].debit == "stock_adjustments:theft:WH1"
    await desk.says("carl", prepared)
    await desk.work_off()
    done = await proposal(desk.sql, prepared.id)
    assert done is not None
    assert (done.state, await _vases(desk)) == (State.DONE, 8)
    assert await desk.balance("stock_adjustments:theft:WH1") == 12_000
    await _holds(desk)


async def test_nobody_approves_alone_or_beyond_their_limit(desk: Desk) -> None:
    """Not who prepared it, not who may approve up to 10.00; nobody prepares who is neither operator nor controller."""
    await _waits(desk)
    prepared = await _proposed(desk)
    with pytest.raises(AccessRefused, match="above the limit of dora"):
        await desk.says("dora", prepared)
    await desk.let_in("ivo", Role.INTEGRATOR, person="mia")
    with pytest.raises(AccessRefused, match="prepares no corrections"):
        await _proposed(desk, "ivo")
    assert await _vases(desk) == 10


async def test_the_gate_posts_nothing_that_nobody_approved(desk: Desk) -> None:
    """A forged approval is refused by the database itself."""
    await _waits(desk)
    body = await desk.sql.fetchval("select body from process where subject = 'correction/K1'")
    forged = CorrectionApproved(1, data_of(decode_family(body), CORRECTION).to_approve(), 1, 2)
    ((answer,),) = await (await desk.stand.gate()).flush([unit("correction/K1", forged, "f1")])
    assert answer.status is Status.REFUSED
    assert "nobody has approved proposal 1" in answer.reason
    assert await _vases(desk) == 10
    await _holds(desk)


async def test_what_was_dropped_is_not_posted_by_an_approval(desk: Desk) -> None:
    """It was found again before Carl said yes."""
    await _waits(desk)
    prepared = await _proposed(desk)
    await _folded(desk, ("d1", "correction/K1", CorrectionDropped("K1", "found again")))
    await desk.says("carl", prepared)
    await desk.work_off()
    assert await _vases(desk) == 10
    await _holds(desk)


async def test_who_counted_does_not_approve(desk: Desk) -> None:
    """Two count eight vases of ten; neither of them approves it."""
    await _waits(desk)
    carl = f"user-{desk.people['carl']}"
    planned = CountPlanned("C1", "WH1", "EUR/2", date(2026, 12, 1), (CountLine(1, "VASE"),))
    told = [CountTaken("C1", who, (CountedLine(1, 8),)) for who in ("handheld-3", carl)]
    subject = "cycle_count/C1"
    await _folded(desk, ("c1", subject, planned), ("c2", subject, told[0]), ("c3", subject, told[1]))
    prepared = await _proposed(desk, subject=subject)
    with pytest.raises(AccessRefused, match="who counted does not approve"):
        await desk.says("carl", prepared)
    await desk.let_in("cora", Role.APPROVER)
    await desk.says("cora", prepared)
    await desk.work_off()
    assert await _vases(desk) == 8
    await _holds(desk)


async def test_a_correction_with_its_guard_off_is_found(desk: Desk) -> None:
    """What was forged while somebody had switched the guard off, the proof of approvals names."""
    await _waits(desk)
    body = await desk.sql.fetchval("select body from process where subject = 'correction/K1'")
    forged = CorrectionApproved(1, data_of(decode_family(body), CORRECTION).to_approve(), 1, 2)
    await desk.sql.execute("alter table event disable trigger correction_approved")
    await _folded(desk, ("f1", "correction/K1", forged))
    wrong = [p for p in await check_book(desk.stand.url, desk.stand.info) if not p.ok]
    assert [p.name for p in wrong] == ["approvals"]
    assert "corrected stock without an approval" in wrong[0].detail
    assert "correction_approved is missing or switched off" in wrong[0].detail
