"""Tryton's JSON-RPC: sessions, calls, and which of the four errors each failure is. Nothing about meaning."""

import base64
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from tallystick.kit.calls import RETRY_SECONDS, Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import InDoubt, Misconfigured, Rejected, Retryable

LIMITS: Final = Limits(
    per_second=100, burst=200, deadline_seconds=120, body_bytes_max=100_000_000, failures_max=20, rest_seconds=10
)
"""A server of one's own: a pace that spares it, and answers of two thousand lines."""
_UNAUTHORISED, _NOT_FOUND = 401, 404


class Access(Struct, frozen=True):
    """Where a Tryton is and who we are there. Its text never shows the password."""

    url: str
    database: str
    user: str
    password: str
    company: str = ""

    def __repr__(self) -> str:
        return f"Access({self.url!r}, {self.database!r}, {self.user!r}, password=…)"


class Warned(Rejected):
    """Tryton wants a person to say yes first: *name* is what its answer is kept under."""

    def __init__(self, reason: str, name: str) -> None:
        """Keep the warning's name."""
        super().__init__(reason)
        self.name = name


class Tryton:
    """A user's session. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(self, access: Access, limits: Limits = LIMITS) -> None:
        """Speak to the Tryton of *access* within *limits*. Nothing is sent yet.

        Raises `Misconfigured` for an address where the password would travel unsealed.
        """
        self._access = access
        self._calls = Calls(f"{access.url.rstrip('/')}/{access.database}", limits, secrets=[access.password])
        self._session = ""
        self.user = 0
        """Our number there, once signed in."""
        self.context: dict[str, Any] = {}

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def read(self, method: str, *params: Any, context: Mapping[str, Any] | None = None) -> Any:
        """Call a method that changes nothing."""
        try:
            return self._call(method, params, context)
        except InDoubt as lost:
            raise Retryable(f"{lost}", RETRY_SECONDS) from lost

    def write(self, method: str, *params: Any) -> Any:
        """Call a method that changes something; raise `InDoubt` when nobody knows whether it did."""
        return self._call(method, params, None)

    def _call(self, method: str, params: tuple[Any, ...], context: Mapping[str, Any] | None) -> Any:
        call = {"id": 1, "method": method, "params": [*params, {**self.context, **(context or {})}]}
        reply = self._post(call, self._session or self._signed_in())
        if reply.status == _UNAUTHORISED:  # The session ended; a refused call had no effect.
            reply = self._post(call, self._signed_in())
        if reply.status == _UNAUTHORISED:
            raise Retryable(f"Tryton refused {method} for now ({reply.status})", RETRY_SECONDS)
        return _result(reply, method)

    def _signed_in(self) -> str:
        access = self._access
        call = {"id": 0, "method": "common.db.login", "params": [access.user, {"password": access.password}, "en"]}
        try:
            reply = self._post(call, "")
            if reply.status == _UNAUTHORISED:
                raise Misconfigured(
                    f"Tryton knows no user {access.user!r} with this password: see tryton.user and TALLYSTICK_TRYTON_PASSWORD"
                )
            user, token, *_ = _result(reply, "signing in")
            self.user = user
        except InDoubt as lost:
            raise Retryable(str(lost), RETRY_SECONDS) from lost
        self._session = base64.b64encode(f"{access.user}:{user}:{token}".encode()).decode()
        return self._session

    def _post(self, call: Mapping[str, Any], session: str) -> Reply:
        headers = {"Authorization": f"Session {session}"} if session else {}
        accept = (_UNAUTHORISED, _NOT_FOUND)
        name = f"Tryton's {call['method']}"
        reply = self._calls.write(
            Call(method="POST", path="/rpc/", json=call, headers=headers, accept=accept, name=name)
        )
        if reply.status == _NOT_FOUND:
            raise Misconfigured(
                f"there is no Tryton database at {self._access.url}/{self._access.database}: "
                f"see tryton.url and tryton.database"
            )
        return reply


def _result(reply: Reply, method: str) -> Any:
    told = reply.json()
    if not isinstance(told, dict) or not told.keys() & {"error", "result"}:
        raise InDoubt(f"Tryton's answer to {method} is none of its own")
    if "error" in told:
        raise _failure(told["error"], method)
    return told["result"]


def _failure(error: Any, method: str) -> Exception:
    """Turn the error inside an answer into one of ours: what Tryton's rules refuse is rejected, a defect is in doubt."""
    kind = error[0] if isinstance(error, list) and error else error
    if kind in ("UserError", "UserWarning"):
        told = error[1]
        reason = f"Tryton refuses {method}: {' '.join(str(part) for part in told if isinstance(part, str) and part)}"
        return Warned(reason, str(told[0])) if kind == "UserWarning" else Rejected(reason)
    if kind == "ConcurrencyException":
        return Retryable(f"somebody else wrote the same record: {error[1:]}", RETRY_SECONDS)
    return InDoubt(f"Tryton failed at {method}: {str(kind)[:200]}")
