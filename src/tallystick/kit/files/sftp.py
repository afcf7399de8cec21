"""A folder at the other end of SFTP as a disk, over asyncssh. The server is known by its key, which a person has pinned.

The library is asynchronous and a door's verbs wait, so one loop of its own runs in a thread for as long as the door is open.
"""

import asyncio
import errno
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar, cast

import asyncssh
from msgspec import Struct

from tallystick.kit.files.store import Entry
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Misconfigured, Retryable

LISTED_MAX: Final = 10_000
PORT: Final = 22
GOODBYE_SECONDS_MAX: Final = 2.0
_PLAIN: Final = asyncssh.FILEXFER_TYPE_REGULAR
_FOLDERS: Final = (asyncssh.FILEXFER_TYPE_DIRECTORY,)
T = TypeVar("T")

logging.getLogger("asyncssh").setLevel(logging.WARNING)


class Server(Struct, frozen=True, kw_only=True):
    """Where and as whom; `host_key` are the server's public keys as `ssh-keyscan` writes them without the host, one a line.

    One of `password` and `private_key` (OpenSSH's format) is given.
    """

    host: str
    port: int
    user: str
    folder: str
    host_key: str
    password: str = ""
    private_key: str = ""
    pin: str = "host_key"
    """What the setting is called that pins the key, for the remedy."""

    def __repr__(self) -> str:
        """Name the place and nothing secret."""
        return f"Server({self.user}@{self.host}:{self.port}{self.folder})"


class Sftp:
    """Implements `shelf.Disk`."""

    def __init__(self, server: Server, limits: Limits) -> None:
        """Speak to *server* within the deadline of *limits*; nothing is sent yet."""
        self._server, self._seconds = server, limits.deadline_seconds
        self.where = f"sftp://{server.host}:{server.port}{server.folder}"
        self._lock, self._connecting = threading.Lock(), asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def close(self) -> None:
        """Hang up and end the loop."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._hang_up(), loop).result(self._seconds)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(self._seconds)

    def entries(self, room: str) -> Sequence[Entry]:
        """Return files and links; sub-folders are not looked into."""

        async def listed(sftp: asyncssh.SFTPClient) -> list[Entry]:
            found: list[Entry] = []
            async for one in sftp.scandir(self._path(room)):
                if one.attrs.type not in _FOLDERS:
                    stamp = f"{one.attrs.mtime or 0}.{one.attrs.size or 0}"
                    is_plain = one.attrs.type == _PLAIN
                    found.append(Entry(str(one.filename), one.attrs.size or 0, stamp, is_plain))
                if len(found) >= LISTED_MAX:
                    break
            return found

        try:
            return self._do(listed)
        except FileNotFoundError:
            if room:
                return ()
            raise

    def read(self, path: str, bytes_max: int) -> bytes:
        """Return a plain file's bytes; raise `PermissionError` for what is none."""

        async def content(sftp: asyncssh.SFTPClient) -> bytes:
            said = await sftp.lstat(self._path(path))
            if said.type != _PLAIN:
                raise PermissionError(errno.EACCES, "it is no plain file")
            async with sftp.open(self._path(path), "rb") as file:
                return cast("bytes", await file.read(min(bytes_max, said.size or 0) + 1))

        return self._do(content)

    def write(self, path: str, body: bytes) -> None:
        """Write a new file and, where the server can, wait for its disk."""

        async def written(sftp: asyncssh.SFTPClient) -> None:
            async with sftp.open(self._path(path), "xb") as file:
                await file.write(body)
                with suppress(asyncssh.SFTPOpUnsupported):
                    await file.fsync()

        self._do(written)

    def take(self, path: str, new: str) -> None:
        """Rename at one blow."""
        self._do(lambda sftp: sftp.rename(self._path(path), self._path(new)))

    def move(self, path: str, new: str) -> None:
        """Rename; version 3 of the protocol never replaces, and says of it only that it failed."""

        async def moved(sftp: asyncssh.SFTPClient) -> None:
            if await sftp.lexists(self._path(new)):
                raise FileExistsError(errno.EEXIST, new)
            await sftp.rename(self._path(path), self._path(new))

        self._do(moved)

    def remove(self, path: str) -> None:
        """Remove a file, or a link itself."""
        self._do(lambda sftp: sftp.remove(self._path(path)))

    def make(self, room: str) -> None:
        """Make the folder or a room in it."""

        async def made(sftp: asyncssh.SFTPClient) -> None:
            if not await sftp.isdir(self._path(room)):
                await sftp.makedirs(self._path(room), exist_ok=True)

        self._do(made)

    def _path(self, path: str) -> str:
        return f"{self._server.folder.rstrip('/')}/{path}".rstrip("/") or "/"

    def _do(self, work: Callable[[asyncssh.SFTPClient], Awaitable[T]]) -> T:
        """Do *work* over one session, within the deadline; what fails in an unclear way hangs up."""

        async def within() -> T:
            async with asyncio.timeout(self._seconds):
                return await work(await self._session())

        with self._told():
            return asyncio.run_coroutine_threadsafe(within(), self._running()).result(self._seconds + 5)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except asyncssh.SFTPNoSuchFile as missing:
            raise FileNotFoundError(errno.ENOENT, missing.reason) from None
        except asyncssh.SFTPPermissionDenied as refused:
            raise PermissionError(errno.EACCES, refused.reason) from None
        except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection) as lost:
            self._forget()
            raise ConnectionError(f"the line went: {lost.reason}") from None
        except asyncssh.SFTPError as failed:
            raise OSError(errno.EIO, failed.reason) from None
        except asyncssh.HostKeyNotVerifiable:
            raise Misconfigured(self._not_known()) from None
        except asyncssh.PermissionDenied as refused:
            raise Misconfigured(f"{self.where} refuses {self._server.user}: {refused.reason}: see its secret") from None
        except (asyncssh.Error, TimeoutError) as broken:
            self._forget()
            raise ConnectionError(f"{type(broken).__name__} {getattr(broken, 'reason', '')}".strip()) from None

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_served, args=(self._loop,), name="sftp", daemon=True)
                self._thread.start()
            return self._loop

    async def _session(self) -> asyncssh.SFTPClient:
        async with self._connecting:
            if self._sftp is None:
                self._connection = await asyncssh.connect(self._server.host, **self._options())
                self._sftp = await self._connection.start_sftp_client()
            return self._sftp

    def _options(self) -> dict[str, Any]:
        """Return how to connect: as the configuration says and nothing else, neither the user's files nor his agent."""
        server = self._server
        keys = [_imported(asyncssh.import_private_key, server.private_key)] if server.private_key else ()
        return {
            "port": server.port,
            "username": server.user,
            "password": server.password or None,
            "client_keys": keys,
            "known_hosts": (self._pinned(), [], []),
            "config": None,
            "agent_path": None,
            "login_timeout": self._seconds,
            "connect_timeout": self._seconds,
        }

    def _pinned(self) -> list[asyncssh.SSHKey]:
        lines = [line for line in self._server.host_key.splitlines() if line.strip()]
        return [_imported(asyncssh.import_public_key, line) for line in lines]

    def _not_known(self) -> str:
        """Say what key the server shows, and how it is pinned once a person has compared it."""
        shown = "another key than the pinned one"
        with suppress(Exception):
            key = asyncio.run_coroutine_threadsafe(self._shown(), self._running()).result(self._seconds + 5)
            line = " ".join(key.export_public_key().decode().split()[:2])
            shown = f"{key.get_fingerprint()}, which is not pinned: if its operators publish the same, pin it by --set '{self._server.pin}={line}'"
        return f"{self.where} shows {shown}; until then nothing is sent"

    async def _shown(self) -> asyncssh.SSHKey:
        async with asyncio.timeout(self._seconds):
            key = await asyncssh.get_server_host_key(self._server.host, self._server.port, config=None)
        if key is None:
            raise Retryable(f"{self.where} shows no key")
        return key

    def _forget(self) -> None:
        """Hang up at once: the next call begins anew."""
        self._sftp, connection, self._connection = None, self._connection, None
        if connection is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(connection.abort)

    async def _hang_up(self) -> None:
        self._sftp, connection, self._connection = None, self._connection, None
        if connection is not None:
            connection.close()
            with suppress(asyncssh.Error, OSError, TimeoutError):
                async with asyncio.timeout(GOODBYE_SECONDS_MAX):
                    await connection.wait_closed()
            connection.abort()


def _served(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop until it is stopped; then let nothing of it stay behind."""
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(_tidied())
        loop.close()


async def _tidied() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.sleep(0)  # transports that were aborted close in the next turn


def _imported(read: Callable[[str], asyncssh.SSHKey], text: str) -> asyncssh.SSHKey:
    try:
        return read(text)
    except asyncssh.KeyImportError as wrong:
        raise Misconfigured(f"a key cannot be read: {wrong}: give it as OpenSSH writes it") from None
