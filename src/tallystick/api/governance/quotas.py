"""Quotas that hold over all workers at the price of one round trip a block: tokens are leased, then handed out here.

The store counts what has been leased in the window under way. A worker that runs out while the window lasts leases
again; what it leased and did not use is lost to the others until the window ends, a hundredth of the quota at most.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from tallystick.api.call import Headers
from tallystick.api.contract import Capability, Quota
from tallystick.api.problems import TOO_MANY, Problem
from tallystick.ports.quota import QuotaStore

BLOCKS_IN_QUOTA: Final = 100
CLIENTS_MAX: Final = 10_000


class _Bucket(Struct):
    window: int = -1
    left: int = 0
    untaken: int = 0
    leasing: "asyncio.Task[None] | None" = None


class Quotas:
    """Hands out leased tokens, one a request."""

    def __init__(self, store: QuotaStore, clock: Callable[[], float] = time.time) -> None:
        """Lease from *store*; *clock* gives seconds since the epoch."""
        self._store, self._clock = store, clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    async def take(self, client: str, capability: Capability) -> Headers:
        """Take one token and return the RateLimit headers; raise `Problem` when the quota is used up."""
        quota, now = capability.quota, self._clock()
        window = int(now) // quota.window_seconds * quota.window_seconds
        bucket = self._bucket(client, capability.name)
        block = max(1, quota.requests // BLOCKS_IN_QUOTA)
        if bucket.window != window or bucket.left <= 0:
            await self._lease((client, capability), bucket, window)
        elif bucket.left == block // 4 and bucket.leasing is None:
            bucket.leasing = asyncio.create_task(self._filled((client, capability), bucket, window))
        wait = window + quota.window_seconds - int(now)
        if bucket.left <= 0:
            headers = [*_headers(capability.name, quota, 0, wait), (b"retry-after", str(wait).encode())]
            raise Problem(TOO_MANY, f"{quota.requests} requests in {quota.window_seconds} s", headers)
        bucket.left -= 1
        return _headers(capability.name, quota, bucket.left + bucket.untaken, wait)

    def _bucket(self, client: str, capability: str) -> _Bucket:
        found = self._buckets.get((client, capability))
        if found is None:
            if len(self._buckets) >= CLIENTS_MAX:
                self._buckets.clear()
            found = self._buckets[client, capability] = _Bucket()
        return found

    async def _lease(self, whose: tuple[str, Capability], bucket: _Bucket, window: int) -> None:
        """Lease once for all who wait for the same bucket."""
        if bucket.leasing is None:
            bucket.leasing = asyncio.create_task(self._filled(whose, bucket, window))
        await asyncio.shield(bucket.leasing)

    async def _filled(self, whose: tuple[str, Capability], bucket: _Bucket, window: int) -> None:
        client, capability = whose
        limit = capability.quota.requests
        block = max(1, limit // BLOCKS_IN_QUOTA)
        try:
            lease = await self._store.lease(client, capability.name, window, (block, limit))
            carried = bucket.left if bucket.window == window else 0
            bucket.window, bucket.left, bucket.untaken = window, carried + lease.granted, limit - lease.taken
        finally:
            bucket.leasing = None


def _headers(name: str, quota: Quota, left: int, wait: int) -> Headers:
    """The fields of draft-ietf-httpapi-ratelimit-headers-10: the policy, and what is left of it."""
    return [
        (b"ratelimit-policy", f'"{name}";q={quota.requests};w={quota.window_seconds}'.encode()),
        (b"ratelimit", f'"{name}";r={left};t={wait}'.encode()),
    ]
