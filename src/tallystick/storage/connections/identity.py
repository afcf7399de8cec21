"""Identity: what a partner calls a thing and what we call it, one to one, with its history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.ports.identities import Asked, Link

_LIST: Final = (
    "select c.name as connection, l.kind, l.foreign_id, l.our_id, l.linked_at, l.linked_by, l.ended_at, l.ended_by "
    "from identity_link l join connection c on c.id = l.connection where ($1 = '' or c.name = $1) and ($2 = '' or l.kind = $2) "
    "and ($3 or l.ended_at is null) order by c.name, l.kind, l.foreign_id, l.id limit $4"
)
_LINK: Final = "insert into identity_link (connection, kind, foreign_id, our_id, linked_by) values ($1, $2, $3, $4, $5)"
_IN_THE_WAY: Final = (
    "select foreign_id, our_id from identity_link where connection = $1 and kind = $2 and ended_at is null "
    "and (foreign_id = $3 or our_id = $4) order by id"
)
_UNLINK: Final = (
    "update identity_link set ended_at = clock_timestamp(), ended_by = $4 "
    "where connection = $1 and kind = $2 and foreign_id = $3 and ended_at is null returning id"
)
_FIND: Final = (
    "select u.n, case when u.ours then l.foreign_id else l.our_id end as found "
    "from unnest($2::text[], $3::text[], $4::bool[]) with ordinality u(kind, id, ours, n) join identity_link l "
    "on l.connection = $1 and l.kind = u.kind and l.ended_at is null "
    "and ((not u.ours and l.foreign_id = u.id) or (u.ours and l.our_id = u.id))"
)
_STATED: Final = (
    "insert into identity_link (connection, kind, foreign_id, our_id, linked_by) "
    "select $1, k, f, o, 'master' from unnest($2::text[], $3::text[], $4::text[]) u(k, f, o) on conflict do nothing "
    "returning id"
)
_NUMBER: Final = "select id from connection where name = $1"


class IdentityConflict(Exception):
    """A link would make an id ambiguous; the text says `what: remedy`."""


class IdentityLink(Struct, frozen=True):
    """A link as it stands or stood."""

    connection: str
    kind: str
    foreign_id: str
    our_id: str
    linked_at: datetime
    linked_by: str
    ended_at: datetime | None
    ended_by: str | None


class IdentityBook:
    """The links of a book."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Read and write over *connection*."""
        self._connection = connection

    async def links(self, connection: str = "", kind: str = "", *, ended: bool, limit: int) -> list[IdentityLink]:
        """Return links, of one connection and kind or of all; with *ended*, also those that no longer hold."""
        return [IdentityLink(*row) for row in await self._connection.fetch(_LIST, connection, kind, ended, limit)]

    async def link(self, connection: int, link: Link, by: str) -> None:
        """Say that two ids mean the same. The same again changes nothing; raise `IdentityConflict` for another."""
        async with self._connection.transaction():
            await self._connection.execute("select pg_advisory_xact_lock(hashtext(current_schema()), 4711)")
            rows = await self._connection.fetch(_IN_THE_WAY, connection, link.kind, link.foreign_id, link.our_id)
            for row in rows:
                if (row["foreign_id"], row["our_id"]) != (link.foreign_id, link.our_id):
                    raise IdentityConflict(
                        f"{link.kind} {row['foreign_id']!r} is {row['our_id']!r} already: "
                        "`tally identity unlink` it first, if that is wrong"
                    )
            if not rows:
                await self._connection.execute(_LINK, connection, link.kind, link.foreign_id, link.our_id, by)

    async def unlink(self, connection: int, kind: str, foreign_id: str, by: str) -> bool:
        """End a link; say whether there was one. It stays in the history."""
        return bool(await self._connection.fetch(_UNLINK, connection, kind, foreign_id, by))

    async def found(self, connection: str, asked: Collection[Asked]) -> Mapping[Asked, str]:
        """Return the answers there are; nothing for what nobody has linked."""
        questions = sorted(asked, key=lambda a: (a.kind, a.id, a.is_ours))
        number = await self._connection.fetchval(_NUMBER, connection)
        kinds, ids, sides = [q.kind for q in questions], [q.id for q in questions], [q.is_ours for q in questions]
        rows = await self._connection.fetch(_FIND, number, kinds, ids, sides)
        return {questions[row["n"] - 1]: row["found"] for row in rows}

    async def state(self, connection: str, links: Sequence[Link]) -> None:
        """Keep what a master states. What is linked already, on either side, stays as it is: a person decides."""
        number = await self._connection.fetchval(_NUMBER, connection)
        sides = [link.kind for link in links], [link.foreign_id for link in links], [link.our_id for link in links]
        await self._connection.fetch(_STATED, number, *sides)
