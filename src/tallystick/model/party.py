"""Parties: people and firms, known to the book only by a reference into the vault."""

from typing import Final

PERSON_PREFIX: Final = "person:"


def person_reference(digest: bytes) -> str:
    """Return the reference that messages carry instead of personal data: sixteen hex digits of a keyed digest."""
    return PERSON_PREFIX + digest[:8].hex()
