"""A store over a file system, ours or one at the other end of SFTP: how files are taken, put away and placed there."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, Protocol

from tallystick.kit.files.store import ARCHIVE, QUARANTINE, Entry, Gone, Taken, Unreadable, other_name
from tallystick.ports.connector import InDoubt, Misconfigured, Retryable

TAKING: Final = ".taking"
"""Where a file is for the moment between its place and its room, so that nobody changes it while it is compared."""
RETRY_SECONDS: Final = 5.0
_MARK: Final = "~"
_NO_LIMIT: Final = 1 << 40


class Disk(Protocol):
    """A file system seen from one folder. Paths are `name` or `room/name`. Raises `OSError` and its kinds."""

    where: str

    def entries(self, room: str) -> Sequence[Entry]:
        """Return files and links in *room* ("" is the folder itself), without following links; none where it is missing."""

    def read(self, path: str, bytes_max: int) -> bytes:
        """Return a plain file's first *bytes_max* bytes and one more, never what a link leads to."""

    def write(self, path: str, body: bytes) -> None:
        """Write a new file so that it outlasts a crash."""

    def take(self, path: str, new: str) -> None:
        """Rename at one blow to a name that nobody else has."""

    def move(self, path: str, new: str) -> None:
        """Rename a file that only we have; raise `FileExistsError` where something stands there."""

    def remove(self, path: str) -> None:
        """Remove a file."""

    def make(self, room: str) -> None:
        """Make a sub-folder, if it is not there."""

    def close(self) -> None:
        """Hang up."""


class Shelf:
    """Implements `store.Store` over a disk."""

    def __init__(self, disk: Disk) -> None:
        """Stand on *disk*; nothing is touched yet."""
        self._disk = disk

    def close(self) -> None:
        """Hang up."""
        self._disk.close()

    def entries(self) -> Sequence[Entry]:
        """Return what lies there, after giving back what a crash left half way to its room."""
        with self._told():
            for left in self._disk.entries(TAKING):
                self._given_back(f"{TAKING}/{left.name}", left.name.partition(_MARK)[2])
            return self._disk.entries("")

    def read(self, entry: Entry, bytes_max: int) -> bytes:
        """Return a file; raise `Gone`, or `Unreadable` for one that only others may read."""
        with self._told():
            try:
                return self._disk.read(entry.name, bytes_max)
            except FileNotFoundError:
                raise Gone(entry.name) from None
            except PermissionError:
                raise Unreadable("it may not be read by us: change its rights") from None

    def put_away(self, name: str, digest: bytes | None, room: str) -> bool:
        """Take a file out of reach, compare it, and move it; what is another one by now is given back."""
        with self._told(), suppress(FileNotFoundError):
            self._disk.make(TAKING)
            self._disk.make(room)
            taken = f"{TAKING}/{secrets.token_hex(6)}{_MARK}{name}"
            self._disk.take(name, taken)
            if digest is not None and self._digest(taken) != digest:
                self._given_back(taken, name)
                return False
            self._shelved(taken, name, (digest, room))
            return True
        return False

    def remove(self, name: str) -> None:
        """Remove a file."""
        with self._told(), suppress(FileNotFoundError):
            self._disk.remove(name)

    def place(self, name: str, body: bytes) -> None:
        """Write under a hidden name, then rename."""
        hidden = f".{name}.{secrets.token_hex(6)}"
        try:
            self._disk.make("")
            self._disk.write(hidden, body)
            try:
                self._disk.move(hidden, name)
            finally:
                with suppress(OSError):
                    self._disk.remove(hidden)
        except FileExistsError:
            raise Taken(name) from None
        except (PermissionError, NotADirectoryError, FileNotFoundError) as wrong:
            raise Misconfigured(f"{self._disk.where} cannot be written: {wrong.strerror or wrong}") from wrong
        except ConnectionError as lost:
            raise InDoubt(f"{self._disk.where}: {lost}") from lost
        except OSError as trouble:
            raise Retryable(f"{self._disk.where}: {trouble.strerror or trouble}", RETRY_SECONDS) from trouble

    def found(self, name: str) -> bytes | None:
        """Return the whole file."""
        with self._told():
            try:
                return self._disk.read(name, _NO_LIMIT)
            except FileNotFoundError:
                return None

    def _shelved(self, taken: str, name: str, what: tuple[bytes | None, str]) -> None:
        """Move to a room; under another name where an other file has it, which in the archive is a matter for a person."""
        digest, room = what
        try:
            self._disk.move(taken, f"{room}/{name}")
            return
        except FileExistsError:
            mark = digest or secrets.token_bytes(6)
        if digest is not None and room == ARCHIVE and self._digest(f"{room}/{name}") != digest:
            room = QUARANTINE
            self._disk.make(room)
        try:
            self._disk.move(taken, f"{room}/{other_name(name, mark)}")
        except FileExistsError:  # the same content was put away under that name before
            self._disk.remove(taken)

    def _given_back(self, taken: str, name: str) -> None:
        """Move back where it lay; where a newer one lies there by now, beside it."""
        with suppress(FileNotFoundError):
            try:
                self._disk.move(taken, name)
            except FileExistsError:
                self._disk.move(taken, other_name(name, secrets.token_bytes(6)))

    def _digest(self, path: str) -> bytes:
        return hashlib.sha256(self._disk.read(path, _NO_LIMIT)).digest()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise what the place has as one of the four errors, after something that may be repeated."""
        try:
            yield
        except (PermissionError, NotADirectoryError, FileNotFoundError) as wrong:
            text = f"{self._disk.where} cannot be used: {wrong.strerror or wrong}"
            raise Misconfigured(f"{text}: see that it is there and that we may read and write it") from wrong
        except OSError as trouble:
            raise Retryable(f"{self._disk.where}: {trouble.strerror or trouble}", RETRY_SECONDS) from trouble
