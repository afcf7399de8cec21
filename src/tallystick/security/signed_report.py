"""Reports of ours that others keep: JSON signed with a book's own key (JWS, RFC 7515, Ed25519 by RFC 9864), readable without it.

The public half is in the key set of the book's tokens, so that who holds a report can have it verified later.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from tallystick.security.keyring import Keyring
from tallystick.security.tokens import ALGORITHM, signing_key

TYPE: Final = "tallystick-report+jws"
_REGISTRY: Final = jws.JWSRegistry(algorithms=[ALGORITHM])


class NotOurs(Exception):
    """A report that was changed, or signed by somebody else."""


def signed(keyring: Keyring, number: int, report: Any) -> str:
    """Return *report* signed with signing key *number*, in the compact form."""
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": str(number)}
    return jws.serialize_compact(header, msgspec.json.encode(report), signing_key(keyring, number), registry=_REGISTRY)


def read_signed(keyring: Keyring, numbers: Iterable[int], text: str) -> Any:
    """Return what a signed report says; raise `NotOurs` unless one of our keys *numbers* signed it to the letter."""
    known = {str(n): n for n in numbers}
    try:
        header = jws.extract_compact(text.strip().encode()).headers()
        number = known[header["kid"]]
        if header != {"alg": ALGORITHM, "typ": TYPE, "kid": str(number)}:
            raise NotOurs("its header is none of ours")
        found = jws.deserialize_compact(text.strip(), signing_key(keyring, number), registry=_REGISTRY)
        return msgspec.json.decode(found.payload)
    except (JoseError, KeyError, ValueError, TypeError) as bad:
        raise NotOurs("it was changed, or signed with a key that is none of ours") from bad
