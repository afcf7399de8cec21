"""A database is refused where it would lose entries, and a backup brings back the same book."""

from pathlib import Path

import asyncpg
import pytest

from tallystick.storage.embedded import settings
from tallystick.storage.embedded.backup import backup, restore
from tallystick.storage.embedded.errors import BackupError, ServerTooOldError, UnsafeDurabilityError
from tallystick.storage.embedded.settings import refuse_unsafe_durability
from tallystick.storage.embedded.supervisor import running_cluster

BOOK = """
CREATE SCHEMA {book};
CREATE TABLE {book}.account (id int PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE {book}.posting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account int NOT NULL REFERENCES {book}.account,
    amount numeric NOT NULL CHECK (amount > 0),
    raw bytea
);
CREATE VIEW {book}.balance AS SELECT account, sum(amount) AS amount FROM {book}.posting GROUP BY account;
INSERT INTO {book}.account SELECT n, 'stock:sellable:WH' || n FROM generate_series(1, 10) AS n;
INSERT INTO {book}.posting (account, amount, raw)
    SELECT 1 + n % 10, n, sha256(n::text::bytea) FROM generate_series(1, 5000) AS n;
"""


async def contents(url: str, book: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything a book says, with the constraints that hold it."""
    connection = await asyncpg.connect(url)
    asked = {
        "accounts": f"SELECT * FROM {book}.account ORDER BY id",
        "postings": f"SELECT * FROM {book}.posting ORDER BY id",
        "balances": f"SELECT * FROM {book}.balance ORDER BY account",
        "constraints": "SELECT conname, contype::text FROM pg_constraint WHERE connamespace = "
        f"'{book}'::regnamespace ORDER BY conname",
    }
    found = {name: [tuple(row) for row in await connection.fetch(query)] for name, query in asked.items()}
    await connection.close()
    return found


async def run(url: str, sql: str) -> None:
    """Run some statements."""
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
async def test_an_unsafe_server_is_refused(tmp_path: Path, setting: str) -> None:
    """Each setting that would lose committed entries is named with its remedy; a bench may ask for it all the same."""
    with running_cluster(tmp_path) as url:
        connection = await asyncpg.connect(url)
        await refuse_unsafe_durability(connection)
        await connection.execute(f"ALTER SYSTEM SET {setting} = off")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()
        connection = await asyncpg.connect(url)
        with pytest.raises(UnsafeDurabilityError, match=f"set {setting} = on"):
            await refuse_unsafe_durability(connection)
        await refuse_unsafe_durability(connection, allow=True)
        await connection.close()


async def test_a_server_for_benches_is_refused_elsewhere(tmp_path: Path) -> None:
    """A server that was started as not durable is not mistaken for one that is."""
    with running_cluster(tmp_path, durable=False) as url:
        connection = await asyncpg.connect(url)
        with pytest.raises(UnsafeDurabilityError, match="fsync"):
            await refuse_unsafe_durability(connection)
        await connection.close()


async def test_an_old_server_is_refused(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server older than the oldest supported one is refused, also by a bench."""
    monkeypatch.setattr(settings, "SERVER_VERSION_MIN", 990000)
    connection = await asyncpg.connect(database_url)
    with pytest.raises(ServerTooOldError):
        await refuse_unsafe_durability(connection, allow=True)
    await connection.close()


@pytest.mark.parametrize("name", ["lamps", "lamps_again"])
async def test_a_restored_book_is_the_same_book(database_url: str, tmp_path: Path, name: str) -> None:
    """Lost and restored, under its own name or another, a book says the same and is held by the same constraints."""
    await run(database_url, BOOK.format(book="lamps"))
    before = await contents(database_url, "lamps")
    backup(database_url, "lamps", tmp_path / "lamps.dump")
    await run(database_url, "DROP SCHEMA lamps CASCADE")
    restore(database_url, tmp_path / "lamps.dump", name)
    assert before == await contents(database_url, name)
    assert [file.name for file in tmp_path.iterdir()] == ["lamps.dump"]


async def test_a_copy_may_stand_beside_its_original(database_url: str, tmp_path: Path) -> None:
    """A restore under another name leaves the living book alone, and keeps no database of its own."""
    await run(database_url, BOOK.format(book="lamps"))
    backup(database_url, "lamps", tmp_path / "lamps.dump")
    await run(database_url, "INSERT INTO lamps.account VALUES (11, 'receivable:web')")
    restore(database_url, tmp_path / "lamps.dump", "yesterday")
    assert len((await contents(database_url, "lamps"))["accounts"]) == 11
    assert len((await contents(database_url, "yesterday"))["accounts"]) == 10
    connection = await asyncpg.connect(database_url)
    assert not await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname LIKE 'tallystick_restore_%'")
    await connection.close()


async def test_a_restore_never_overwrites(database_url: str, tmp_path: Path) -> None:
    """An existing book is not touched, whatever the backup holds."""
    await run(database_url, BOOK.format(book="lamps"))
    backup(database_url, "lamps", tmp_path / "lamps.dump")
    with pytest.raises(BackupError, match="never overwrites"):
        restore(database_url, tmp_path / "lamps.dump", "lamps")
    assert len((await contents(database_url, "lamps"))["accounts"]) == 10


async def test_a_backup_is_whole_or_not_there(database_url: str, tmp_path: Path) -> None:
    """A missing book, an odd name, and a file that is no backup or only half of one are refused; nothing is left behind."""
    with pytest.raises(BackupError, match="no book"):
        backup(database_url, "lamps", tmp_path / "lamps.dump")
    with pytest.raises(BackupError, match="cannot be the name"):
        backup(database_url, "lamps; DROP TABLE x", tmp_path / "lamps.dump")
    (tmp_path / "notes.txt").write_text("no backup")
    with pytest.raises(BackupError, match="not a backup"):
        restore(database_url, tmp_path / "notes.txt", "lamps")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
    await run(database_url, BOOK.format(book="lamps"))
    backup(database_url, "lamps", tmp_path / "lamps.dump")
    whole = (tmp_path / "lamps.dump").read_bytes()
    (tmp_path / "lamps.dump").write_bytes(whole[: len(whole) // 2])
    await run(database_url, "DROP SCHEMA lamps CASCADE")
    with pytest.raises(BackupError, match="pg_restore failed"):
        restore(database_url, tmp_path / "lamps.dump", "lamps")
    connection = await asyncpg.connect(database_url)
    assert not await connection.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname = 'lamps'")
    await connection.close()
