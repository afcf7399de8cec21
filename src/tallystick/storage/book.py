"""A book: one legal entity or brand, kept in a schema of its own. Create it, open it, say what is in it."""

import re
from collections.abc import Mapping
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.posting.table import PostingTable
from tallystick.storage.migrations import migrate

DEFAULT_BOOK: Final = "main"
GATES: Final = 64
APPLICATION: Final = "tallystick"
# When a machine of ours vanishes without a word, the server drops its connections, and with them its locks.
_KEEPALIVE: Final = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
Connection = asyncpg.Connection
"""A connection to a book, for those who hand it on without using it."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SCHEMA_PREFIX: Final = "book_"


class BookError(Exception):
    """A book that does not exist, exists already, or cannot be called so."""


class BookInfo(Struct, frozen=True):
    """What a book is: its name, schema and the currency its stock is valued in, such as `GBP/3`.

    `sealed_as` is the name it was created under, which its keys are derived from, however it is called since.
    """

    name: str
    schema: str
    currency: str
    sealed_as: str


def schema_of(book: str) -> str:
    """Return the schema of *book*; raise `BookError` for a name that cannot be one."""
    if not _NAME.fullmatch(book):
        raise BookError(
            f"{book!r} cannot name a book: a small letter, then small letters, digits, underscores, at most 40"
        )
    return _SCHEMA_PREFIX + book


async def connect(url: str, schema: str, statement_seconds_max: float | None = None) -> asyncpg.Connection:
    """Open a connection whose names are those of *schema*; a statement beyond its limit is given up."""
    settings = {"search_path": f'"{schema}"', "application_name": APPLICATION, "timezone": "UTC", **_KEEPALIVE}
    connection: asyncpg.Connection = await asyncpg.connect(
        url, server_settings=settings, command_timeout=statement_seconds_max
    )
    return connection


async def create_book(url: str, book: str, currency: str, table: PostingTable) -> BookInfo:
    """Create an empty book. Raises `BookError` when there is one of that name."""
    schema = schema_of(book)
    connection = await connect(url, schema)
    try:
        async with connection.transaction():
            if await connection.fetchval("select 1 from pg_namespace where nspname = $1", schema):
                raise BookError(f"there is a book {book!r} already")
            await connection.execute(f'create schema "{schema}"')
            await migrate(connection, schema)
            await connection.execute("insert into setting values ('currency', $1), ('name', $2)", currency, book)
            await connection.execute(
                "insert into gate select g, g::bigint << 40, '\\x00' from generate_series(0, $1) g", GATES - 1
            )
            await remember_rules(connection, table)
    finally:
        await connection.close()
    return BookInfo(book, schema, currency, book)


async def open_book(url: str, book: str) -> BookInfo:
    """Bring *book* to the newest schema and say what it is. Raises `BookError` when there is none."""
    schema = schema_of(book)
    connection = await connect(url, schema)
    try:
        if not await connection.fetchval("select 1 from pg_namespace where nspname = $1", schema):
            raise BookError(f"there is no book {book!r}: create it with `tally book create {book} --currency GBP/3`")
        async with connection.transaction():
            await migrate(connection, schema)
        settings = await settings_of(connection)
    finally:
        await connection.close()
    return BookInfo(book, schema, settings["currency"], settings.get("name", book))


async def list_books(url: str) -> list[BookInfo]:
    """Return every book of a database, by name."""
    connection = await connect(url, "public")
    try:
        rows = await connection.fetch("select nspname from pg_namespace where nspname like 'book\\_%' order by 1")
    finally:
        await connection.close()
    return [await open_book(url, row["nspname"][len(_SCHEMA_PREFIX) :]) for row in rows]


async def drop_book(url: str, book: str) -> None:
    """Delete a book and everything in it: for benches and tests; no command of the house offers it."""
    connection = await connect(url, "public")
    try:
        await connection.execute(f'drop schema "{schema_of(book)}" cascade')
    finally:
        await connection.close()


async def remember_rules(connection: asyncpg.Connection, table: PostingTable) -> None:
    """Keep the rows of a posting table beside the postings they wrote, for who reads the book without our code."""
    await connection.executemany(
        "insert into posting_rule values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        [(table.version, n, r.name, r.debit, r.credit, r.because) for n, r in enumerate(table.rules, 1)],
    )


async def settings_of(connection: asyncpg.Connection) -> Mapping[str, str]:
    """Return a book's settings."""
    return {row["key"]: row["value"] for row in await connection.fetch("select key, value from setting")}
