"""Who recognises callers, until the house has users and keys of its own: a file of tokens, for tests and benches."""

import os
from pathlib import Path
from typing import Final

import msgspec

from tallystick.app.house import House
from tallystick.ports.access import Principal

TOKENS: Final = "TALLYSTICK_TOKENS_FILE"


class Tokens:
    """Recognises the tokens of a file: `{"token": {"client": …, "book": …, "scopes": […]}}`. Without one, nobody."""

    def __init__(self, book: str, tokens: dict[str, Principal]) -> None:
        """Let in whom *tokens* names for *book*."""
        self._book, self._tokens = book, tokens

    async def authenticate(self, token: str) -> Principal | None:
        """Return who presents *token*."""
        found = self._tokens.get(token)
        return found if found is not None and found.book == self._book else None


def authenticator_of(house: House) -> Tokens:
    """Return who recognises callers of a house."""
    file = os.environ.get(TOKENS)
    tokens = msgspec.json.decode(Path(file).read_bytes(), type=dict[str, Principal]) if file else {}
    return Tokens(house.info.name, tokens)
