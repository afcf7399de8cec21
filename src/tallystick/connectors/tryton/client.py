"""Tryton's JSON-RPC over HTTP: sessions, calls, and which of the four errors each failure is. Nothing about meaning."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from msgspec import Struct

from tallystick.ports.connector import InDoubt, Misconfigured, Rejected, Retryable

WAIT_SECONDS_MAX: Final = 120
CONNECT_SECONDS_MAX: Final = 5
RETRY_SECONDS: Final = 5
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY = 401, 403, 404, 429


class Access(Struct, frozen=True):
    """Where a Tryton is and who we are there. Its text never shows the password."""

    url: str
    database: str
    user: str
    password: str
    company: str = ""

    def __repr__(self) -> str:
        return f"Access({self.url!r}, {self.database!r}, {self.user!r}, password=…)"


class Tryton:
    """A user's session. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(self, access: Access, wait_seconds: float = WAIT_SECONDS_MAX) -> None:
        """Speak to the Tryton of *access*, waiting at most *wait_seconds* for an answer. Nothing is sent yet.

        Raises `Misconfigured` for an address where the password would travel unsealed.
        """
        self._access = access
        _refuse_open_road(access.url)
        self._http = httpx.Client(timeout=httpx.Timeout(wait_seconds, connect=CONNECT_SECONDS_MAX), trust_env=False)
        self._url = f"{access.url.rstrip('/')}/{access.database}/rpc/"
        self._session = ""
        self.context: dict[str, Any] = {}

    def close(self) -> None:
        """Hang up."""
        self._http.close()

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
        if not self._session:
            self._session = self._signed_in()
        answer = self._post(call, {"Authorization": f"Session {self._session}"})
        if answer.status_code == _UNAUTHORISED:  # The session ended; a refused call had no effect.
            self._session = self._signed_in()
            answer = self._post(call, {"Authorization": f"Session {self._session}"})
        return _result(answer, method)

    def _signed_in(self) -> str:
        access = self._access
        call = {"id": 0, "method": "common.db.login", "params": [access.user, {"password": access.password}, "en"]}
        try:
            answer = self._post(call, {})
        except InDoubt as lost:
            raise Retryable(str(lost), RETRY_SECONDS) from lost
        if answer.status_code == _UNAUTHORISED:
            raise Misconfigured(
                f"Tryton knows no user {access.user!r} with this password: see tryton.user and TALLYSTICK_TRYTON_PASSWORD"
            )
        user, token, *_ = _result(answer, "signing in")
        return base64.b64encode(f"{access.user}:{user}:{token}".encode()).decode()

    def _post(self, call: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response:
        try:
            return self._http.post(self._url, json=call, headers=dict(headers))
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as wrong:
            raise Misconfigured(f"tryton.url {self._access.url!r} cannot be used: {wrong}") from wrong
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as away:
            raise Retryable(f"Tryton at {self._access.url} is away: {away}", RETRY_SECONDS) from away
        except httpx.TransportError as lost:
            raise InDoubt(f"Tryton did not answer {call['method']}: {type(lost).__name__} {lost}") from lost


def _refuse_open_road(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return
    raise Misconfigured(f"tryton.url {url!r} must begin with https://: the password would travel in the open")


def _result(answer: httpx.Response, method: str) -> Any:
    _check_status(answer, method)
    try:
        told = answer.json()
    except json.JSONDecodeError as cut:
        raise InDoubt(f"Tryton's answer to {method} is no JSON") from cut
    if "error" in told:
        raise _failure(told["error"], method)
    return told["result"]


def _check_status(answer: httpx.Response, method: str) -> None:
    status = answer.status_code
    if status == httpx.codes.OK:
        return
    if status == _NOT_FOUND:
        raise Misconfigured(f"there is no Tryton database at {answer.url}: see tryton.url and tryton.database")
    if status == _FORBIDDEN:
        raise Misconfigured(f"this Tryton user may not {method}: give it the group that may")
    if status in (_UNAUTHORISED, _TOO_MANY):
        raise Retryable(f"Tryton refused {method} for now ({status})", float(answer.headers.get("Retry-After", 60)))
    raise InDoubt(f"Tryton answered {method} with {status}")


def _failure(error: Any, method: str) -> Exception:
    """Turn the error inside an answer into one of ours: what Tryton's rules refuse is rejected, a defect is in doubt."""
    kind = error[0] if isinstance(error, list) and error else error
    if kind in ("UserError", "UserWarning"):
        told = error[1]
        return Rejected(
            f"Tryton refuses {method}: {' '.join(str(part) for part in told if isinstance(part, str) and part)}"
        )
    if kind == "ConcurrencyException":
        return Retryable(f"somebody else wrote the same record: {error[1:]}", RETRY_SECONDS)
    return InDoubt(f"Tryton failed at {method}: {str(kind)[:200]}")
