"""Counting together: what a quota needs of a store that all workers share."""

from typing import Protocol

from msgspec import Struct


class Lease(Struct, frozen=True):
    """What a block brought: `granted` tokens, and `taken` of the quota by all workers since its window began."""

    granted: int
    taken: int


class QuotaStore(Protocol):
    """Where all workers count together."""

    async def lease(self, client: str, capability: str, window: int, wanted: tuple[int, int]) -> Lease:
        """Take a block for the window that begins at second *window*; *wanted* is (block, the whole quota)."""
