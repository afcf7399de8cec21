"""Names kept once and numbered: accounts, commodities, locations, sources, kinds. Known ones cost a dictionary look-up."""

import asyncio
from collections.abc import Iterable

import asyncpg

from tallystick.storage.book import BookInfo, connect
from tallystick.storage.line import Line, line_over, told_when_away

TABLES = ("source", "kind", "location", "account", "commodity")


class Names:
    """The numbers of names in one book. New names are committed at once, on a connection of their own.

    So a name may be numbered that nothing uses, and no gate ever waits for another's transaction over a name.
    """

    def __init__(self, connection: asyncpg.Connection | Line) -> None:
        """Use *connection*, which must not be inside a transaction when names are added."""
        self._line, self._lock = line_over(connection), asyncio.Lock()
        self.ids: dict[str, dict[str, int]] = {table: {} for table in TABLES}
        self.names: dict[str, dict[int, str]] = {table: {} for table in TABLES}

    async def load(self) -> "Names":
        """Read all names."""
        async with self._lock:
            with told_when_away():
                connection = await self._line.live()
                for table in TABLES:
                    self._learn(table, await connection.fetch(f"select id, name from {table}"))
        return self

    async def ensure(self, table: str, names: Iterable[str]) -> dict[str, int]:
        """Number the *names* that have no number yet and return all numbers of *table*."""
        known = self.ids[table]
        missing = sorted({name for name in names if name not in known})
        if missing:
            async with self._lock:
                with told_when_away():
                    await self._add(table, missing)
        return known

    async def _add(self, table: str, missing: list[str]) -> None:
        connection = await self._line.live()
        await connection.execute(
            f"insert into {table} (name) select unnest($1::text[]) on conflict do nothing", missing
        )
        rows = await connection.fetch(f"select id, name from {table} where name = any($1::text[])", missing)
        self._learn(table, rows)

    async def close(self) -> None:
        """Close the connection."""
        await self._line.close()

    def _learn(self, table: str, rows: Iterable[asyncpg.Record]) -> None:
        for number, name in rows:
            self.ids[table][name] = number
            self.names[table][number] = name


async def names_of(url: str, info: BookInfo) -> Names:
    """Return the names of a book on a connection of their own."""
    return await Names(await connect(url, info.schema)).load()
