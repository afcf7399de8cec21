"""HTTP only: a request posted under its key, and what became of one."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from tallystick.kit.calls import Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, Rejected

PER_SECOND_MAX: Final = 20
LIMITS: Final = Limits(per_second=PER_SECOND_MAX, burst=PER_SECOND_MAX)
_CONFLICT, _NOT_FOUND = 409, 404


class Client:
    """Calls to one partner."""

    def __init__(self, connection: Connection, limits: Limits = LIMITS) -> None:
        """Speak to the partner of *connection*. Nothing is sent yet."""
        self._connection = connection
        self._calls = Calls(connection.url, limits, self._headers)

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def post(self, path: str, key: str, said: Mapping[str, Any]) -> str:
        """Ask for something under *key*; return its id there. Raises `Rejected` where the key was used for something else."""
        call = Call(method="POST", path=path, json=said, headers={"idempotency-key": key}, accept={_CONFLICT})
        reply = self._calls.write(call)
        if reply.status == _CONFLICT:
            raise Rejected(f"the partner has other content under the key {key}: see who used it")
        return _id_of(reply)

    def request(self, key: str) -> dict[str, Any] | None:
        """Return what was asked under *key*, with its id; None where nothing was."""
        reply = self._calls.read(Call(path=f"/v1/requests/{quote(key, safe='')}", accept={_NOT_FOUND}))
        return None if reply.status == _NOT_FOUND else _object(reply)

    def _headers(self) -> Mapping[str, str]:
        """Ask for the key anew each time, so that a changed one counts at once."""
        return {"authorization": f"Bearer {self._connection.secret('api_key')}"}


def _id_of(reply: Reply) -> str:
    found = _object(reply).get("id")
    if not isinstance(found, str) or not found:
        raise reply.unclear("the answer names no id")
    return found


def _object(reply: Reply) -> dict[str, Any]:
    found = reply.json()
    if not isinstance(found, dict):
        raise reply.unclear("the answer is no JSON object")
    return found
