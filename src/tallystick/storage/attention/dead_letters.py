"""Dead letters: what could not be taken, with the reason and the remedy, until somebody mends, retries or drops it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

WAITING, EARLY, PARKED = 0, 1, 2
MESSAGE, OVERDUE = "message", "overdue"

_COLUMNS: Final = (
    "l.id, l.delivery, s.name as source, l.ext_id, l.subject, l.place, l.reason, l.remedy, l.opened_at, l.closed_at, "
    "l.closed_as, l.person, l.body from dead_letter l join source s on s.id = l.source"
)
_LIST: Final = f"select {_COLUMNS} where $1 or l.closed_at is null order by l.id limit $2"
_ONE: Final = f"select {_COLUMNS} where l.id = $1"
_CLOSE: Final = (
    "update dead_letter set closed_at = now(), closed_as = $2 where id = $1 and closed_at is null returning 1"
)
_SAY: Final = "update dead_letter set reason = $2, remedy = $3 where id = $1"
_LATER: Final = (
    "select id, reason, remedy from dead_letter where delivery = $1 and id > $2 and closed_at is null order by id desc"
)
_PLACE: Final = "select state, position from inbox where delivery = $1"
_BEHIND: Final = (
    "select count(*) from inbox i where i.subject = $1 and i.state <> 2 and exists "
    "(select 1 from inbox p where p.subject = i.subject and p.state = 2 and p.position < i.position)"
)
_MENDS: Final = (
    "select d.id, d.ext_id, d.digest, i.state, exists (select from dead_letter l where l.delivery = d.id) as failed "
    "from delivery d left join inbox i on i.delivery = d.id "
    "where d.source = (select id from source where name = $1) and (d.ext_id = $2 or starts_with(d.ext_id, $2 || '.')) "
    "order by d.id"
)


class Letter(Struct, frozen=True):
    """One dead letter.

    `place` is `message` (its subject is parked behind it), `overdue` (early for too long), `delivery` (the same id with
    other content), or where in a file it stood.
    `body` is sealed; None once retention or erasure took it. `person` is the reference of whom it speaks.
    """

    id: int
    delivery: int | None
    source: str
    ext_id: str
    subject: str
    place: str
    reason: str
    remedy: str
    opened_at: datetime
    closed_at: datetime | None
    closed_as: str | None
    person: str | None
    body: bytes | None

    @property
    def is_parked(self) -> bool:
        """Whether a whole message stands still, and others of its subject behind it."""
        return self.place == MESSAGE

    @property
    def is_in_inbox(self) -> bool:
        """Whether it speaks of a whole delivery that still stands in the inbox."""
        return self.place in (MESSAGE, OVERDUE)


class Mend(Struct, frozen=True):
    """A delivery that was sent in to take a letter's place.

    `state` is where it is in the inbox, None when it is there no more; `failed` whether it could not be taken either.
    """

    delivery: int
    ext_id: str
    digest: bytes
    state: int | None
    failed: bool


async def letters(connection: asyncpg.Connection, *, closed: bool, limit: int) -> list[Letter]:
    """Return dead letters, oldest first: the open ones, or with *closed* all."""
    return [Letter(*row) for row in await connection.fetch(_LIST, closed, limit)]


async def letter(connection: asyncpg.Connection, number: int) -> Letter | None:
    """Return one dead letter."""
    row = await connection.fetchrow(_ONE, number)
    return Letter(*row) if row else None


async def close_letter(connection: asyncpg.Connection, number: int, closed_as: str) -> bool:
    """Close an open letter and say whether there was one."""
    return bool(await connection.fetch(_CLOSE, number, closed_as))


async def inbox_place(connection: asyncpg.Connection, delivery: int | None) -> tuple[int, int] | None:
    """Return (state, position) of a delivery in the inbox, None when it is there no more."""
    row = await connection.fetchrow(_PLACE, delivery)
    return (row["state"], row["position"]) if row else None


async def behind(connection: asyncpg.Connection, subject: str) -> int:
    """Return how many deliveries wait behind a parked one of their subject."""
    found: int = await connection.fetchval(_BEHIND, subject)
    return found


async def let_try_again(connection: asyncpg.Connection, delivery: int) -> None:
    """Let a parked or early delivery be worked off again."""
    await connection.execute("update inbox set state = $2 where delivery = $1", delivery, WAITING)


async def take_out(connection: asyncpg.Connection, delivery: int) -> None:
    """Take a delivery out of the inbox; what arrived stays known and kept."""
    await connection.execute("delete from inbox where delivery = $1", delivery)


async def put_back(connection: asyncpg.Connection, old: Letter, position: int) -> None:
    """Put a delivery back where it stood, because what was to take its place could not be taken either."""
    await connection.execute(
        "insert into inbox (delivery, subject, position, state) select id, subject, $2, $3 from delivery where id = $1 "
        "on conflict do nothing",
        old.delivery,
        position,
        PARKED if old.is_parked else EARLY,
    )


async def mends(connection: asyncpg.Connection, source: str, ext_id: str) -> Sequence[Mend]:
    """Return what was sent in under *ext_id*, or *ext_id* with a number after a dot, oldest first."""
    return [Mend(*row) for row in await connection.fetch(_MENDS, source, ext_id)]


async def went_wrong(connection: asyncpg.Connection, old: Letter, delivery: int) -> tuple[str, str] | None:
    """Move what *delivery* failed with onto the letter *old*, closing the letters it opened; None when it opened none."""
    async with connection.transaction():
        rows = await connection.fetch(_LATER, delivery, old.id)
        for row in rows:
            await close_letter(connection, row["id"], f"the same as {old.id}")
        if not rows:
            return None
        await connection.execute(_SAY, old.id, rows[0]["reason"], rows[0]["remedy"])
    return rows[0]["reason"], rows[0]["remedy"]
