"""Who knocks: a key or a token in, a principal of this book out, or nobody."""

import hmac
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.security import token_endpoint
from tallystick.security.api_keys import PREFIX, parse_key
from tallystick.security.keyring import Keyring
from tallystick.security.principal import NotAuthenticated, Principal
from tallystick.security.token_endpoint import TokenRefused
from tallystick.security.tokens import Tokens
from tallystick.storage.access.keys import signing_numbers
from tallystick.storage.access.principals import principal_numbered

_KEY: Final = "select principal, hash, scopes, expires_at, revoked_at from api_key where id = $1"
_NOBODY: Final = bytes(32)
_UNKNOWN: Final = "nobody is known by this key or token"


class Recognised(Struct, frozen=True):
    """Who it is, and when what they showed ends by itself (UTC); None where it does not."""

    principal: Principal
    ends: datetime | None


class Seeker(Struct, frozen=True):
    """Who may have a token, for which scopes."""

    principal: Principal
    scopes: frozenset[str]


class Doorkeeper:
    """Says who somebody is in one book. Reads the database each time: what was revoked is out at once.

    Whatever is wrong, the same is said, after the same work: a stranger learns nothing about which keys there are.
    """

    def __init__(self, connection: asyncpg.Connection, keyring: Keyring, book: str) -> None:
        """Keep the door of *book*, on a connection that others do not use at the same time."""
        self._connection, self._keyring, self._book = connection, keyring, book

    async def who(self, credential: str) -> Principal:
        """Return who shows *credential*, an API key or an access token. Raises `NotAuthenticated`."""
        return (await self.recognised(credential)).principal

    async def recognised(self, credential: str) -> Recognised:
        """Return who shows *credential*, and when it ends by itself. Raises `NotAuthenticated`."""
        if credential.startswith(PREFIX):
            return await self._by_key(credential)
        claims = (await self._tokens()).read(credential, datetime.now(UTC))
        return Recognised(await self._principal(claims.principal, claims.scopes), claims.ends)

    async def _by_key(self, text: str) -> Recognised:
        """Whose key *text* is; nobody's when it is unknown, revoked or expired, or its principal disabled."""
        key = parse_key(text)
        row = await self._connection.fetchrow(_KEY, key.id)
        shown = self._keyring.key_hash(self._book, text)
        is_right = hmac.compare_digest(shown, row["hash"] if row else _NOBODY)
        if row is None or not is_right or row["revoked_at"] is not None or _is_past(row["expires_at"]):
            raise NotAuthenticated(_UNKNOWN)
        narrowed = None if row["scopes"] is None else frozenset(row["scopes"])
        return Recognised(await self._principal(row["principal"], narrowed), row["expires_at"])

    async def token(self, form: Mapping[str, str], authorization: str = "") -> dict[str, Any]:
        """Answer a request to the token endpoint. Raises `TokenRefused` with the code and status to answer."""
        return await self.issue(await self.seeker(form, authorization))

    async def seeker(self, form: Mapping[str, str], authorization: str = "") -> Seeker:
        """Return who asks for a token and may have it. Raises `TokenRefused` with the code and status to answer."""
        request = token_endpoint.read_request(form, authorization)
        try:
            principal = (await self._by_key(request.secret)).principal
        except NotAuthenticated as unknown:
            raise TokenRefused("invalid_client", _UNKNOWN, 401) from unknown
        if principal.name != request.client:
            raise TokenRefused("invalid_client", _UNKNOWN, 401)
        return Seeker(principal, token_endpoint.granted(principal, request.scopes))

    async def issue(self, seeker: Seeker) -> dict[str, Any]:
        """Return the answer that gives *seeker* a token."""
        token = (await self._tokens()).issue(seeker.principal, seeker.scopes, datetime.now(UTC))
        return token_endpoint.answer(token, seeker.scopes)

    async def public_keys(self) -> dict[str, Any]:
        """Return the JWK set that tokens of this book verify with."""
        return (await self._tokens()).public_keys()

    async def _tokens(self) -> Tokens:
        return Tokens(self._keyring, self._book, await signing_numbers(self._connection))

    async def _principal(self, number: int, narrowed: frozenset[str] | None) -> Principal:
        known = await principal_numbered(self._connection, number)
        if known is None or known.disabled_at is not None:
            raise NotAuthenticated(_UNKNOWN)
        return known.in_book(self._book, narrowed)


def seconds_left(found: Recognised) -> float:
    """Return how many seconds what somebody showed is still good for by itself."""
    return math.inf if found.ends is None else (found.ends - datetime.now(UTC)).total_seconds()


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= datetime.now(UTC)
