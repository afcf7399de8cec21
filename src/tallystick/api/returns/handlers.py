"""Returns over HTTP."""

from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.entering import Entry, enter
from tallystick.api.orders.handlers import member_of, standing_of
from tallystick.api.problems import KEY_REUSED, NOT_FOUND, RULED_OUT, TOO_LATE, Problem
from tallystick.api.returns.shapes import RefundLaidDown, ReturnMoved, ReturnStanding, UnitsStanding
from tallystick.api.words import sku_of
from tallystick.messages.returning import reports
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.stock import HeldLine
from tallystick.processes.approved import propose_refund
from tallystick.processes.family import Family, decode_family
from tallystick.processes.members import return_member, rma_member
from tallystick.security.proposals import AccessRefused, KeyTaken

TOLD = ("policy", "because", "until", "send_back_days", "refunded_ahead", "credited", "kept", "refunded")


async def request_return(call: Call, desk: Desk) -> Reply:
    """The customer wants to send lines back."""
    said, order = call.body, call.where.order
    lines = tuple(HeldLine(x.line, sku_of(x.sku), x.quantity) for x in said.lines)
    asked = ReturnRequested(order, said.rma, lines, said.reason, said.condition, said.delivered_on)
    return await _told(call, desk, asked, f"return/{order}/{said.rma}")


async def show_return(call: Call, desk: Desk) -> Reply:
    """Say where a return stands."""
    found = await standing_of(call.where.order, desk)
    shown = standing(decode_family(found.family), call.where.order, call.where.rma)
    return reply(shown, headers=tagged(found.tag))


async def label_return(call: Call, desk: Desk) -> Reply:
    """The customer has a label."""
    said, (order, rma) = call.body, _named(call)
    labelled = reports.ReturnLabelled(order, rma, said.carrier, said.tracking)
    return await _told(call, desk, labelled, f"return-label/{order}/{rma}/{said.carrier}/{said.tracking}")


async def receive_return(call: Call, desk: Desk) -> Reply:
    """Goods are here."""
    said, (order, rma) = call.body, _named(call)
    lines = tuple(ReturnedLine(x.line, sku_of(x.sku), x.quantity, "quarantine") for x in said.lines)
    came = ReturnReceived(order, rma, said.location, lines, said.parcel)
    return await _told(call, desk, came, f"return-parcel/{order}/{rma}/{said.parcel}")


async def inspect_return(call: Call, desk: Desk) -> Reply:
    """Somebody looked at goods that came."""
    said, (order, rma) = call.body, _named(call)
    lines = tuple(reports.InspectedLine(x.line, sku_of(x.sku), x.quantity, x.verdict) for x in said.lines)
    looked = reports.ReturnInspected(order, rma, said.inspection, said.location, lines)
    return await _told(call, desk, looked, f"return-inspection/{order}/{rma}/{said.inspection}")


async def refurbish_return(call: Call, desk: Desk) -> Reply:
    """Somebody worked on goods that had been set aside."""
    said, (order, rma) = call.body, _named(call)
    lines = tuple(reports.RefurbishedLine(x.line, sku_of(x.sku), x.quantity, x.verdict) for x in said.lines)
    worked = reports.ReturnRefurbished(order, rma, said.work, said.location, lines)
    return await _told(call, desk, worked, f"return-work/{order}/{rma}/{said.work}")


async def cancel_return(call: Call, desk: Desk) -> Reply:
    """The customer keeps the goods."""
    order, rma = _named(call)
    cancelled = reports.ReturnCancelled(order, rma, call.body.reason)
    return await _told(call, desk, cancelled, f"return-cancelled/{order}/{rma}")


async def propose_return_refund(call: Call, desk: Desk) -> Reply:
    """Lay a refund down for another person to approve."""
    order, rma = _named(call)
    await standing_of(order, desk)
    try:
        new = propose_refund(reports.RefundProposed(order, rma, desk.currency, call.body.amount, call.body.reason))
        found = await desk.approvals.propose(call.principal, replace(new, key=call.key), call.correlation)
    except KeyTaken:
        raise Problem(KEY_REUSED) from None
    except AccessRefused as refused:
        raise Problem(RULED_OUT, str(refused)) from None
    laid_down = RefundLaidDown(
        found.id, order, rma, found.state.value, found.amount, found.currency, found.digest.hex()
    )
    return reply(laid_down, 201)


def standing(family: Family, order: str, rma: str) -> ReturnStanding:
    """Return a return as it is shown; raise `Problem` where there is none."""
    first, ruled = return_member(rma), rma_member(rma)
    if first not in family:
        raise Problem(NOT_FOUND, f"order {order} has no return {rma}")
    if ruled not in family:
        nothing: tuple[Any, ...] = ([], [], [], 0, 0, 0, 0, 0, 0, 0, "", "")
        return ReturnStanding(order, rma, family[first].state, False, None, None, None, *nothing)
    data: Any = member_of(family, ruled)
    return ReturnStanding(
        order,
        rma,
        family[ruled].state,
        True,
        data.policy or None,
        data.refused or None,
        data.currency,
        [UnitsStanding(x.line, x.sku, x.quantity, "") for x in data.expected],
        [UnitsStanding(x.line, x.sku, x.known + x.strange, x.location) for x in data.held],
        [UnitsStanding(x.line, x.sku, x.quantity, x.location) for x in data.aside],
        data.rejected,
        data.credited,
        data.kept,
        data.refunded,
        data.paid_ahead,
        data.advanced,
        data.waits_for,
        data.carrier,
        data.tracking,
    )


def _named(call: Call) -> tuple[str, str]:
    return call.where.order, call.where.rma


async def _told(call: Call, desk: Desk, data: Struct, natural_key: str) -> Reply:
    order, rma = call.where.order, data.rma  # type: ignore[attr-defined]
    entered = await enter(call, desk, Entry(data, f"order/{order}", natural_key))
    answer = entered.answer
    if answer.outcome == "too_late":
        raise Problem(TOO_LATE, headers=entered.headers, state=answer.state)
    said = answer.detail or {}
    told = {name: said.get(name) for name in TOLD}
    if told["until"] is not None:
        told["until"] = date.fromisoformat(told["until"])
    waits = said.get("waits_for_approval")
    body = ReturnMoved(order, rma, answer.outcome, answer.state, **told, waits_for_approval=waits)
    return reply(body, headers=entered.headers)
