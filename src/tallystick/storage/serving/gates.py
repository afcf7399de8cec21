"""A gate of one's own: each process that writes takes a number nobody else uses, for as long as its connection lives."""

from typing import Final

import asyncpg

from tallystick.storage.book import GATES
from tallystick.storage.inbox import PARTITIONS

_TAKE: Final = "select pg_try_advisory_lock(hashtext(current_schema() || '/gate'), $1)"


GATE_FIRST: Final = 8
"""Gates below this are for commands; the last ones are the workers', one for each partition."""
GATE_LAST: Final = GATES - PARTITIONS - 1


class NoGateFree(Exception):
    """Every gate of the book is in use."""


async def take_gate(connection: asyncpg.Connection) -> int:
    """Return the number of a free gate, held until *connection* closes; raise `NoGateFree`.

    Should the connection be lost and another process take the number, the two queue for one chain: slow, not wrong.
    """
    for number in range(GATE_FIRST, GATE_LAST + 1):
        if await connection.fetchval(_TAKE, number):
            return number
    raise NoGateFree(f"all {GATE_LAST - GATE_FIRST + 1} gates for serving are in use: run fewer processes")
