"""A quota holds over all workers together, though none of them asks the database for each request."""

from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.api.contract import Quota
from tallystick.api.contracts import CAPABILITIES
from tallystick.api.governance.quotas import Quotas
from tallystick.api.problems import TOO_MANY, Problem
from tallystick.ports.quota import Lease
from tallystick.storage.serving.pool import Pool, open_pool
from tallystick.storage.serving.quotas import Quotas as StoredQuotas
from tests.api.conftest import Api

LIMIT = 500
CAPABILITY = replace(CAPABILITIES[0], quota=Quota(LIMIT, 60))


class Counting:
    """A store that counts how often it is asked."""

    def __init__(self, store: Any) -> None:
        self.store, self.asked = store, 0

    async def lease(self, client: str, capability: str, window: int, wanted: tuple[int, int]) -> Lease:
        """Ask the real store."""
        self.asked += 1
        found: Lease = await self.store.lease(client, capability, window, wanted)
        return found


@pytest.fixture
async def pool(api: Api) -> Any:
    """Connections to the book."""
    found: Pool = await open_pool(api.house.server, api.house.info.schema)
    yield found
    await found.close()


async def served(workers: list[Quotas], client: str = "shop") -> int:
    """Ask all workers in turn until each refuses; return how many requests were let through."""
    allowed, open_workers = 0, list(workers)
    for _ in range(LIMIT * len(workers) + len(workers)):
        for worker in list(open_workers):
            try:
                await worker.take(client, CAPABILITY)
                allowed += 1
            except Problem as refused:
                if refused.kind is not TOO_MANY:
                    raise
                open_workers.remove(worker)
    assert not open_workers
    return allowed


async def test_a_quota_holds_over_all_workers(pool: Pool) -> None:
    """Three workers together let through what the quota allows, not one more, and ask a few times only."""
    store = Counting(StoredQuotas(pool))
    now = 1_800_000_000.0
    workers = [Quotas(store, lambda: now) for _ in range(3)]
    assert await served(workers) == LIMIT
    assert store.asked < LIMIT / 3


async def test_workers_that_count_alone_are_caught(pool: Pool) -> None:
    """The broken twin: workers with a store of their own let through as many times the quota as there are workers."""

    class Alone:
        taken = 0

        async def lease(self, _client: str, _capability: str, _window: int, wanted: tuple[int, int]) -> Lease:
            granted = min(wanted[0], wanted[1] - self.taken)
            self.taken += granted
            return Lease(granted, self.taken)

    workers = [Quotas(Alone(), lambda: 1_800_000_000.0) for _ in range(3)]
    assert await served(workers) == 3 * LIMIT


async def test_clients_and_windows_are_apart(pool: Pool) -> None:
    """One client's greed is no other's loss, and a new window begins anew."""
    now = [1_800_000_000.0]
    worker = Quotas(StoredQuotas(pool), lambda: now[0])
    assert await served([worker]) == LIMIT
    assert await served([worker], "other") == LIMIT
    now[0] += 60
    assert await served([worker]) == LIMIT


async def test_a_refusal_says_how_long_to_wait(pool: Pool) -> None:
    """Retry-After is the rest of the window."""
    worker = Quotas(StoredQuotas(pool), lambda: 1_800_000_015.0)
    await served([worker])
    with pytest.raises(Problem) as refused:
        await worker.take("shop", CAPABILITY)
    assert dict(refused.value.headers)[b"retry-after"] == b"45"
