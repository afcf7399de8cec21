"""One book into one file and back: a book is a PostgreSQL schema, the file pg_dump's custom format.

A file is only there once it is whole and has been read back; a restore happens in one transaction or not at all, and
never touches a schema that exists.
"""

import re
import secrets
import tempfile
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from tallystick.storage.embedded.binaries import binaries, run_tool
from tallystick.storage.embedded.durably import sync
from tallystick.storage.embedded.errors import BackupError

# What tally names a book. PostgreSQL allows more, but such a name would need quoting in every tool.
SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def backup(url: str, schema: str, file: Path) -> None:
    """Write the book in `schema` of the database at `url` into `file`, replacing an older file there.

    Raises:
        BackupError: there is no such schema, or it could not be written or read back.
    """
    _require_name(schema)
    if not _has_schema(url, schema):
        raise BackupError(f"There is no book {schema} to back up.", "check the name of the book")
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        _dump(url, schema, fresh)
        _read_back(fresh, schema)
        sync(fresh)
        fresh.replace(file)
        sync(file.absolute().parent)
    finally:
        fresh.unlink(missing_ok=True)


def restore(url: str, file: Path, schema: str) -> None:
    """Bring the book in `file` back as `schema` of the database at `url`, whatever it was called when backed up.

    Under another name it goes through a database of its own on the same server, where it can be renamed without
    meeting a book that already has the old name; the user then needs the right to create databases.

    Raises:
        BackupError: the schema exists already, the file is no backup of ours, or PostgreSQL refused.
    """
    _require_name(schema)
    if _has_schema(url, schema):
        raise BackupError(
            f"There already is a book {schema}; a restore never overwrites one.",
            "restore under another name, or rename or drop the existing one first",
        )
    archived = _archived_schema(file)
    if archived == schema:
        _load(url, file)
    else:
        _restore_renamed(url, file, archived, schema)


def _restore_renamed(url: str, file: Path, archived: str, schema: str) -> None:
    scratch = f"tallystick_restore_{secrets.token_hex(6)}"
    beside = _address(urlsplit(url)._replace(path=f"/{scratch}"))
    _sql(url, f"CREATE DATABASE {scratch} TEMPLATE template0")
    try:
        with tempfile.TemporaryDirectory() as folder:
            renamed = Path(folder) / "renamed.dump"
            _load(beside, file)
            _sql(beside, f"ALTER SCHEMA {archived} RENAME TO {schema}")
            _dump(beside, schema, renamed)
            _load(url, renamed)
    finally:
        _sql(url, f"DROP DATABASE {scratch} WITH (FORCE)")


def _read_back(file: Path, schema: str) -> None:
    """Read a backup from its first to its last byte, table contents included, and see that it holds this book."""
    done = run_tool([binaries().tool("pg_restore"), "--file=/dev/null", str(file.absolute())])
    if done.returncode != 0 or _archived_schema(file) != schema:
        raise BackupError(
            f"The backup of {schema} could not be read back. {done.stderr.strip()}",
            "check the disk, then back up again",
        )


def _dump(url: str, schema: str, file: Path) -> None:
    _client(
        "pg_dump",
        url,
        "--format=custom",
        f"--schema={schema}",
        "--no-owner",
        "--no-privileges",
        f"--file={file.absolute()}",
    )


def _load(url: str, file: Path) -> None:
    _client(
        "pg_restore",
        url,
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        str(file.absolute()),
    )


def _archived_schema(file: Path) -> str:
    """The one schema that a backup file holds."""
    if not file.is_file():
        raise BackupError(f"There is no backup file {file}.", "check the path")
    listing = run_tool([binaries().tool("pg_restore"), "--list", str(file.absolute())])
    found = re.findall(r"^\d+; \d+ \d+ SCHEMA - (\S+) \S+$", listing.stdout, re.MULTILINE)
    if listing.returncode != 0 or len(found) != 1 or not SCHEMA_NAME.fullmatch(found[0]):
        raise BackupError(f"{file} is not a backup of one book. {listing.stderr.strip()}", "check the path")
    return str(found[0])


def _has_schema(url: str, schema: str) -> bool:
    return _sql(url, f"SELECT 1 FROM pg_namespace WHERE nspname = '{schema}'") == "1"


def _sql(url: str, statement: str) -> str:
    return _client(
        "psql", url, "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", f"--command={statement}"
    )


def _client(tool: str, url: str, *arguments: str) -> str:
    """Run a client program on a database; its password goes by the environment, where `ps` does not show it."""
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    open_address = _address(parts._replace(netloc=user + parts.netloc.rpartition("@")[2]))
    command = [binaries().tool(tool), f"--dbname={open_address}", *arguments]
    done = run_tool(command, PGPASSWORD=unquote(parts.password or ""))
    if done.returncode != 0:
        raise BackupError(
            f"{tool} failed: {done.stderr.strip()[-2000:]}", "mend what it complains of; nothing has been changed"
        )
    return done.stdout.strip()


def _address(parts: SplitResult) -> str:
    """The URL again; the standard library drops the two slashes where there is neither user nor host."""
    return f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _require_name(schema: str) -> None:
    if not SCHEMA_NAME.fullmatch(schema):
        raise BackupError(f"{schema!r} cannot be the name of a book.", "use lower-case letters, digits and underscores")
