"""Proposals over HTTP."""

from msgspec.structs import replace

from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.problems import KEY_REUSED, NOT_FOUND, RULED_OUT, Problem
from tallystick.api.proposals.shapes import EntryProposed, LineShown, ProposalShown, ProposalsShown
from tallystick.messages.books.entries import ManualEntry, ManualLine
from tallystick.processes.approved import content_of, propose_entry
from tallystick.security.proposals import AccessRefused, KeyTaken, Proposal, Says, State, Verdict


async def propose_manual_entry(call: Call, desk: Desk) -> Reply:
    """Lay a manual entry down for another person to approve."""
    said: EntryProposed = call.body
    lines = tuple(ManualLine(n, x.debit, x.credit, x.amount, x.text) for n, x in enumerate(said.lines, 1))
    try:
        new = propose_entry(ManualEntry(desk.currency, said.effective_on, said.reason, lines), said.expires_days)
        found = await desk.approvals.propose(call.principal, replace(new, key=call.key), call.correlation)
    except KeyTaken:
        raise Problem(KEY_REUSED) from None
    except AccessRefused as refused:
        raise Problem(RULED_OUT, str(refused)) from None
    return reply(proposal_shown(found), 201)


async def list_proposals(call: Call, desk: Desk) -> Reply:
    """Read proposals."""
    states = frozenset({State(call.query.state)}) if call.query.state else frozenset[State]()
    found = await desk.approvals.proposals(states, call.query.limit)
    return reply(ProposalsShown([proposal_shown(p) for p in found]))


async def show_proposal(call: Call, desk: Desk) -> Reply:
    """Read one proposal."""
    return reply(proposal_shown(await _found(call, desk)))


async def give_verdict(call: Call, desk: Desk) -> Reply:
    """Approve or reject what another person prepared."""
    digest = bytes.fromhex(call.body.digest)
    return await _decided(call, desk, Verdict(call.where.proposal, Says(call.body.says), digest, call.body.because))


async def withdraw_proposal(call: Call, desk: Desk) -> Reply:
    """Take back what one prepared oneself."""
    known = await _found(call, desk)
    return await _decided(call, desk, Verdict(known.id, Says.WITHDRAWN, known.digest, call.body.because))


async def _decided(call: Call, desk: Desk, verdict: Verdict) -> Reply:
    await _found(call, desk)
    try:
        return reply(proposal_shown(await desk.approvals.decide(call.principal, verdict, call.correlation)))
    except AccessRefused as refused:
        raise Problem(RULED_OUT, str(refused)) from None


async def _found(call: Call, desk: Desk) -> Proposal:
    found = await desk.approvals.proposal(call.where.proposal)
    if found is None:
        raise Problem(NOT_FOUND, f"there is no proposal {call.where.proposal}")
    return found


def proposal_shown(p: Proposal) -> ProposalShown:
    """Return a proposal as it is shown."""
    entry = content_of(p)
    turned = bool(entry.reverses)
    lines = [
        LineShown(x.line, x.credit if turned else x.debit, x.debit if turned else x.credit, x.amount, x.text)
        for x in entry.lines
    ]
    return ProposalShown(
        p.id,
        p.kind,
        p.subject,
        p.state.value,
        p.amount,
        p.currency,
        p.digest.hex(),
        entry.on,
        entry.reason,
        entry.reverses or None,
        lines,
        p.prepared_name,
        p.prepared_at,
        p.expires_at,
        p.decided_name or None,
        p.decided_at,
        p.because,
        str(p.event) if p.event else None,
    )
