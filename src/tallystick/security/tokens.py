"""Access tokens: JWTs of one book (RFC 9068), signed with Ed25519 (RFC 9864) and nothing else.

The algorithm is ours, never the token's: `none`, HMAC and RSA are not in the list, so a token that names them is refused
before any key is looked at. Signing keys are derived from the book's master key by their number, which is the `kid`;
a retired number verifies nothing.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from msgspec import Meta, Struct

from tallystick.security.keyring import Keyring
from tallystick.security.principal import NotAuthenticated, Principal

ALGORITHM: Final = "Ed25519"
TYPE: Final = "at+jwt"
TOKEN_MINUTES_MAX: Final = 10
CLOCK_SKEW_SECONDS_MAX: Final = 30
TOKEN_CHARACTERS_MAX: Final = 4096
_REGISTRY: Final = jws.JWSRegistry(algorithms=[ALGORITHM])
_REFUSED: Final = "this token is not valid here"


class TokenClaims(Struct, frozen=True):
    """What a good token says: which principal, which scopes it may use of those it has, and when it ends (UTC)."""

    principal: int
    scopes: frozenset[str]
    ends: datetime


class _Claims(Struct, frozen=True, forbid_unknown_fields=True):
    """The claims as we write them, and nothing else."""

    iss: str
    aud: str
    sub: Annotated[str, Meta(pattern="^[0-9]{1,18}$")]
    client_id: str
    scope: str
    iat: int
    exp: int
    jti: str


class Tokens:
    """Issues and reads the tokens of one book."""

    def __init__(self, keyring: Keyring, book: str, numbers: Iterable[int]) -> None:
        """Verify with the signing keys of *numbers*, sign with the highest of them."""
        self.issuer = f"tallystick/{book}"
        self._keys = {str(n): signing_key(keyring, n) for n in numbers}
        self._newest = max(self._keys, key=int, default="")

    def issue(self, principal: Principal, scopes: frozenset[str], now: datetime) -> str:
        """Return a token for *principal* with *scopes*, good for `TOKEN_MINUTES_MAX` from *now* (UTC)."""
        claims = {
            "iss": self.issuer,
            "aud": self.issuer,
            "sub": str(principal.id),
            "client_id": principal.name,
            "scope": " ".join(sorted(scopes)),
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=TOKEN_MINUTES_MAX)).timestamp()),
            "jti": secrets.token_hex(8),
        }
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._newest}
        return jwt.encode(header, claims, self._keys[self._newest], registry=_REGISTRY)

    def read(self, text: str, now: datetime) -> TokenClaims:
        """Return what a token says at *now* (UTC); raise `NotAuthenticated` for any other than a good one of this book."""
        if len(text) > TOKEN_CHARACTERS_MAX:
            raise NotAuthenticated(_REFUSED)
        try:
            token = jwt.decode(text, self._key_of, registry=_REGISTRY)
            self._rules(now).validate(token.claims)
            claims = _claims(token.claims)
        except (JoseError, msgspec.ValidationError, ValueError, TypeError, KeyError, RecursionError) as bad:
            raise NotAuthenticated(_REFUSED) from bad
        if token.header != {"alg": ALGORITHM, "typ": TYPE, "kid": token.header["kid"]}:
            raise NotAuthenticated(_REFUSED)
        return claims

    def public_keys(self) -> dict[str, Any]:
        """Return the public halves as a JWK set (RFC 7517), for who wants to verify tokens themselves."""
        found = [
            {**key.as_dict(private=False), "kid": kid, "use": "sig", "alg": ALGORITHM}
            for kid, key in sorted(self._keys.items())
        ]
        return {"keys": found}

    def _key_of(self, token: Any) -> OKPKey:
        return self._keys[token.headers()["kid"]]

    def _rules(self, now: datetime) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=CLOCK_SKEW_SECONDS_MAX,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.issuer},
            exp={"essential": True},
            iat={"essential": True},
            scope={"allow_blank": True},
        )


def _claims(said: Mapping[str, Any]) -> TokenClaims:
    found = msgspec.convert(said, _Claims)
    if found.exp - found.iat > TOKEN_MINUTES_MAX * 60:
        raise ValueError("it lives too long")
    return TokenClaims(int(found.sub), frozenset(found.scope.split()), datetime.fromtimestamp(found.exp, UTC))


def signing_key(keyring: Keyring, number: int) -> OKPKey:
    """Return signing key *number* of a book, both halves."""
    private = Ed25519PrivateKey.from_private_bytes(keyring.signing_seed(number))
    return OKPKey.import_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
