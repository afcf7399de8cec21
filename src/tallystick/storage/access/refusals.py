"""The database's refusals, in its own words: they are written for people."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from tallystick.security.proposals import AccessRefused

_REFUSED = (
    asyncpg.CheckViolationError,
    asyncpg.UniqueViolationError,
    asyncpg.ForeignKeyViolationError,
    asyncpg.NotNullViolationError,
)


@contextmanager
def said_plainly(otherwise: str = "") -> Iterator[None]:
    """Turn what a trigger or constraint refuses into `AccessRefused`; *otherwise* is said for a bare constraint."""
    try:
        yield
    except _REFUSED as refused:
        is_ours = isinstance(refused, asyncpg.CheckViolationError) and refused.constraint_name is None
        raise AccessRefused(str(refused) if is_ours or not otherwise else otherwise) from refused
