"""Who is calling: bearer tokens recognised once, then remembered for a moment."""

import time
from collections.abc import Callable
from typing import Final

from tallystick.api.problems import NOT_ALLOWED, UNKNOWN_CALLER, Problem
from tallystick.ports.access import Authenticator, Principal

REMEMBERED_SECONDS_MAX: Final = 10
REMEMBERED_MAX: Final = 10_000
_SCHEME: Final = b"bearer "


class Callers:
    """Recognises callers. A revoked key opens nothing after `REMEMBERED_SECONDS_MAX`."""

    def __init__(self, authenticator: Authenticator, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask *authenticator* about tokens not seen lately."""
        self._authenticator, self._clock = authenticator, clock
        self._known: dict[bytes, tuple[Principal | None, float]] = {}

    async def recognise(self, authorization: bytes, scope: str) -> Principal:
        """Return who calls, if it may use *scope*; raise `Problem` otherwise. Nothing is allowed that is not granted."""
        known = self._known.get(authorization)
        if known is None or known[1] < self._clock():
            known = await self._asked(authorization)
        principal = known[0]
        if principal is None:
            raise Problem(UNKNOWN_CALLER, headers=[(b"www-authenticate", b"Bearer")])
        if scope not in principal.scopes:
            challenge = b'Bearer error="insufficient_scope", scope="' + scope.encode() + b'"'
            raise Problem(NOT_ALLOWED, f"this needs the scope {scope}", [(b"www-authenticate", challenge)])
        return principal

    async def _asked(self, authorization: bytes) -> tuple[Principal | None, float]:
        principal = None
        if authorization[: len(_SCHEME)].lower() == _SCHEME and authorization.isascii():
            principal = await self._authenticator.authenticate(authorization[len(_SCHEME) :].decode().strip())
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        known = self._known[authorization] = principal, self._clock() + REMEMBERED_SECONDS_MAX
        return known
