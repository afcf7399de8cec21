"""Transfers, counts and corrections over HTTP."""

from typing import Any

from msgspec.structs import replace

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.entering import Entry, detail_of, enter
from tallystick.api.problems import KEY_REUSED, NOT_FOUND, RULED_OUT, Problem
from tallystick.api.proposals.handlers import proposal_shown
from tallystick.api.stocking.shapes import (
    AskedShown,
    CorrectionProposed,
    CountHeard,
    CountShown,
    LineJudged,
    RoundShown,
    SheetShown,
    TransferLineShown,
    TransferShown,
)
from tallystick.messages.stocking.counts import CountedLine, CountTaken
from tallystick.processes.approved import propose_correction
from tallystick.processes.family import Family, data_of, decode_family
from tallystick.processes.members import CORRECTION, COUNT, TRANSFER
from tallystick.security.proposals import AccessRefused, KeyTaken


async def show_transfer(call: Call, desk: Desk) -> Reply:
    """Say where a transfer stands."""
    family, tag = await _family(desk, f"transfer/{call.where.transfer}", TRANSFER)
    return reply(transfer_shown(family), headers=tagged(tag))


async def show_sheet(call: Call, desk: Desk) -> Reply:
    """Say what is to be counted, and nothing else."""
    family, _ = await _family(desk, f"cycle_count/{call.where.count}", COUNT)
    return reply(sheet_shown(family))


async def take_count(call: Call, desk: Desk) -> Reply:
    """Take what the caller counted, in the name of the person the caller is or acts for."""
    name = call.where.count
    lines = tuple(CountedLine(x.line, x.units) for x in call.body.lines)
    data = CountTaken(name, f"user-{call.principal.person}", lines)
    key = f"cycle_count/{name}/{call.correlation}"
    entered = await enter(call, desk, Entry(data, f"cycle_count/{name}", key))
    heard = CountHeard(name, entered.answer.outcome, list(detail_of(entered.answer, "lines") or ()))
    return reply(heard, headers=entered.headers)


async def show_count(call: Call, desk: Desk) -> Reply:
    """Say how a count was judged."""
    family, tag = await _family(desk, f"cycle_count/{call.where.count}", COUNT)
    return reply(count_shown(family), headers=tagged(tag))


async def propose_stock_correction(call: Call, desk: Desk) -> Reply:
    """Lay a correction that waits before another person."""
    said: CorrectionProposed = call.body
    subject = f"{'cycle_count' if said.of_count else 'correction'}/{said.correction}"
    family, _ = await _family(desk, subject, CORRECTION)
    state = family[CORRECTION].state
    if state != "WAITING":
        raise Problem(RULED_OUT, f"{subject} does not wait for anybody: it is {state.lower()}")
    new = propose_correction(data_of(family, CORRECTION).to_approve(), said.expires_days)
    try:
        found = await desk.approvals.propose(call.principal, replace(new, key=call.key), call.correlation)
    except KeyTaken:
        raise Problem(KEY_REUSED) from None
    except AccessRefused as refused:
        raise Problem(RULED_OUT, str(refused)) from None
    return reply(proposal_shown(found), 201)


async def _family(desk: Desk, subject: str, member: str) -> tuple[Family, str]:
    found = await desk.standing(subject)
    family = decode_family(found.family) if found else {}
    if found is None or member not in family:
        raise Problem(NOT_FOUND, f"there is no {subject}")
    return family, found.tag


def transfer_shown(family: Family) -> TransferShown:
    """Return a transfer as it is shown."""
    data: Any = data_of(family, TRANSFER)
    return TransferShown(
        data.transfer,
        family[TRANSFER].state,
        data.source,
        data.target,
        data.currency,
        data.expected_on,
        data.bearer,
        data.transit_value,
        [
            TransferLineShown(x.line, x.sku, x.wanted, x.held, x.sent, x.received, x.transit, x.lost, x.surplus)
            for x in data.lines
        ],
    )


def sheet_shown(family: Family) -> SheetShown:
    """Return what a counter may see of a count."""
    data: Any = data_of(family, COUNT)
    is_open = family[COUNT].state == "COUNTING"
    asked = [
        AskedShown(x.line, x.sku, x.state, len(x.rounds) + 1, x.counters())
        for x in (data.open_lines() if is_open else ())
    ]
    return SheetShown(data.count, data.location, data.due_on, family[COUNT].state, asked)


def count_shown(family: Family) -> CountShown:
    """Return a count with what the book had, for whoever answers for the stock."""
    data: Any = data_of(family, COUNT)
    lines = [
        LineJudged(
            x.line,
            x.sku,
            x.state,
            [RoundShown(r.counter, r.units, r.least, r.most) for r in x.rounds],
            x.settled,
            x.difference,
        )
        for x in data.lines
    ]
    correction = family[CORRECTION].state if CORRECTION in family else ""
    return CountShown(data.count, data.location, family[COUNT].state, data.plan, lines, correction)
