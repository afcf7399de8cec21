"""The desk of proposals and verdicts, over connections that are lent for one deed each."""

from collections.abc import Sequence

import asyncpg

from tallystick.security.keyring import Keyring
from tallystick.security.principal import Principal
from tallystick.security.proposals import NewProposal, Proposal, State, Verdict
from tallystick.storage.access import approvals
from tallystick.storage.names import Names
from tallystick.storage.serving.pool import lent


class ApprovalDesk:
    """Implements `api.desk.ApprovalDesk`."""

    def __init__(self, pool: asyncpg.Pool, names: Names, keyring: Keyring) -> None:
        """Work over *pool*."""
        self._pool, self._names, self._keyring = pool, names, keyring

    async def propose(self, who: Principal, new: NewProposal, correlation: str) -> Proposal:
        """Lay *new* down as prepared by *who*. Raises `AccessRefused`."""
        async with lent(self._pool) as connection:
            return await approvals.Approvals(connection, self._names, self._keyring).propose(who, new, correlation)

    async def decide(self, who: Principal, verdict: Verdict, correlation: str) -> Proposal:
        """Give a verdict; an approval is on its way into the book when this returns. Raises `AccessRefused`."""
        async with lent(self._pool) as connection:
            return await approvals.Approvals(connection, self._names, self._keyring).decide(who, verdict, correlation)

    async def proposals(self, states: frozenset[State], limit: int) -> Sequence[Proposal]:
        """Return the newest proposals in one of *states* (none: all), oldest first."""
        async with lent(self._pool) as connection:
            return await approvals.proposals(connection, states, limit)

    async def proposal(self, number: int) -> Proposal | None:
        """Return one proposal."""
        async with lent(self._pool) as connection:
            return await approvals.proposal(connection, number)
