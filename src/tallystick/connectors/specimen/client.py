"""HTTP only: which address, which key, which page. What it means is in translate.py."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from tallystick.connectors.specimen.manifest import PAGE_SIZE_MAX, PER_SECOND_MAX
from tallystick.kit.calls import Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, Rejected

LIMITS: Final = Limits(per_second=PER_SECOND_MAX, burst=PER_SECOND_MAX)
_CONFLICT, _NOT_FOUND = 409, 404


class Client:
    """Calls to one shop."""

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Speak to the shop of *connection*. Nothing is sent yet."""
        self._connection = connection
        self._calls = Calls(connection.url, limits, self._headers)

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def changes(self, after: int) -> Any:
        """Return a page of orders that changed after change number *after*."""
        params = {"after": after, "limit": PAGE_SIZE_MAX}
        reply = self._calls.read(Call(path="/v1/changes", params=params))
        return _object(reply)

    def pay(self, path: str, key: str, payment: Mapping[str, Any]) -> Any:
        """Capture or refund under *key*; raise `Rejected` where the key was used for something else."""
        call = Call(method="POST", path=path, json=payment, headers={"idempotency-key": key}, accept={_CONFLICT})
        reply = self._calls.write(call)
        if reply.status == _CONFLICT:
            raise Rejected(f"the shop has other content under the key {key}: see who used it")
        return _object(reply)

    def payment(self, key: str) -> Any | None:
        """Return what was done under *key*; None where nothing was."""
        reply = self._calls.read(Call(path=f"/v1/payments/{quote(key, safe='')}", accept={_NOT_FOUND}))
        return None if reply.status == _NOT_FOUND else _object(reply)

    def _headers(self) -> Mapping[str, str]:
        """Ask for the key anew each time, so that a changed one counts at once."""
        return {"authorization": f"Bearer {self._connection.secret('api_key')}"}


def _object(reply: Reply) -> Any:
    found = reply.json()
    if not isinstance(found, dict):
        raise reply.unclear("the answer is no JSON object")
    return found
