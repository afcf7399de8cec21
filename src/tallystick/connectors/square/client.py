"""Square's API over HTTP, and which of the four errors each failure is. Nothing about meaning."""

from collections.abc import Iterator
from typing import Any, Final

from tallystick.kit.calls import Call, Calls
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, Retryable

API_VERSION: Final = "2025-01-23"
_SECONDS: Final = 5.0


class Square:
    """One seller. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        """Speak to the account of *connection* within *limits*. Nothing is sent yet."""
        self._connection = connection
        self._calls = Calls(connection.url, limits, self._headers)

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def ask(self, path: str, told: Any) -> Any:
        """Ask something: Square's searches are POSTs and change nothing."""
        found = self._calls.read(Call(method="POST", path=path, json=told)).json()
        if not isinstance(found, dict):
            raise Retryable(f"{path} is answered with no object", _SECONDS)
        return found

    def all(self, path: str, told: Any, name: str) -> Iterator[Any]:
        """Return all of a list, page by page. What is empty is left out of an answer."""
        cursor: dict[str, str] = {}
        while True:
            found = self.ask(path, {**told, **cursor})
            yield from found.get(name) or ()
            if not found.get("cursor"):
                return
            cursor = {"cursor": found["cursor"]}

    def do(self, path: str, told: Any) -> Any:
        """Do one thing, under the idempotency key in *told*."""
        return self._calls.write(Call(method="POST", path=path, json=told)).json()

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._connection.secret('access_token')}", "square-version": API_VERSION}
