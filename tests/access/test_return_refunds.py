"""Maker and checker over refunds of returns: a large one is paid when another person has approved it, and not before."""

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from tallystick.engine.answer import Answer, Status
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPolicy
from tallystick.messages.returning.reports import InspectedLine, RefundProposed, ReturnInspected, ReturnRefundApproved
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.processes.approved import RETURN_REFUND, propose_refund
from tallystick.processes.family import decode_family
from tallystick.processes.members import RETURN_POLICIES_SUBJECT, rma_member
from tallystick.security.proposals import AccessRefused, NewProposal
from tallystick.security.roles import Role
from tallystick.storage.reading.proofs import check_book
from tests.access.conftest import Desk
from tests.engine.conftest import unit

ORDER = "order/W1"
REFUND = RefundProposed("W1", "R1", "EUR/2", 12_000, "checked")


async def _waits(desk: Desk) -> None:
    """A vase at 120.00 has come back; refunds above 50.00 wait for a second person."""
    vase = (HeldLine(1, "VASE", 1),)
    told: list[tuple[str, Struct]] = [
        (RETURN_POLICIES_SUBJECT, ReturnPoliciesDeclared((ReturnPolicy("usual", approval_above=5_000),))),
        ("stock/r1", ReceiptReported("r1", "WH1", "EUR/2", "opening", (ReceiptLine(1, "VASE", 1, 6_000),))),
        (ORDER, OrderPlaced("W1", "web", "WH1", "EUR/2", "stripe", (OrderLine(1, "VASE", 1, 10_000, 2_000),), "GB")),
        (ORDER, PaymentAuthorised("W1", "stripe", 12_000, "pi")),
        (ORDER, DispatchReported("W1", "S1", vase)),
        (ORDER, CaptureReported("W1", "stripe", 12_000, "ch")),
        (ORDER, ReturnRequested("W1", "R1", vase)),
        (ORDER, ReturnReceived("W1", "R1", "WH1", (ReturnedLine(1, "VASE", 1, "sellable"),), "B1")),
        (ORDER, ReturnInspected("W1", "R1", "I1", "WH1", (InspectedLine(1, "VASE", 1, "resell"),))),
    ]
    for number, (subject, data) in enumerate(told):
        answer = await _folded(desk, subject, data, f"t{number}")
        assert answer.status is Status.ACCEPTED, answer
    assert await _state(desk) == "AWAITING"


async def _folded(desk: Desk, subject: str, data: Struct, key: str) -> Answer:
    ((answer,),) = await (await desk.stand.gate()).flush([unit(subject, data, key)])
    return answer


async def _state(desk: Desk) -> str:
    body = await desk.sql.fetchval("select body from process where subject = $1", ORDER)
    return decode_family(body)[rma_member("R1")].state


async def _fails(desk: Desk) -> list[str]:
    return [p.detail for p in await check_book(desk.stand.url, desk.stand.info) if not p.ok]


async def test_the_gate_pays_nothing_that_nobody_approved(desk: Desk) -> None:
    """A forged approval is refused by the database itself; nothing is paid back."""
    await _waits(desk)
    answer = await _folded(desk, ORDER, ReturnRefundApproved(1, REFUND, 1, 2), "proposal-1")
    assert answer.status is Status.REFUSED
    assert "nobody has approved proposal 1" in answer.reason
    assert (await _state(desk), await _fails(desk)) == ("AWAITING", [])


async def test_a_forged_refund_with_its_guard_off_is_found(desk: Desk) -> None:
    """The broken twin: with the guard switched off it is paid, and the proof of approvals names it."""
    await _waits(desk)
    await desk.sql.execute("alter table event disable trigger return_refund_approved")
    answer = await _folded(desk, ORDER, ReturnRefundApproved(1, REFUND, 1, 2), "proposal-1")
    assert (answer.status, await _state(desk)) == (Status.ACCEPTED, "REFUNDED")
    (found,) = await _fails(desk)
    assert "return_refund_approved is missing or switched off" in found


async def test_what_is_proposed_is_what_would_be_paid(desk: Desk) -> None:
    """Who may approve less is told less, or another currency: the database holds the amount against the words."""
    await desk.let_in("otto", Role.OPERATOR)
    otto = await desk.who("otto")
    sound = propose_refund(REFUND)
    for wrong, why in (
        (replace(sound, amount=1), "what it would have refunded"),
        (replace(sound, currency="USD/2"), "in the currency of its book"),
    ):
        with pytest.raises(AccessRefused, match=why):
            await desk.desk.propose(otto, wrong)
    elsewhere = msgspec.json.encode(replace(REFUND, currency="USD/2"))
    with pytest.raises(AccessRefused, match="in the currency of its book"):
        await desk.desk.propose(otto, NewProposal(RETURN_REFUND, elsewhere, REFUND.amount, "EUR/2"))
    assert (await desk.desk.propose(otto, sound)).subject == ORDER
