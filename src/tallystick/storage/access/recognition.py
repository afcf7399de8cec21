"""Recognising callers thousands of times a second: who was recognised is remembered until anything of access changes.

The database tells of every change as it commits, so a revoked key is out as soon as word arrives; and after
`REMEMBERED_SECONDS_MAX` at the latest. While nobody listens, nothing is remembered.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.security.keyring import Keyring
from tallystick.security.principal import Principal
from tallystick.storage.access.doorkeeper import Doorkeeper, Recognised, seconds_left
from tallystick.storage.book import BookInfo

CHANNEL: Final = "tallystick_access"
REMEMBERED_SECONDS_MAX: Final = 30
REMEMBERED_MAX: Final = 10_000
LISTEN_AGAIN_SECONDS: Final = 1.0

Lend = Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]
Connect = Callable[[], Awaitable[asyncpg.Connection]]


class _Remembered(Struct, frozen=True):
    principal: Principal
    until: float


class Recogniser:
    """Recognises the callers of one book. Credentials are remembered by their digest, strangers not at all."""

    def __init__(self, info: BookInfo, keyring: Keyring, lend: Lend) -> None:
        """Ask the database on connections that *lend* lends for one question each."""
        self._info, self._keyring, self._lend = info, keyring, lend
        self._known: dict[bytes, _Remembered] = {}
        self._changes = 0
        self._listening: asyncpg.Connection | None = None
        self._connect: Connect | None = None
        self._tried = 0.0

    async def listen(self, connect: Connect) -> None:
        """Listen for changes on a connection of its own, opened by *connect*, and again should it break."""
        self._connect = connect
        connection = await connect()
        connection.add_termination_listener(self._deaf)
        await connection.add_listener(CHANNEL, self._told)
        self._forget()
        self._listening = connection

    async def who(self, credential: str) -> Principal:
        """Return who shows *credential*, an API key or an access token. Raises `NotAuthenticated`."""
        mark = hashlib.sha256(credential.encode()).digest()
        known = self._known.get(mark)
        if known is not None and known.until > time.monotonic():
            return known.principal
        await self._listen_again()
        changes = self._changes
        async with self._lend() as connection:
            found = await Doorkeeper(connection, self._keyring, self._info.name).recognised(credential)
        if self._listening is not None and changes == self._changes:
            self._remember(mark, found)
        return found.principal

    async def close(self) -> None:
        """Stop listening."""
        self._connect = None
        if self._listening is not None:
            await self._listening.close()

    def _remember(self, mark: bytes, found: Recognised) -> None:
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        seconds = min(REMEMBERED_SECONDS_MAX, seconds_left(found))
        self._known[mark] = _Remembered(found.principal, time.monotonic() + seconds)

    def _told(self, *said: Any) -> None:
        if said[-1] == self._info.schema:
            self._forget()

    def _deaf(self, connection: Any) -> None:
        if connection is self._listening:
            self._listening = None
        self._forget()

    def _forget(self) -> None:
        self._changes += 1
        self._known.clear()

    async def _listen_again(self) -> None:
        if self._listening is not None or self._connect is None:
            return
        if time.monotonic() < self._tried + LISTEN_AGAIN_SECONDS:
            return
        self._tried = time.monotonic()
        try:
            await self.listen(self._connect)
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._listening = None  # asked for again with a later caller; until then nothing is remembered
