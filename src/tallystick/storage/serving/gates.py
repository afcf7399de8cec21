"""A gate of one's own: each process that writes takes a number nobody else uses, for as long as its connection lives."""

from typing import Final

import asyncpg

from tallystick.storage.book import GATES

_TAKE: Final = "select pg_try_advisory_lock(hashtext(current_schema() || '/gate'), $1)"


class NoGateFree(Exception):
    """Every gate of the book is in use."""


async def take_gate(connection: asyncpg.Connection, first: int) -> int:
    """Return the number of a free gate from *first* on, held until *connection* closes."""
    for number in range(first, GATES):
        if await connection.fetchval(_TAKE, number):
            return number
    raise NoGateFree(f"all {GATES - first} gates of this book are in use: run fewer workers")
