"""Who is calling, and whether they may: nothing is allowed that is not granted."""

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from tallystick.api.problems import NOT_ALLOWED, UNKNOWN_CALLER, Problem
from tallystick.security.principal import Denied, NotAuthenticated, Principal, require

CREDENTIAL_LENGTH_MAX: Final = 4096
_SCHEME: Final = b"bearer "

NoteDenied = Callable[[Principal, str, str], Awaitable[None]]
"""Keep in the audit log that somebody we know was denied an operation: who, which, and the correlation id."""


class Recognising(Protocol):
    """Recognises callers; see `storage.access.recognition.Recogniser`."""

    async def who(self, credential: str) -> Principal:
        """Return who shows *credential*, an API key or an access token. Raises `NotAuthenticated`."""


class Callers:
    """Recognises callers and holds them against the scopes they have."""

    def __init__(self, recogniser: Recognising, note_denied: NoteDenied) -> None:
        """Ask *recogniser*; tell *note_denied* of whoever tries what is not theirs."""
        self._recogniser, self._note_denied = recogniser, note_denied

    async def recognise(self, authorization: bytes) -> Principal:
        """Return who calls; raise `Problem` for whoever is not known, without a word about why."""
        shown = authorization[len(_SCHEME) :]
        if (
            authorization[: len(_SCHEME)].lower() != _SCHEME
            or not shown.isascii()
            or len(shown) > CREDENTIAL_LENGTH_MAX
        ):
            raise _stranger()
        try:
            return await self._recogniser.who(shown.decode().strip())
        except NotAuthenticated:
            raise _stranger() from None

    async def require(self, principal: Principal, scope: str, operation: str, correlation: str) -> None:
        """Raise `Problem`, noted in the audit log, unless the caller has *scope*."""
        try:
            require(principal, scope)
        except Denied as denied:
            await self._note_denied(principal, operation, correlation)
            challenge = b'Bearer error="insufficient_scope", scope="' + scope.encode() + b'"'
            raise Problem(NOT_ALLOWED, str(denied), [(b"www-authenticate", challenge)]) from None


def _stranger() -> Problem:
    return Problem(UNKNOWN_CALLER, headers=[(b"www-authenticate", b"Bearer")])
