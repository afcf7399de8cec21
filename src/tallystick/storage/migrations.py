"""Forward-only migrations: each numbered file is applied once, in order, and must never change afterwards."""

import hashlib
from importlib.resources import files
from typing import Final

import asyncpg

_LOCK: Final = 0x7A11
_LEDGER: Final = (
    "create table if not exists migration (number int primary key, name text not null, digest text not null, "
    "at timestamptz not null default now())"
)


class MigrationError(Exception):
    """A schema that this release cannot bring up to date."""


def _files() -> list[tuple[int, str, str]]:
    folder = files("tallystick.storage.schema")
    found = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return [(int(name[:4]), name, (folder / name).read_text("utf-8")) for name in found]


async def migrate(connection: asyncpg.Connection, schema: str) -> list[str]:
    """Apply to *schema* what it lacks, inside the caller's transaction, and return the names of the files applied.

    Raises `MigrationError` when a file that was applied has changed since, or the schema is newer than this release.
    """
    await connection.execute("select pg_advisory_xact_lock($1, hashtext($2))", _LOCK, schema)
    await connection.execute(_LEDGER)
    done = {row["number"]: row["digest"] for row in await connection.fetch("select number, digest from migration")}
    steps = _files()
    if done and max(done) > steps[-1][0]:
        raise MigrationError(f"{schema} was written by a newer release (migration {max(done)}): upgrade tallystick")
    applied = []
    for number, name, sql in steps:
        digest = hashlib.sha256(sql.encode()).hexdigest()
        if number in done:
            if done[number] != digest:
                raise MigrationError(f"{name} changed after it was applied to {schema}: migrations are only added to")
            continue
        await connection.execute(sql)
        await connection.execute(
            "insert into migration (number, name, digest) values ($1, $2, $3)", number, name, digest
        )
        applied.append(name)
    return applied
