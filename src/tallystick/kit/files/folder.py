"""A folder of this machine as a disk. Links are never followed, and no name leads out of it."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from tallystick.kit.files.store import Entry

LISTED_MAX: Final = 10_000
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})


class Folder:
    """Implements `shelf.Disk`."""

    def __init__(self, folder: Path) -> None:
        """Stand in *folder*; nothing is touched yet."""
        self._folder, self.where = folder, str(folder)

    def close(self) -> None:
        """Nothing is held."""

    def entries(self, room: str) -> Sequence[Entry]:
        """Return files, links and pipes; sub-folders are not looked into."""
        try:
            with self._at(f"{room}/") as (place, _), os.scandir(place) as found:
                there = [_entry(one) for one in islice(found, LISTED_MAX) if not one.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            if room:
                return ()
            raise
        return [entry for entry in there if entry]

    def read(self, path: str, bytes_max: int) -> bytes:
        """Return a plain file's bytes; raise `PermissionError` for what is none."""
        with self._at(path) as (place, name):
            try:
                descriptor = os.open(name, _READ, dir_fd=place)
            except OSError as wrong:
                raise PermissionError(wrong.errno, "it is a link") if wrong.errno == errno.ELOOP else wrong from None
            with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
                said = os.fstat(descriptor)
                if not stat.S_ISREG(said.st_mode):
                    raise PermissionError(errno.EACCES, "it is no plain file")
                return file.read(min(bytes_max, said.st_size) + 1)

    def write(self, path: str, body: bytes) -> None:
        """Write a new file and wait for the disk."""
        with self._at(path) as (place, name):
            descriptor = os.open(name, _NEW, 0o666, dir_fd=place)
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
                file.write(body)
                file.flush()
                os.fsync(descriptor)

    def take(self, path: str, new: str) -> None:
        """Rename at one blow."""
        with self._at(path) as (old_place, old), self._at(new) as (new_place, name):
            os.rename(old, name, src_dir_fd=old_place, dst_dir_fd=new_place)

    def move(self, path: str, new: str) -> None:
        """Give it the new name as well, which unlike a rename never replaces, and take the old one away."""
        with self._at(path) as (old_place, old), self._at(new) as (new_place, name):
            try:
                os.link(old, name, src_dir_fd=old_place, dst_dir_fd=new_place, follow_symlinks=False)
            except OSError as wrong:
                if wrong.errno not in _NO_LINKS:
                    raise
                if name in os.listdir(new_place):  # noqa: PTH208 - a descriptor, not a path
                    raise FileExistsError(errno.EEXIST, name) from None
                os.rename(old, name, src_dir_fd=old_place, dst_dir_fd=new_place)
            else:
                os.unlink(old, dir_fd=old_place)
            os.fsync(new_place)

    def remove(self, path: str) -> None:
        """Remove a file, or a link itself."""
        with self._at(path) as (place, name):
            os.unlink(name, dir_fd=place)

    def make(self, room: str) -> None:
        """Make the folder with those above it, or a room in it."""
        if not room:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except FileExistsError:
                raise NotADirectoryError(errno.ENOTDIR, "it is no folder") from None
            return
        with self._at(room) as (place, name):
            try:
                os.mkdir(name, dir_fd=place)
            except FileExistsError:
                if not stat.S_ISDIR(os.stat(name, dir_fd=place, follow_symlinks=False).st_mode):
                    raise NotADirectoryError(errno.ENOTDIR, f"{name} in it is no folder") from None

    @contextmanager
    def _at(self, path: str) -> Iterator[tuple[int, str]]:
        """Open the folder that *path* ends in, for as long as the block lasts; give it and the last name."""
        room, _, name = path.rpartition("/")
        root = os.open(self._folder, _FOLDER)
        try:
            place = os.open(room, _FOLDER | os.O_NOFOLLOW, dir_fd=root) if room else os.dup(root)
        finally:
            os.close(root)
        try:
            yield place, name
        finally:
            os.close(place)


def _entry(one: "os.DirEntry[str]") -> Entry | None:
    """Return a file as it is now; None where it has gone meanwhile."""
    try:
        said = one.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return Entry(one.name, said.st_size, f"{said.st_mtime_ns}.{said.st_ino}", stat.S_ISREG(said.st_mode))
