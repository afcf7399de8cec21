"""Access at the front door: who calls, who was denied, and tokens for keys (OAuth 2.0 client credentials)."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from tallystick.api.call import Headers, Reply
from tallystick.api.door import Incoming, Plain
from tallystick.api.problems import WRONG_METHOD, Problem
from tallystick.app.house import House
from tallystick.app.serving.token_quotas import TokenQuotas
from tallystick.security.deed import Deed
from tallystick.security.principal import Principal
from tallystick.security.token_endpoint import TokenRefused
from tallystick.storage.access.audit import note_deed
from tallystick.storage.access.doorkeeper import Doorkeeper
from tallystick.storage.access.recognition import Recogniser
from tallystick.storage.book import Connection
from tallystick.storage.serving.pool import Pool, lent

FORM_BYTES_MAX: Final = 8192
FIELDS_MAX: Final = 20
_encode: Final = msgspec.json.Encoder().encode


class Access:
    """The doorkeeper of a server."""

    def __init__(self, house: House, pool: Pool, quotas: TokenQuotas) -> None:
        """Ask over *pool*; tokens are given as often as *quotas* allow."""
        self._house, self._pool, self._quotas = house, pool, quotas
        self.recogniser = Recogniser(house.info, house.keyring, self._lend)

    def _lend(self) -> AbstractAsyncContextManager[Connection]:
        return lent(self._pool)

    async def note_denied(self, who: Principal, operation: str, correlation: str) -> None:
        """Keep in the audit log what somebody tried that is not theirs."""
        deed = Deed(who.actor, operation, "api", "denied", "", correlation)
        async with lent(self._pool) as connection:
            await note_deed(connection, self._house.keyring, deed)

    def paths(self) -> dict[str, Plain]:
        """Return the token endpoint (RFC 6749) and the keys that tokens verify with (RFC 7517)."""
        return {"/oauth/token": self._token, "/oauth/jwks.json": self._keys}

    async def _token(self, incoming: Incoming) -> Reply:
        if incoming.scope["method"] != "POST":
            raise Problem(WRONG_METHOD, "allowed: POST", [(b"allow", b"POST")])
        await self._quotas.knocks((incoming.scope.get("client") or ("",))[0])
        body = await incoming.body(FORM_BYTES_MAX)
        shown = incoming.headers.get(b"authorization", b"").decode("latin-1")
        try:
            form = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX))
            # The quota asks the pool as well: nobody holds a connection while waiting for another.
            async with self._keeper() as keeper:
                seeker = await keeper.seeker(form, shown)
            await self._quotas.asks(seeker.principal.name)
            async with self._keeper() as keeper:
                return Reply(200, _encode(await keeper.issue(seeker)))
        except ValueError:
            return _refused(TokenRefused("invalid_request", "send a form of application/x-www-form-urlencoded"))
        except TokenRefused as refused:
            return _refused(refused)

    async def _keys(self, _: Incoming) -> Reply:
        async with self._keeper() as keeper:
            return Reply(200, _encode(await keeper.public_keys()))

    @asynccontextmanager
    async def _keeper(self) -> AsyncIterator[Doorkeeper]:
        async with lent(self._pool) as connection:
            yield Doorkeeper(connection, self._house.keyring, self._house.info.name)


def _refused(refused: TokenRefused) -> Reply:
    challenge: Headers = [(b"www-authenticate", b'Basic realm="tallystick"')] if refused.status == 401 else []
    return Reply(refused.status, _encode(refused.as_json()), challenge)
