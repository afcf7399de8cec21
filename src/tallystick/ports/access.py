"""Who is calling, and how an API finds out."""

from typing import Protocol

from msgspec import Struct


class Principal(Struct, frozen=True):
    """A caller who has been recognised: `client` names it in records, `scopes` say what it may do in `book`."""

    client: str
    book: str
    scopes: frozenset[str]


class Authenticator(Protocol):
    """Recognises callers by what they present."""

    async def authenticate(self, token: str) -> Principal | None:
        """Return who presents the bearer *token*, None when nobody we know does."""
