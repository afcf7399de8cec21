"""Amazon's API over HTTP: access tokens, a bucket for each operation, and documents that lie elsewhere. Nothing about meaning."""

import time
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from tallystick.kit.budget import Budget
from tallystick.kit.calls import Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, Misconfigured, Rejected, Retryable

_AGENT: Final = "Tallystick (Language=Python)"
_RATE: Final = "x-amzn-ratelimit-limit"
_EARLY_SECONDS: Final = 60.0
_SECONDS: Final = 5.0
_UNPACKED_BYTES_MAX: Final = 8_000_000


class Bucket(Struct, frozen=True):
    """How often an operation may be called by Amazon's documentation: a second on average, and at once."""

    per_second: float
    burst: int


BUCKETS: Final[Mapping[str, Bucket]] = {
    "getOrders": Bucket(0.0167, 20),
    "getOrder": Bucket(0.5, 30),
    "getOrderItems": Bucket(0.5, 30),
    "confirmShipment": Bucket(2, 10),
    "listFinancialEvents": Bucket(0.5, 30),
    "getReports": Bucket(0.0222, 10),
    "getReportDocument": Bucket(0.0167, 15),
    "createFeedDocument": Bucket(0.5, 15),
    "createFeed": Bucket(0.0083, 15),
    "getFeed": Bucket(2, 15),
    "getFeedDocument": Bucket(0.0222, 10),
    "searchListingsItems": Bucket(5, 5),
    "patchListingsItem": Bucket(5, 5),
}
"""As the models of each API say."""


class Operation(Struct, frozen=True):
    """One call by Amazon's name of it."""

    name: str
    path: str
    method: str = "GET"
    params: Mapping[str, Any] = {}
    json: Any = None


def moved_on(token: str, before: str, name: str) -> str:
    """Return the token of the next page; a list that gives the same again has no end, and is tried again later."""
    if token and token == before:
        raise Retryable(f"{name} gives the same page again and again", _SECONDS)
    return token


class Amazon:
    """One seller in one region. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(
        self,
        connection: Connection,
        limits: Limits,
        lwa_url: str,
        buckets: Mapping[str, Bucket] = BUCKETS,
    ) -> None:
        """Speak to the account of *connection* within *limits* and *buckets*; to nobody where it has no url. Nothing is sent yet."""
        self._connection, self._limits, self._lwa_url = connection, limits, lwa_url
        self.is_called = bool(connection.url)
        self._calls = Calls(connection.url, limits, self._headers) if connection.url else None
        self._elsewhere: dict[str, Calls] = {}
        self._token, self._until = "", 0.0
        self._budgets = {name: Budget(b.per_second, b.burst, time.monotonic) for name, b in buckets.items()}
        self._rates = {name: b.per_second for name, b in buckets.items()}
        self._bursts = {name: b.burst for name, b in buckets.items()}

    def close(self) -> None:
        """Hang up."""
        for calls in (self._calls, *self._elsewhere.values()):
            if calls is not None:
                calls.close()

    def read(self, operation: Operation) -> Any:
        """Ask something, or do what changes nothing until it is named elsewhere."""
        found = self._made(operation, self._api.read).json()
        if not isinstance(found, dict):
            raise Retryable(f"{operation.name} is answered with no object", _SECONDS)
        return found

    def write(self, operation: Operation) -> Reply:
        """Do one thing."""
        return self._made(operation, self._api.write)

    def upload(self, url: str, content: bytes, kind: str) -> None:
        """Put a document where Amazon wants it; it does nothing before a feed names it."""
        host, path = _parted(url)
        call = Call(method="PUT", path=path, content=content, headers={"content-type": kind}, name="upload")
        self._at(host).read(call)

    def download(self, told: Any) -> bytes:
        """Return a document that an answer names, unpacked."""
        host, path = _parted(str(told.get("url")))
        body = self._at(host).read(Call(path=path, name="download")).body
        return _unpacked(body) if told.get("compressionAlgorithm") == "GZIP" else body

    @property
    def _api(self) -> Calls:
        if self._calls is None:
            raise Misconfigured("this connection has no url: it only reads what comes by --from")
        return self._calls

    def _made(self, operation: Operation, how: Callable[[Call], Reply]) -> Reply:
        name = operation.name
        if name in self._budgets and (wait := self._budgets[name].take()):
            raise Retryable(f"the bucket of {name} is empty", wait)
        call = Call(
            method=operation.method, path=operation.path, params=operation.params, json=operation.json, name=name
        )
        try:
            reply = how(call)
        except Misconfigured:
            self._token = ""  # It may have been taken back: the next call comes with a new one.
            raise
        except Retryable as busy:
            rate = self._rates.get(name, 0)
            if "429" in str(busy) and rate and 1 / rate > busy.after_seconds:
                raise Retryable(str(busy), 1 / rate) from busy
            raise
        self._learn(name, reply.headers.get(_RATE, ""))
        return reply

    def _learn(self, name: str, said: str) -> None:
        """Keep the rate an answer names, which a seller of much may have more of than is documented."""
        try:
            rate = float(said)
        except ValueError:
            return
        if 0 < rate < float("inf") and rate != self._rates.get(name):
            self._rates[name] = rate
            self._budgets[name] = Budget(rate, self._bursts.get(name, max(1, int(rate))), time.monotonic)

    def _headers(self) -> dict[str, str]:
        if not self._token or time.monotonic() >= self._until:
            self._token, seconds = self._granted()
            self._until = time.monotonic() + max(0.0, seconds - _EARLY_SECONDS)
        return {"x-amz-access-token": self._token, "user-agent": _AGENT}

    def _granted(self) -> tuple[str, float]:
        """Give the refresh token for an access token and its seconds."""
        host, path = _parted(self._lwa_url)
        secrets = {name: self._connection.secret(name) for name in ("refresh_token", "client_id", "client_secret")}
        form = {"grant_type": "refresh_token", **secrets}
        try:
            told = self._at(host, tuple(secrets.values())).read(Call(method="POST", path=path, form=form)).json()
        except Rejected as refused:
            raise Misconfigured(f"no access token was given: {refused}: see the connection's secrets") from refused
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise Retryable("the answer to the refresh token has no access token", _SECONDS)
        seconds = told.get("expires_in")
        return token, float(seconds) if isinstance(seconds, int | float) else _EARLY_SECONDS

    def _at(self, host: str, secrets: tuple[str, ...] = ()) -> Calls:
        key = f"{host} {len(secrets)}"
        if key not in self._elsewhere:
            self._elsewhere[key] = Calls(host, self._limits, secrets=secrets)
        return self._elsewhere[key]


def _parted(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", parts.path + (f"?{parts.query}" if parts.query else "")


def _unpacked(body: bytes) -> bytes:
    """Unpack gzip, up to what a delivery may hold: a bomb is no document."""
    try:
        opener = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        found = opener.decompress(body, _UNPACKED_BYTES_MAX)
    except zlib.error as broken:
        raise Retryable(f"a document is no gzip: {broken}", _SECONDS) from broken
    if opener.unconsumed_tail:
        raise Rejected(f"a document has more than {_UNPACKED_BYTES_MAX} bytes unpacked")
    return found
