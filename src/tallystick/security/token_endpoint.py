"""OAuth 2.0 client credentials (RFC 6749, section 4.4), without the HTTP: a form in, what to answer out.

A client's name is its `client_id`, one of its API keys its `client_secret`.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from msgspec import Struct

from tallystick.security.principal import Principal
from tallystick.security.tokens import TOKEN_MINUTES_MAX

GRANT: Final = "client_credentials"
_BASIC: Final = "basic "


class TokenRefused(Exception):
    """No token: `error` is the code of RFC 6749, section 5.2, the text what to do, `status` the HTTP status."""

    def __init__(self, error: str, text: str, status: int = 400) -> None:
        """Keep the code apart from the text."""
        super().__init__(text)
        self.error, self.status = error, status

    def as_json(self) -> dict[str, str]:
        """Return the body of the answer."""
        return {"error": self.error, "error_description": str(self)}


class TokenRequest(Struct, frozen=True):
    """Who asks, with which secret, for which scopes; empty scopes ask for all there are."""

    client: str
    secret: str
    scopes: frozenset[str]

    def __repr__(self) -> str:
        """Hide the secret."""
        return f"TokenRequest({self.client!r}, …)"


def read_request(form: Mapping[str, str], authorization: str = "") -> TokenRequest:
    """Read a token request; the client shows its secret in the form or by HTTP Basic, not both.

    Raises `TokenRefused` naming the field.
    """
    if form.get("grant_type") != GRANT:
        raise TokenRefused("unsupported_grant_type", f"send grant_type={GRANT}: it is the only one there is")
    in_form = "client_id" in form or "client_secret" in form
    if authorization and in_form:
        raise TokenRefused("invalid_request", "send client_id and client_secret in the form or by Basic, not both")
    client, secret = _basic(authorization) if authorization else (form.get("client_id"), form.get("client_secret"))
    if not client or not secret:
        raise TokenRefused("invalid_client", "send client_id and client_secret", 401)
    return TokenRequest(client, secret, frozenset(form.get("scope", "").split()))


def granted(principal: Principal, wanted: frozenset[str]) -> frozenset[str]:
    """Return the scopes a token gets: those *wanted*, or all the principal has. Raises `TokenRefused` for one it has not."""
    missing = sorted(wanted - principal.scopes)
    if missing:
        raise TokenRefused("invalid_scope", f"{principal.name} does not have {' '.join(missing)}")
    return wanted or principal.scopes


def answer(token: str, scopes: frozenset[str]) -> dict[str, Any]:
    """Return the body of a good answer (RFC 6749, section 5.1)."""
    lifetime = TOKEN_MINUTES_MAX * 60
    return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": " ".join(sorted(scopes))}


def _basic(authorization: str) -> tuple[str, str]:
    """Read HTTP Basic; name and secret are form-encoded before they are joined (RFC 6749, section 2.3.1)."""
    if not authorization.lower().startswith(_BASIC):
        raise TokenRefused("invalid_client", "the token endpoint takes HTTP Basic only", 401)
    try:
        said = base64.b64decode(authorization[len(_BASIC) :].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as bad:
        raise TokenRefused("invalid_client", "the Authorization header cannot be read", 401) from bad
    client, _, secret = said.partition(":")
    return unquote_plus(client), unquote_plus(secret)
