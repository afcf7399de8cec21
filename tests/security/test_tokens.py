"""Tokens and keys that are forged, stale, someone else's, or not what they seem: none opens anything."""

import base64
import hmac
import json
import warnings
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OKPKey

from tallystick.security import token_endpoint
from tallystick.security.api_keys import KEY_PATTERN, new_key, parse_key
from tallystick.security.keyring import Keyring
from tallystick.security.principal import Kind, NotAuthenticated, Principal
from tallystick.security.roles import Role
from tallystick.security.token_endpoint import TokenRefused, TokenRequest, granted, read_request
from tallystick.security.tokens import CLOCK_SKEW_SECONDS_MAX, TOKEN_MINUTES_MAX, TokenClaims, Tokens, signing_key

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEYRING = Keyring(bytes(32), "main")
TOKENS = Tokens(KEYRING, "main", [1, 2])
SCOPES = frozenset({"orders:read", "orders:write"})
BOT = Principal(4, Kind.CLIENT, "shop-bot", 2, "main", frozenset({Role.INTEGRATOR}), SCOPES)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, claims and signature of a token."""
    header, claims, signature = token.split(".")
    return json.loads(_open(header)), json.loads(_open(claims)), signature


def _open(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _close(data: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def joined(header: dict[str, Any], claims: dict[str, Any], signature: str) -> str:
    """A token of three parts."""
    return f"{_close(header)}.{_close(claims)}.{signature}"


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """A token signed with whatever key and algorithm its header names."""
    registry = jws.JWSRegistry(algorithms=[header["alg"]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what we refuse, joserfc itself warns
        return jwt.encode(header, claims, key, registry=registry, default_type=None)


def by_hmac(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token whose signature is a plain HMAC: what a careless verifier checks with the public key."""
    said = joined(header, claims, "").rstrip(".")
    mac = base64.urlsafe_b64encode(hmac.digest(secret, said.encode(), "sha256")).rstrip(b"=").decode()
    return f"{said}.{mac}"


def good() -> tuple[dict[str, Any], dict[str, Any], str]:
    """The parts of a good token."""
    return parts(TOKENS.issue(BOT, SCOPES, NOW))


def test_a_good_token_says_who_and_what() -> None:
    """A token names its book, its principal and its scopes, and is good for minutes."""
    token = TOKENS.issue(BOT, frozenset({"orders:read"}), NOW)
    claims = TOKENS.read(token, NOW)
    assert claims == TokenClaims(4, frozenset({"orders:read"}), NOW + timedelta(minutes=TOKEN_MINUTES_MAX))
    header, said, _ = parts(token)
    assert (header["alg"], header["kid"], header["typ"]) == ("Ed25519", "2", "at+jwt")
    assert said["exp"] - said["iat"] == TOKEN_MINUTES_MAX * 60
    assert set(said) == {"iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti"}


def test_a_token_ends() -> None:
    """It is good until its end, plus what clocks may differ by, and not before it was issued."""
    token = TOKENS.issue(BOT, SCOPES, NOW)
    skew, life = timedelta(seconds=CLOCK_SKEW_SECONDS_MAX), timedelta(minutes=TOKEN_MINUTES_MAX)
    for moment in (NOW - skew, NOW + life + skew - timedelta(seconds=1)):
        assert TOKENS.read(token, moment).principal == BOT.id
    for moment in (NOW + life + skew, NOW - skew - timedelta(seconds=1)):
        with pytest.raises(NotAuthenticated):
            TOKENS.read(token, moment)


@cache
def forged() -> dict[str, str]:
    """Tokens that somebody without the private key can make, and some that only we could but never would."""
    header, claims, signature = good()
    ours, public = signing_key(KEYRING, 2), TOKENS.public_keys()["keys"][1]
    pem = ours.as_pem(private=False)
    return {
        "no algorithm": joined({**header, "alg": "none"}, claims, ""),
        "no algorithm, in capitals": joined({**header, "alg": "NONE"}, claims, signature),
        "no signature": joined(header, claims, ""),
        "HMAC with the public key": by_hmac({**header, "alg": "HS256"}, claims, _open(public["x"])),
        "HMAC with the public key as PEM": by_hmac({**header, "alg": "HS256"}, claims, pem),
        "another curve": signed({**header, "alg": "ES256"}, claims, ECKey.generate_key("P-256")),
        "the old name of the algorithm": signed({**header, "alg": "EdDSA"}, claims, ours),
        "a key of one's own": signed(header, claims, OKPKey.generate_key("Ed25519")),
        "a key that comes along": signed(
            {**header, "jwk": OKPKey.generate_key("Ed25519").as_dict(private=False)},
            claims,
            OKPKey.generate_key("Ed25519"),
        ),
        "an unknown key number": signed({**header, "kid": "9"}, claims, ours),
        "the other key's number": signed({**header, "kid": "1"}, claims, ours),
        "no key number": signed({k: v for k, v in header.items() if k != "kid"}, claims, ours),
        "a path for a key number": signed({**header, "kid": "../../dev/null"}, claims, ours),
        "more scopes": joined(header, {**claims, "scope": "users:manage"}, signature),
        "another principal": joined(header, {**claims, "sub": "1"}, signature),
        "a longer life": joined(header, {**claims, "exp": claims["exp"] + 60}, signature),
        "a signature of zeros": joined(header, claims, "A" * 86),
        "a mark it must understand": signed({**header, "crit": ["b64"], "b64": True}, claims, ours),
        "an identity token": signed({**header, "typ": "JWT"}, claims, ours),
        "another audience": signed(header, {**claims, "aud": "elsewhere"}, ours),
        "another issuer": signed(header, {**claims, "iss": "elsewhere"}, ours),
        "a life of a year": signed(header, {**claims, "exp": claims["iat"] + 31_536_000}, ours),
        "no end": signed(header, {k: v for k, v in claims.items() if k != "exp"}, ours),
        "an end that is no number": signed(header, {**claims, "exp": "2030"}, ours),
        "nobody": signed(header, {k: v for k, v in claims.items() if k != "sub"}, ours),
        "somebody who is no number": signed(header, {**claims, "sub": "root"}, ours),
        "scopes that are no text": signed(header, {**claims, "scope": {"users:manage": 1}}, ours),
        "no JSON": "a.b.c",
        "nothing": "",
        "two parts": ".".join(TOKENS.issue(BOT, SCOPES, NOW).split(".")[:2]),
        "five parts": "a.b.c.d.e",
        "endless": "a" * 100_000,
    }


@pytest.mark.parametrize("name", list(forged()))
def test_a_forged_token_is_nobody(name: str) -> None:
    """Whatever a token says of its own algorithm, key or holder: only ours, as we make them, open the door."""
    with pytest.raises(NotAuthenticated):
        TOKENS.read(forged()[name], NOW)


def test_every_bit_of_a_signature_counts() -> None:
    """A flip anywhere in a token makes it nobody's."""
    token = TOKENS.issue(BOT, SCOPES, NOW)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        if place == len(token) - 1:
            other = {"A": "Q", "Q": "g", "g": "w", "w": "A"}.get(token[place], "A")
        with pytest.raises(NotAuthenticated):
            TOKENS.read(token[:place] + other + token[place + 1 :], NOW)


def test_a_token_of_one_book_opens_no_other() -> None:
    """Another book has other keys; and a copy of a book under another name has another issuer."""
    token = TOKENS.issue(BOT, SCOPES, NOW)
    for tokens in (
        Tokens(Keyring(bytes(32), "other"), "other", [1, 2]),
        Tokens(KEYRING, "main_again", [1, 2]),
        Tokens(Keyring(b"1" * 32, "main"), "main", [1, 2]),
    ):
        with pytest.raises(NotAuthenticated):
            tokens.read(token, NOW)


def test_a_retiredsigning_key_ends_its_tokens() -> None:
    """After a rotation the key before still verifies; once it is retired nothing it signed does."""
    old = Tokens(KEYRING, "main", [1]).issue(BOT, SCOPES, NOW)
    assert TOKENS.read(old, NOW).principal == BOT.id
    with pytest.raises(NotAuthenticated):
        Tokens(KEYRING, "main", [2]).read(old, NOW)


def test_the_public_keys_hold_no_private_half() -> None:
    """What verifies may be shown to anybody."""
    for key in TOKENS.public_keys()["keys"]:
        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_a_key_can_be_recognised_and_not_guessed() -> None:
    """Keys are alike in form, so that a scanner finds a leaked one, and a mistyped one is seen without asking anybody."""
    made = {new_key().text for _ in range(200)}
    assert len(made) == 200
    for text in made:
        assert KEY_PATTERN.fullmatch(text)
        assert parse_key(text).text == text
        typo = text[:30] + ("x" if text[30] != "x" else "y") + text[31:]
        with pytest.raises(NotAuthenticated):
            parse_key(typo)
    secret = new_key()
    assert secret.text not in repr(secret)
    assert secret.text[19:] not in f"{secret}"


@pytest.mark.parametrize(
    "text", ["", "tally_", "tally_a_b", "Bearer x", "tally_" + "a" * 62, "tally_aaaaaaaaaaaa_" + "é" * 49]
)
def test_what_is_no_key_is_nobody(text: str) -> None:
    """Anything else is refused by its form."""
    with pytest.raises(NotAuthenticated):
        parse_key(text)


FORM = {"grant_type": "client_credentials", "client_id": "shop-bot", "client_secret": "tally_x", "scope": "orders:read"}


def test_a_client_asks_by_form_or_by_basic() -> None:
    """Both ways of RFC 6749 name the client, its secret and the scopes it wants."""
    by_form = read_request(FORM)
    basic = "Basic " + base64.b64encode(b"shop-bot:tally_x").decode()
    by_basic = read_request({"grant_type": "client_credentials", "scope": "orders:read"}, basic)
    assert by_form == by_basic
    assert by_form == TokenRequest("shop-bot", "tally_x", frozenset({"orders:read"}))
    assert "tally_x" not in repr(by_form)
    assert granted(BOT, by_form.scopes) == {"orders:read"}
    assert granted(BOT, frozenset()) == SCOPES
    assert token_endpoint.answer("t", SCOPES)["expires_in"] == 600


@pytest.mark.parametrize(
    ("form", "authorization", "error", "status"),
    [
        ({**FORM, "grant_type": "password"}, "", "unsupported_grant_type", 400),
        ({}, "", "unsupported_grant_type", 400),
        (FORM, "Basic eDp5", "invalid_request", 400),
        ({"grant_type": "client_credentials"}, "", "invalid_client", 401),
        ({"grant_type": "client_credentials"}, "Bearer x", "invalid_client", 401),
        ({"grant_type": "client_credentials"}, "Basic ???", "invalid_client", 401),
        ({"grant_type": "client_credentials"}, "Basic " + base64.b64encode(b"\xff:x").decode(), "invalid_client", 401),
    ],
)
def test_a_token_request_is_refused_by_its_code(
    form: dict[str, str], authorization: str, error: str, status: int
) -> None:
    """A refusal carries the code and status of the standard, and says what to send."""
    with pytest.raises(TokenRefused) as caught:
        read_request(form, authorization)
    assert (caught.value.error, caught.value.status) == (error, status)
    assert caught.value.as_json()["error_description"]


def test_a_client_gets_no_scope_it_does_not_have() -> None:
    """Asking for more is refused, not quietly cut down."""
    with pytest.raises(TokenRefused, match="users:manage") as caught:
        granted(BOT, frozenset({"orders:read", "users:manage"}))
    assert caught.value.error == "invalid_scope"
