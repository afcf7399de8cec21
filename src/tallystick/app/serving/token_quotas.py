"""Quotas of the token endpoint: for each client over all workers, and for each address before anybody is recognised.

What an address has used is counted in this process only: an address is personal data, and stays out of the book.
"""

from typing import Final

from tallystick.api.contract import Capability, Quota
from tallystick.api.governance.quotas import Quotas
from tallystick.messages.catalogue import Lifecycle
from tallystick.ports.quota import Lease

ADDRESSES_MAX: Final = 10_000


def _counted(name: str, requests: int) -> Capability:
    return Capability(
        name=name,
        owner="security",
        version="1.0.0",
        lifecycle=Lifecycle.ACTIVE,
        about="Access tokens for API keys.",
        quota=Quota(requests, 60),
        operations=(),
    )


TOKENS: Final = _counted("tokens", 600)
"""A token is good for ten minutes: six hundred a minute are six thousand at work at the same time for one client."""
KNOCKS: Final = _counted("token-requests", 6_000)
"""Of one address, recognised or not. Behind a proxy all clients come from one."""


class CountedHere:
    """Implements `ports.quota.QuotaStore` in memory, for ten thousand addresses; when there are more it begins anew."""

    def __init__(self) -> None:
        """Nobody has come."""
        self._taken: dict[tuple[str, str], tuple[int, int]] = {}

    async def lease(self, client: str, capability: str, window: int, wanted: tuple[int, int]) -> Lease:
        """See `QuotaStore.lease`."""
        block, limit = wanted
        if len(self._taken) >= ADDRESSES_MAX:
            self._taken = {whose: found for whose, found in self._taken.items() if found[0] == window}
            if len(self._taken) >= ADDRESSES_MAX:
                self._taken.clear()
        begun, taken = self._taken.get((client, capability), (window, 0))
        taken = taken if begun == window else 0
        granted = min(block, limit - taken)
        self._taken[client, capability] = window, taken + granted
        return Lease(granted, taken + granted)


class TokenQuotas:
    """How often tokens may be asked for."""

    def __init__(self, clients: Quotas) -> None:
        """Count clients with *clients*."""
        self._clients, self._addresses = clients, Quotas(CountedHere())

    async def knocks(self, address: str) -> None:
        """Count a request from *address*; raise `Problem` when there are too many."""
        await self._addresses.take(address, KNOCKS)

    async def asks(self, client: str) -> None:
        """Count a token for *client*; raise `Problem` when there are too many."""
        await self._clients.take(client, TOKENS)
