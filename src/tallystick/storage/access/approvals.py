"""Proposals and verdicts. An approval and the report it becomes are kept in one transaction: approved means on its way."""

from typing import Any, Final

import asyncpg

from tallystick.engine.envelopes import delivery_of
from tallystick.processes.approved import MANUAL_ENTRY, RETURN_REFUND, STOCK_CORRECTION, reports_of
from tallystick.processes.golive.approved import TAKEOVER
from tallystick.processes.soundness import is_plain
from tallystick.security.deed import Deed
from tallystick.security.keyring import Keyring
from tallystick.security.principal import Denied, Principal, require
from tallystick.security.proposals import AccessRefused, KeyTaken, NewProposal, Proposal, Says, State, Verdict
from tallystick.storage.access.audit import note_deed
from tallystick.storage.access.refusals import said_plainly
from tallystick.storage.inbox import Inbox
from tallystick.storage.names import Names

_STATE: Final = (
    "case when x.event is not null then 'done' when v.says is not null then v.says "
    "when p.expires_at <= clock_timestamp() then 'expired' else 'open' end"
)
_SELECT: Final = (
    "select p.id, p.kind, p.subject, p.body, p.digest, p.amount, p.currency, p.prepared_by, m.name as prepared_name, "
    f"p.prepared_at, p.expires_at, {_STATE} as state, coalesce(v.given_by, 0) as decided_by, "
    "coalesce(c.name, '') as decided_name, coalesce(b.name, '') as on_behalf_of, v.given_at as decided_at, "
    "coalesce(v.because, '') as because, coalesce(x.event, 0) as event "
    "from proposal p join principal m on m.id = p.prepared_by left join verdict v on v.proposal = p.id "
    "left join principal c on c.id = v.given_by left join principal b on b.id = v.on_behalf_of "
    "left join execution x on x.proposal = p.id"
)
_PROPOSE: Final = (
    "insert into proposal (kind, subject, body, digest, amount, currency, prepared_by, expires_at) "
    "values ($1, '', $2, sha256($2), $3, $4, $5, clock_timestamp() + $6 * interval '1 day') returning id"
)
_KEY_ALONE: Final = "select pg_advisory_xact_lock(hashtextextended($1, 11))"
_KEYED: Final = (
    "select k.proposal, (o.kind, o.digest, k.days) = ($3, sha256($4), $5) as is_same "
    "from proposal_key k join proposal o on o.id = k.proposal where k.principal = $1 and k.key = $2"
)
_KEEP_KEY: Final = "insert into proposal_key (principal, key, proposal, days) values ($1, $2, $3, $4)"
_DECIDE: Final = (
    "insert into verdict (proposal, says, given_by, on_behalf_of, digest, because) values ($1, $2, $3, $4, $5, $6)"
)
DECIDING: Final = "proposals:decide"
NOBODY: Final = "nothing:at-all"
PROPOSING: Final = {
    MANUAL_ENTRY: "entries:propose",
    STOCK_CORRECTION: "stock:adjust",
    TAKEOVER: "golive:write",
    RETURN_REFUND: "returns:propose",
}
"""The scope that each kind of proposal takes to prepare."""
_VERB: Final = {Says.APPROVED: "approve", Says.REJECTED: "reject", Says.WITHDRAWN: "withdraw"}


async def proposals(connection: asyncpg.Connection, states: frozenset[State], limit: int = 1000) -> list[Proposal]:
    """Return the newest proposals in one of *states*, oldest first; no states mean all."""
    rows = await connection.fetch(
        f"select * from ({_SELECT}) found where cardinality($1::text[]) = 0 or state = any($1) order by id desc limit $2",
        sorted(states),
        limit,
    )
    return [_proposal(row) for row in reversed(rows)]


async def proposal(connection: asyncpg.Connection, number: int) -> Proposal | None:
    """Return proposal *number*."""
    row = await connection.fetchrow(f"{_SELECT} where p.id = $1", number)
    return _proposal(row) if row else None


class Approvals:
    """The desk where one person lays down what they prepared and another says yes or no. All of it is in the audit log."""

    def __init__(self, connection: asyncpg.Connection, names: Names, keyring: Keyring) -> None:
        """Work on *connection*, which others do not use at the same time."""
        self._connection, self._keyring = connection, keyring
        self._inbox = Inbox(connection, names, keyring)

    async def propose(self, who: Principal, new: NewProposal, correlation: str | None = None) -> Proposal:
        """Lay *new* down as prepared by *who*; what *who* laid down under its key already is returned as it stands.

        Raises `KeyTaken` where that was something else, and `AccessRefused` saying what is wrong with *new*.
        """
        await self._require(who, PROPOSING.get(new.kind, NOBODY), "propose", new.kind)
        try:
            with said_plainly():
                async with self._connection.transaction():
                    known = await self._keyed(who, new) if new.key else None
                    if known is not None:
                        return known
                    found = await self._proposed(who, new)
                    detail = f"{new.kind} of {new.amount} {new.currency}"
                    await self._note(Deed(who.actor, "propose", f"proposal/{found.id}", "done", detail, correlation))
        except AccessRefused as refused:
            await self._note(Deed(who.actor, "propose", new.kind, "refused", str(refused), correlation))
            raise
        return found

    async def decide(self, who: Principal, verdict: Verdict, correlation: str | None = None) -> Proposal:
        """Give *verdict*; an approval is on its way into the book when this returns, and cannot be lost.

        Raises `AccessRefused` with the rule that is in the way. The refusal is in the audit log too.
        """
        subject, action = f"proposal/{verdict.proposal}", _VERB[verdict.says]
        if verdict.says is not Says.WITHDRAWN:
            await self._require(who, DECIDING, action, subject)
        try:
            with said_plainly(f"there is no proposal {verdict.proposal} waiting: see `tally approve list`"):
                async with self._connection.transaction():
                    found = await self._decided(who, verdict)
                    await self._note(Deed(who.actor, action, subject, "done", verdict.because, correlation))
        except AccessRefused as refused:
            await self._note(Deed(who.actor, action, subject, "refused", str(refused), correlation))
            raise
        return found

    async def _proposed(self, who: Principal, new: NewProposal) -> Proposal:
        number = await self._connection.fetchval(
            _PROPOSE, new.kind, new.body, new.amount, new.currency, who.id, new.expires_days
        )
        if new.key:
            await self._connection.fetch(_KEEP_KEY, who.id, new.key, number, new.expires_days)
        return await self._known(number)

    async def _keyed(self, who: Principal, new: NewProposal) -> Proposal | None:
        """Return what *who* laid down under this key before. Of two who say it at once, the second waits for the first."""
        await self._connection.fetch(_KEY_ALONE, f"proposal/{who.id}/{new.key}")
        row = await self._connection.fetchrow(_KEYED, who.id, new.key, new.kind, new.body, new.expires_days)
        if row is None:
            return None
        if not row["is_same"]:
            raise KeyTaken("this key stands for another proposal: use a new one for new content")
        return await self._known(row["proposal"])

    async def _decided(self, who: Principal, verdict: Verdict) -> Proposal:
        v = verdict
        if not is_plain(v.because):
            raise AccessRefused("because: one line of at most 500 characters that can be printed")
        await self._connection.fetch(_DECIDE, v.proposal, v.says, who.id, v.on_behalf_of, v.digest, v.because)
        found = await self._known(v.proposal)
        if v.says is Says.APPROVED:
            await self._inbox.receive([delivery_of(report) for report in reports_of(found)])
        return found

    async def _known(self, number: int) -> Proposal:
        found = await proposal(self._connection, number)
        if found is None:
            raise AccessRefused(f"there is no proposal {number}")
        return found

    async def _require(self, who: Principal, scope: str, action: str, subject: str) -> None:
        """Stop who may not do this at the desk; that the two are different people, the database sees to."""
        try:
            require(who, scope)
        except Denied as denied:
            await self._note(Deed(who.actor, action, subject, "denied", str(denied)))
            raise

    async def _note(self, deed: Deed) -> None:
        await note_deed(self._connection, self._keyring, deed)


def _proposal(row: Any) -> Proposal:
    values = dict(row)
    return Proposal(**values | {"state": State(values["state"])})
