"""The keyring of a book: one master key in a file only its owner reads; every other key is derived from it.

Raw bodies are sealed with AES-256-GCM (NIST SP 800-38D); keys are derived by HKDF-SHA256 (RFC 5869), one for each
purpose. People are referred to by a keyed digest, so that the same customer is the same reference and nobody without
the key can say who it is.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tallystick.model.party import person_reference

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class WrongKey(Exception):
    """The key is missing, unreadable or not the one this book was written with."""


class Keyring:
    """The keys of one book."""

    def __init__(self, master: bytes, book: str) -> None:
        """Derive the keys of *book* from the *master* key."""
        self._bodies = AESGCM(_derive(master, book, "bodies"))
        self._wrapping = AESGCM(_derive(master, book, "wrapping"))
        self._credentials = AESGCM(_derive(master, book, "credentials"))
        self._people = _derive(master, book, "people")
        self._api_keys = _derive(master, book, "api keys")
        self._signing = _derive(master, book, "signing")
        self._gift_cards = _derive(master, book, "gift cards")
        self._audit = _derive(master, book, "audit")
        self.check = hmac.digest(_derive(master, book, "check"), b"tallystick", "sha256")[:8].hex()

    def pseudonym(self, source: str, natural_id: str) -> str:
        """Return the reference that messages carry for a person whom *source* calls *natural_id*."""
        return person_reference(hmac.digest(self._people, f"{source}|{natural_id}".encode(), "sha256"))

    def key_hash(self, book: str, key: str) -> bytes:
        """Return what is kept of an API key of *book*, by its present name: a copy under another name knows no key."""
        return hmac.digest(self._api_keys, f"{book}|{key}".encode(), "sha256")

    def gift_card(self, code: str) -> str:
        """Return the name of the gift card with *code*, however it is typed: nobody without the key can pay with it."""
        said = "".join(c for c in code.upper() if c.isalnum())
        return f"gc_{hmac.digest(self._gift_cards, said.encode(), 'sha256')[:16].hex()}"

    def signing_seed(self, number: int) -> bytes:
        """Return the private half of signing key *number*, 32 bytes: derived each time, kept nowhere."""
        return _derive(self._signing, str(number), "ed25519")

    def audit_mac(self, previous: bytes, row: bytes) -> bytes:
        """Return the link of the audit log that *row* makes after *previous*; nobody without the key can make one."""
        return hmac.digest(self._audit, previous + row, "sha256")

    def seal(self, body: bytes) -> bytes:
        """Return *body* encrypted, the nonce before it."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._bodies.encrypt(nonce, body, None)

    def unseal(self, sealed: bytes) -> bytes:
        """Return what was sealed; raise `WrongKey` when it was changed or sealed with another key."""
        return _open(self._bodies, sealed, None)

    def seal_credential(self, place: str, secret: str) -> bytes:
        """Return a partner's *secret* encrypted with a key for nothing else, of use in its *place* only."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._credentials.encrypt(nonce, secret.encode(), place.encode())

    def credential(self, place: str, sealed: bytes) -> str:
        """Return what was sealed for *place*; raise `WrongKey` when it was changed, moved or sealed with another key."""
        return _open(self._credentials, sealed, place.encode()).decode()

    def new_person(self, reference: str, payload: bytes) -> tuple[bytes, bytes]:
        """Return a key of the person's own, wrapped, and *payload* sealed with it. Without that key it is noise."""
        key = AESGCM.generate_key(KEY_BYTES * 8)
        wrap, nonce = os.urandom(NONCE_BYTES), os.urandom(NONCE_BYTES)
        bound = reference.encode()
        wrapped = wrap + self._wrapping.encrypt(wrap, key, bound)
        return wrapped, nonce + AESGCM(key).encrypt(nonce, payload, bound)

    def person(self, reference: str, wrapped: bytes, sealed: bytes) -> bytes:
        """Return what the vault knows of a person; raise `WrongKey` when it was changed."""
        key = _open(self._wrapping, wrapped, reference.encode())
        return _open(AESGCM(key), sealed, reference.encode())


def master_key(file: Path) -> bytes:
    """Return the master key in *file*, made on first use and readable by its owner only.

    Losing it means losing what is sealed: raw bodies and personal data. The book itself needs no key.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_hex(KEY_BYTES))
                out.flush()
                os.fsync(out.fileno())
    try:
        key = bytes.fromhex(file.read_text().strip())
    except (OSError, ValueError) as bad:
        raise WrongKey(f"{file} is no key of ours: restore it from your backup") from bad
    if len(key) != KEY_BYTES:
        raise WrongKey(f"{file} is no key of ours: restore it from your backup")
    return key


def digest(body: bytes) -> bytes:
    """Return the digest that stays of a body when the body goes."""
    return hashlib.sha256(body).digest()


def _derive(master: bytes, book: str, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, f"tallystick|{book}|{purpose}".encode()).derive(master)


def _open(cipher: AESGCM, sealed: bytes, bound: bytes | None) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as bad:
        raise WrongKey("this was sealed with another key, or changed since") from bad
