"""API keys: shown once, kept as a keyed hash, and written so that a scanner finds one that leaked.

`tally_` + id (12) + `_` + secret (43) + checksum (6). The checksum lets a scanner tell a key from chance, and us refuse a
mistyped one without asking the database. The same form is the secret of a client at the token endpoint.
"""

import base64
import re
import secrets
import string
import zlib
from typing import Final

from msgspec import Struct

from tallystick.security.principal import NotAuthenticated

PREFIX: Final = "tally_"
SECRET_BYTES: Final = 32
SECRET_LENGTH, CHECK_LENGTH = 43, 6
KEY_PATTERN: Final = re.compile(r"tally_([a-z2-7]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})", re.ASCII)
_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase


class ApiKey(Struct, frozen=True):
    """A key as its holder has it. `text` is the secret: it is never stored, logged or shown again."""

    id: str
    text: str

    def __repr__(self) -> str:
        """Hide the secret: a key may end up in a traceback."""
        return f"ApiKey({self.id!r}, …)"


def new_key() -> ApiKey:
    """Return a key nobody has had before: 256 bits of chance."""
    number = base64.b32encode(secrets.token_bytes(10))[:12].decode().lower()
    secret = _base62(int.from_bytes(secrets.token_bytes(SECRET_BYTES)), SECRET_LENGTH)
    said = f"{PREFIX}{number}_{secret}"
    return ApiKey(number, said + _checksum(said))


def parse_key(text: str) -> ApiKey:
    """Read a key; raise `NotAuthenticated` for what cannot be one."""
    match = KEY_PATTERN.fullmatch(text)
    if match is None or _checksum(text[:-CHECK_LENGTH]) != match[3]:
        raise NotAuthenticated("this is no API key")
    return ApiKey(match[1], text)


def _checksum(said: str) -> str:
    return _base62(zlib.crc32(said.encode()), CHECK_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
