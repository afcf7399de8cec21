"""What `tally doctor` looks at, from the ground up: each finding is fine, a warning or bad, with its remedy."""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from tallystick.app.exits import complaint_of
from tallystick.app.house import database
from tallystick.app.running import run
from tallystick.app.settings import Settings
from tallystick.security.keyring import Keyring, WrongKey, master_key
from tallystick.storage.attention.health import BookHealth, ServerHealth, book_health, server_health
from tallystick.storage.book import connect
from tallystick.storage.connections.health import ConnectionHealth
from tallystick.storage.embedded.settings import SERVER_VERSION_MIN

PYTHON_MIN: Final = (3, 11)
FREE_BYTES_WARN: Final = 2_000_000_000
FREE_BYTES_BAD: Final = 200_000_000
CLOCK_SECONDS_MAX: Final = 5
CLOCK_YEAR_MIN: Final = 2026
WAITING_WARN: Final = 10_000
SILENT_SECONDS_MAX: Final = 60
EARLY_HOURS_MAX: Final = timedelta(hours=24)


_REMEDIES: Final = {
    "Retryable": "nothing, it is tried again by itself; ask the partner when that does not help",
    "Rejected": "mend what the partner refuses, then retry",
    "Misconfigured": "mend the configuration or the secret, then `tally connection test`",
    "InDoubt": "nothing, it is asked before anything is sent again; ask the partner when that does not help",
}


class Grade(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    grade: Grade
    detail: str
    remedy: str = ""


def check_up(settings: Settings) -> list[Finding]:
    """Look at the machine, the data folder, the database and every book; change nothing in a book."""
    found = [_python(), *_folder(settings.home), _key_file(settings.key_file)]
    try:
        with database(settings) as url:
            server, books = run(_ask(url))
    except Exception as failure:
        complaint = complaint_of(failure)
        if complaint is None:
            raise
        return [*found, Finding("database", Grade.BAD, complaint.what, complaint.remedy)]
    found += [_database(settings, server), _durability(server), _clock(server)]
    if not books:
        found.append(Finding("books", Grade.WARN, "none yet", "`tally book create main --currency GBP/3` makes one"))
    for book in books:
        found += _book(book, settings)
    return found


async def _ask(url: str) -> tuple[ServerHealth, list[BookHealth]]:
    connection = await connect(url, "public")
    try:
        return await server_health(connection), await book_health(connection)
    finally:
        await connection.close()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON_MIN:
        return Finding("python", Grade.BAD, version, "install Python 3.11 or newer")
    return Finding("python", Grade.OK, version)


def _folder(home: Path) -> Iterator[Finding]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home):
            pass
    except OSError as failure:
        yield Finding(
            "data folder",
            Grade.BAD,
            f"{home}: {failure.strerror}",
            "give your user the right to write there, or set TALLYSTICK_HOME",
        )
        return
    yield Finding("data folder", Grade.OK, f"{home} can be written")
    free = shutil.disk_usage(home).free
    grade = Grade.BAD if free < FREE_BYTES_BAD else Grade.WARN if free < FREE_BYTES_WARN else Grade.OK
    yield Finding("disk", grade, f"{free / 1e9:.1f} GB free", "" if grade is Grade.OK else "make room on this disk")


def _key_file(file: Path) -> Finding:
    if not file.exists():
        return Finding("key file", Grade.OK, f"{file} is made with the first book that is opened")
    try:
        master_key(file)
    except WrongKey as wrong:
        return Finding("key file", Grade.BAD, str(wrong).partition(": ")[0], "restore it from your backup")
    mode = stat.S_IMODE(file.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        return Finding("key file", Grade.BAD, f"{file} has mode {mode:04o}: others can read it", f"chmod 600 {file}")
    return Finding("key file", Grade.OK, f"{file}, for its owner only; keep a copy elsewhere")


def _database(settings: Settings, server: ServerHealth) -> Finding:
    whose = "your own server" if settings.database_url else "embedded server"
    text = f"{whose}, PostgreSQL {server.version}"
    if server.version_number < SERVER_VERSION_MIN:
        return Finding("database", Grade.BAD, text, "upgrade it to 15 or newer, or unset TALLYSTICK_DATABASE_URL")
    return Finding("database", Grade.OK, text)


def _durability(server: ServerHealth) -> Finding:
    if not server.unsafe:
        return Finding("durability", Grade.OK, "what is acknowledged survives a crash")
    detail = "; ".join(f"{name} is off: {cost}" for name, cost in server.unsafe.items())
    remedy = "; ".join(f"ALTER SYSTEM SET {name} = on" for name in server.unsafe) + "; SELECT pg_reload_conf()"
    return Finding("durability", Grade.BAD, detail, remedy)


def _clock(server: ServerHealth) -> Finding:
    now = datetime.now(UTC)
    apart = abs((now - server.now).total_seconds())
    if now.year < CLOCK_YEAR_MIN:
        return Finding("clock", Grade.BAD, f"this machine says it is {now:%Y-%m-%d}", "set the clock (NTP)")
    if apart > CLOCK_SECONDS_MAX:
        return Finding("clock", Grade.WARN, f"{apart:.0f} s apart from the server's", "let both machines use NTP")
    return Finding("clock", Grade.OK, f"{now:%Y-%m-%d %H:%M} UTC, the same as the server's")


def _book(book: BookHealth, settings: Settings) -> Iterator[Finding]:
    name = f"book {book.name}"
    newest = f", last written {book.newest:%Y-%m-%d %H:%M}" if book.newest else ", empty"
    yield Finding(name, Grade.OK, f"{book.currency}, schema {book.schema_version}{newest}")
    if book.key_check is not None and settings.key_file.exists():
        yield from _key_of(book, name, settings.key_file)
    yield _letters(book, name)
    yield _inbox(book, name)
    yield _workers(book, name)
    yield _outbox(book, name)
    yield from (_connection(book.name, one) for one in book.connections)
    if book.breaks:
        yield Finding(name, Grade.WARN, f"{book.breaks} open breaks", f"tally book breaks --book {book.name}")


def _key_of(book: BookHealth, name: str, file: Path) -> Iterator[Finding]:
    try:
        fits = Keyring(master_key(file), book.sealed_as).check == book.key_check
    except WrongKey:
        return
    if not fits:
        yield Finding(name, Grade.BAD, f"sealed with another key than {file}", "restore that key file from your backup")


def _letters(book: BookHealth, name: str) -> Finding:
    if not book.letters:
        return Finding(name, Grade.OK, "no dead letters")
    parked = f", {book.parked} subjects parked behind them" if book.parked else ""
    return Finding(name, Grade.WARN, f"{book.letters} dead letters{parked}", f"tally dead list --book {book.name}")


def _inbox(book: BookHealth, name: str) -> Finding:
    text = f"inbox: {book.waiting} waiting, {book.early} early"
    if book.earliest is not None and book.newest is not None and book.newest - book.earliest > EARLY_HOURS_MAX:
        remedy = "what they depend on has not come: ask the sender for it; `tally order show` names what waits"
        return Finding(name, Grade.WARN, f"{text}, the oldest since {book.earliest:%Y-%m-%d %H:%M}", remedy)
    grade = Grade.WARN if book.waiting > WAITING_WARN else Grade.OK
    return Finding(name, grade, text, "" if grade is Grade.OK else "see whether anything works it off")


def _workers(book: BookHealth, name: str) -> Finding:
    remedy = f"start one: `tally worker --book {book.name}`"
    if not book.workers:
        waits = book.waiting or book.outbox_waiting
        return Finding(name, Grade.WARN if waits else Grade.OK, "worker: none running", remedy if waits else "")
    text = f"worker: {book.workers} running, last seen {book.worker_seen or datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    if book.worker_seen and (book.now - book.worker_seen).total_seconds() > SILENT_SECONDS_MAX:
        return Finding(name, Grade.WARN, text, "it hangs: end it and start it again; nothing is lost")
    return Finding(name, Grade.OK, text)


def _connection(book: str, found: ConnectionHealth) -> Finding:
    """Say how a partner is, and what to do by the remedy its last failure is named after."""
    name, look = f"book {book}", f"`tally connection show {found.name} --book {book}`"
    text = f"connection {found.name}"
    if found.paused_because:
        return Finding(
            name, Grade.WARN, f"{text} is paused: {found.paused_because}", f"`tally connection resume {found.name}`"
        )
    if not found.ill and found.circuit == "closed":
        return Finding(
            name, Grade.OK, f"{text}: {found.waiting} waiting" if found.last_success else f"{text}: not heard of yet"
        )
    failed = next(iter(found.ill), None)
    if failed is None:
        return Finding(name, Grade.WARN, f"{text} is left alone for a while after failures", look)
    what = f"{text} is ill: {failed.verb}: {failed.failed_as}: {failed.failure}"
    return Finding(name, Grade.WARN, what, f"{_REMEDIES.get(failed.failed_as or '', 'see')}: {look}")


def _outbox(book: BookHealth, name: str) -> Finding:
    text = f"outbox: {book.outbox_waiting} waiting, {book.outbox_dead} dead"
    if book.outbox_dead:
        return Finding(name, Grade.WARN, text, "a partner refused these commands: `tally order show` names them")
    return Finding(name, Grade.OK, text)
