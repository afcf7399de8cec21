"""A folder that files come into and go out of: `in/`, `out/`, and `done/` for what the book has kept.

A file under a name that begins with a dot, or ends in `.part` or `.tmp`, is still being written and not looked at. Nothing
here decompresses: a file of 8 MB is a file of 8 MB.
"""

import os
import secrets
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct

from tallystick.ports.connector import Misconfigured, Rejected, Retryable

FILE_BYTES_MAX: Final = 8_000_000
"""What is longer is refused, where a door names no other limit: a night of batches is far below it."""
FILES_IN_PAGE_MAX: Final = 50
SCHEMES: Final = ("folder", "file", "")
_UNFINISHED: Final = (".part", ".tmp")


class Letter(Struct, frozen=True):
    """A file that lay in `in/`: its name, what it says, and a digest over that (16 hex digits)."""

    name: str
    body: bytes
    digest: str


class Cursor(Struct, frozen=True, omit_defaults=True):
    """What a page was read from, name by digest, and whatever else its reader must remember."""

    read: dict[str, str] = {}
    known: dict[str, int] = {}

    @classmethod
    def of(cls, text: str) -> "Cursor":
        """Read a cursor; raise `Misconfigured` where it is none of ours."""
        if not text:
            return cls()
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.DecodeError:
            raise Misconfigured(f"{text!r} is no cursor of a folder: leave it out to read what lies there") from None

    def text(self) -> str:
        """Write it."""
        return msgspec.json.encode(self).decode()


class Mailbox:
    """One folder. Nothing is made or looked at before it is used."""

    def __init__(self, url: str, bytes_max: int = FILE_BYTES_MAX) -> None:
        """Use the folder that *url* names, such as `folder:///srv/edi`; raise `Misconfigured` where it names none."""
        self._bytes_max = bytes_max
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or parts.netloc or not parts.path.startswith("/"):
            raise Misconfigured(f"{url!r} names no folder of this machine: write it as folder:///srv/edi")
        self.folder = Path(unquote(parts.path))
        self.incoming, self.done = self.folder / "in", self.folder / "done"

    def letters(self) -> Iterator[Letter]:
        """Yield what lies in `in/`, whole files only, by name, so many as make a page.

        Raises `Misconfigured` where the folder cannot be read, `Rejected` for a file beyond the limit.
        """
        for file in self._files()[:FILES_IN_PAGE_MAX]:
            body = self._read(file)
            if body is not None:
                yield Letter(file.name, body, digest_of(body))

    def letters_of(self, cursor: Cursor) -> Iterator[Letter]:
        """Yield those files of a page that still lie in `in/` and say what was read."""
        for name, digest in cursor.read.items():
            file = self.incoming / name
            body = self._read(file) if Path(name).name == name and _is_plain(file) else None
            if body is not None and digest_of(body) == digest:
                yield Letter(name, body, digest)

    def put_away(self, cursor: Cursor) -> None:
        """Move the files of a page into `done/`, as long as they still say what was read."""
        for letter in self.letters_of(cursor):
            self.done.mkdir(parents=True, exist_ok=True)
            (self.incoming / letter.name).replace(self.done / f"{letter.digest}-{letter.name}")

    def once(self, place: str, name: str, body: bytes) -> bytes:
        """Let *body* appear under *name* in a folder of ours, whole or not at all, unless something stands there.

        Returns what stands there then. Raises `Misconfigured` or `Retryable` for the folder.
        """
        folder = self.folder / place
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _place(folder / name, body)
        except (PermissionError, NotADirectoryError, FileExistsError) as wrong:
            raise Misconfigured(f"{folder} cannot be written: {wrong.strerror}") from wrong
        except OSError as trouble:
            raise Retryable(f"{folder}: {trouble.strerror}") from trouble
        found = self._read(folder / name)
        return body if found is None else found

    def found(self, place: str, name: str) -> bytes | None:
        """Return what stands under *name* in a folder of ours, None where nothing does."""
        return self._read(self.folder / place / name)

    def names(self, place: str) -> list[str]:
        """Return the names in a folder of ours, none where it does not exist."""
        try:
            return [file.name for file in (self.folder / place).iterdir()]
        except FileNotFoundError:
            return []

    def _files(self) -> list[Path]:
        try:
            found = [
                file
                for file in self.incoming.iterdir()
                if not file.name.startswith(".") and file.suffix not in _UNFINISHED and _is_plain(file)
            ]
        except FileNotFoundError:
            return []
        except OSError as wrong:
            raise Misconfigured(f"{self.incoming} cannot be read: {wrong.strerror}") from wrong
        return sorted(found)

    def _read(self, file: Path) -> bytes | None:
        try:
            with file.open("rb") as stream:
                body = stream.read(self._bytes_max + 1)
        except FileNotFoundError:
            return None
        except OSError as wrong:
            raise Misconfigured(f"{file} cannot be read: {wrong.strerror}") from wrong
        if len(body) > self._bytes_max:
            raise Rejected(
                f"{file.name} is longer than {self._bytes_max} bytes: have it sent in parts, and take it out of in/"
            )
        return body


def digest_of(body: bytes) -> str:
    """Return a short digest of what a file says."""
    return sha256(body).hexdigest()[:16]


def _is_plain(file: Path) -> bool:
    """A link may lead anywhere: it is not followed."""
    return file.is_file() and not file.is_symlink()


def _place(file: Path, body: bytes) -> None:
    fresh = file.parent / f".{file.name}.{secrets.token_hex(4)}"
    try:
        with fresh.open("xb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(fresh, file)  # unlike a rename, never over what is there
        except FileExistsError:
            return
    finally:
        fresh.unlink(missing_ok=True)
    _sync(file.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
