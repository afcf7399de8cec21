"""The webhook door: POST /hooks/{connection}. The partner's signature is the credential; there is no key.

A webhook is checked by its connector, kept as it came, and only then acknowledged. Whatever goes wrong here is answered
so that the partner sends it again, but a wrong signature: of that nothing is kept.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from tallystick.api.call import Reply
from tallystick.api.contract import Capability, Quota
from tallystick.api.desk import Receiving
from tallystick.api.door import Incoming
from tallystick.api.governance.quotas import Quotas
from tallystick.api.problems import AWAY, MALFORMED, NOT_FOUND, TOO_MANY, UNSIGNED, WRONG_METHOD, Problem
from tallystick.app.connections.doors import Door, open_door
from tallystick.app.connections.tending import note
from tallystick.app.house import House
from tallystick.messages.catalogue import Lifecycle
from tallystick.ports.connector import ConnectorError, Delivery, Hook, HookDoor, HookRefused, Rejected, Retryable
from tallystick.storage.connections.register import KnownConnection, NoConnection, Register
from tallystick.storage.serving.pool import Pool, lent

PATH: Final = "/hooks/"
HOOK_BYTES_MAX: Final = 1 << 20
BODY_SECONDS_MAX: Final = 10.0
HOOKS_AT_ONCE_MAX: Final = 64
NOTE_SECONDS: Final = 1.0
RETRY_SECONDS: Final = b"30"
HOOKS: Final = Capability(
    name="hooks",
    owner="integration",
    version="1",
    lifecycle=Lifecycle.ACTIVE,
    about="Webhooks of partners, signed by them.",
    quota=Quota(60_000, 60),
)


class Hooks:
    """Takes webhooks for one process. Each connection's are checked in a lane of their own."""

    def __init__(self, house: House, pool: Pool, keep: Receiving, quotas: Quotas) -> None:
        """Look up connections over *pool*; keep deliveries with *keep*."""
        self._house, self._pool, self._keep, self._quotas = house, pool, keep, quotas
        self._doors: dict[str, Door] = {}
        self._under_way, self._noted = 0, 0.0

    async def __call__(self, incoming: Incoming) -> Reply:
        """Answer one webhook."""
        if incoming.scope["method"] != "POST":
            raise Problem(WRONG_METHOD, "allowed: POST", [(b"allow", b"POST")])
        if self._under_way >= HOOKS_AT_ONCE_MAX:
            raise Problem(TOO_MANY, "more webhooks at once than can be checked", [(b"retry-after", RETRY_SECONDS)])
        self._under_way += 1
        try:
            return await self._taken(incoming)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """Let go of every door."""
        for door in self._doors.values():
            door.close()
        self._doors.clear()

    async def _taken(self, incoming: Incoming) -> Reply:
        door = await self._door(str(incoming.scope["path"]).removeprefix(PATH))
        hook = Hook(_headers(incoming), await _body(incoming), datetime.now(UTC))
        try:
            deliveries = await self._checked(door, hook)
        finally:
            await self._note(door)
        rate = await self._quotas.take(door.known.name, HOOKS)
        kept = await self._keep(deliveries)
        said = {"kept": kept.new, "known": kept.repeated}
        return Reply(200, msgspec.json.encode(said), list(rate))

    async def _door(self, name: str) -> Door:
        """Return the door of a connection as it is configured now."""
        async with lent(self._pool) as connection:
            register = Register(connection, self._house.names, self._house.keyring)
            try:
                known = await register.named(name)
            except NoConnection:
                raise Problem(NOT_FOUND, "there is no such connection") from None
            found = self._doors.get(name)
            if found is None or found.known != known:
                found = self._opened(known, await register.secrets_of(known))
        if not found.connector.manifest.hooks:
            raise Problem(NOT_FOUND, "this connection takes no webhooks")
        return found

    def _opened(self, known: KnownConnection, secrets: Mapping[str, str]) -> Door:
        before = self._doors.pop(known.name, None)
        if before is not None:
            before.close()
        try:
            found = open_door(known, secrets)
        except ConnectorError as failure:
            raise _later() from failure
        self._doors[known.name] = found
        return found

    async def _checked(self, door: Door, hook: Hook) -> Sequence[Delivery]:
        """Have a webhook checked and cut by its connector."""
        connector: HookDoor = door.connector  # type: ignore[assignment]

        def received() -> Sequence[Delivery] | HookRefused:
            try:
                return connector.received(hook)
            except HookRefused as refused:  # somebody's forgery is no failure of the partner
                return refused

        try:
            found = await door.lane.do("hook", received)
        except Rejected as unreadable:
            raise Problem(MALFORMED, str(unreadable)) from None
        except Retryable as busy:
            raise Problem(TOO_MANY, str(busy), [(b"retry-after", RETRY_SECONDS)]) from None
        except ConnectorError:
            raise _later() from None
        if isinstance(found, HookRefused):
            raise Problem(UNSIGNED, door.lane.masked(str(found))) from None
        if strays := {d.source for d in found} - {door.known.name}:
            raise ValueError(f"{door.known.name} delivers in the name of {', '.join(sorted(strays))}")
        return found

    async def _note(self, door: Door) -> None:
        """Keep what was heard: a failure at once, what went well now and then."""
        if time.monotonic() < self._noted + NOTE_SECONDS and not any(h.failed for h in door.lane.heard.values()):
            return
        self._noted = time.monotonic()
        async with lent(self._pool) as connection:
            await note(connection, door)


def _headers(incoming: Incoming) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in incoming.headers.items()}


async def _body(incoming: Incoming) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            return await incoming.body(HOOK_BYTES_MAX)
    except TimeoutError:
        raise Problem(MALFORMED, f"the body took longer than {BODY_SECONDS_MAX:.0f} s") from None


def _later() -> Problem:
    """What cannot be checked now is sent again by its partner, and then found in order."""
    return Problem(AWAY, "this connection cannot check its webhooks now", [(b"retry-after", RETRY_SECONDS)])
