"""What the built-in judge has seen before: orders by the references of their customers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg

_SEE: Final = (
    "insert into screened_order select x, $2, $3 from unnest($1::text[]) x on conflict (reference, subject) do nothing"
)
_BEFORE: Final = (
    "select count(distinct subject) from screened_order where reference = any($1::text[]) and subject <> $2"
)
_LATELY: Final = (
    "select count(distinct subject) from screened_order where reference = any($1::text[]) and at > $2 and at <= $3"
)


async def see(connection: asyncpg.Connection, references: Sequence[str], order: tuple[str, datetime]) -> None:
    """Remember an order (its subject, and when) under its customer's references; seen twice, it counts once."""
    await connection.execute(_SEE, list(references), *order)


async def seen_before(connection: asyncpg.Connection, references: Sequence[str], subject: str) -> int:
    """Count the orders of these references other than *subject*."""
    return int(await connection.fetchval(_BEFORE, list(references), subject))


async def seen_lately(
    connection: asyncpg.Connection, references: Sequence[str], now: datetime, hours: Sequence[int]
) -> Mapping[int, int]:
    """Count the orders of these references within each of *hours* before *now*."""
    found = {}
    for span in hours:
        found[span] = int(await connection.fetchval(_LATELY, list(references), now - timedelta(hours=span), now))
    return found
