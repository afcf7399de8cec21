"""HTTP calls to one partner, and which of the four errors each failure is. Nothing about meaning.

A read may be repeated by anybody, so an unclear outcome is `Retryable`; a write whose outcome nobody knows is `InDoubt`.
The deadline is for the whole call: a partner that sends a byte a second does not hold us longer than one that hangs.
"""

import json
import logging
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final

import httpx
from msgspec import Struct
from msgspec.structs import replace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tallystick.kit.breaker import Breaker
from tallystick.kit.budget import Budget
from tallystick.kit.deadlines import Deadline, Transport
from tallystick.kit.limits import Limits
from tallystick.ports.connector import ConnectorError, InDoubt, Misconfigured, Rejected, Retryable

# Its debugging lines quote the headers of questions and answers, and credentials come in both.
logging.getLogger("httpcore").setLevel(logging.INFO)

CONNECT_SECONDS_MAX: Final = 5.0
RETRY_SECONDS: Final = 5.0
WORDS_MAX: Final = 300
_CREDENTIALS: Final = ("authorization", "cookie", "key", "token", "secret", "password", "signature")
"""What the name of a header has in it whose value is told to nobody but the partner."""
_MASKED_LENGTH_MIN: Final = 4
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_BUSY: Final = frozenset({429, 503})
_OURS: Final = frozenset({401, 403})
_SERVER_ERROR: Final = 500
_PROPAGATOR: Final = TraceContextTextMapPropagator()
Headers = Mapping[str, str]


class Call(Struct, frozen=True, kw_only=True):
    """One call. Of `json`, `form` and `content` at most one is given; `accept` names error statuses that are answers.

    `name` is what it is called where all calls have one address, as in JSON-RPC and GraphQL.
    """

    method: str = "GET"
    path: str
    params: Mapping[str, Any] = {}
    json: Any = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    headers: Headers = {}
    accept: Collection[int] = ()
    name: str = ""


class Reply(Struct, frozen=True):
    """An answer, read to its end. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    of_read: bool = False

    def json(self) -> Any:
        """Return the body as JSON; where it is none, raise `Retryable` after a read and `InDoubt` after a write."""
        try:
            return json.loads(self.body)
        except ValueError as cut:
            raise self.unclear("the answer is no JSON") from cut

    def unclear(self, why: str) -> Retryable | InDoubt:
        """Return the error for an answer that cannot be understood, although it says that all is well."""
        return Retryable(why, RETRY_SECONDS) if self.of_read else InDoubt(why)


class Calls:
    """Calls one partner within its limits. Threads may share it; close it at the end."""

    def __init__(
        self,
        base_url: str,
        limits: Limits,
        headers: Callable[[], Headers] = dict,
        secrets: Iterable[str] = (),
    ) -> None:
        """Speak to *base_url* with what *headers* gives for each call; *secrets* are masked in whatever is told.

        Credentials that *headers* gives are masked without being named: partners quote what they were sent.
        Raises `Misconfigured` for an address over which secrets would travel unsealed. Nothing is sent yet.
        """
        _refuse_open_road(base_url)
        self._base, self._limits, self._headers = base_url.rstrip("/"), limits, headers
        self._secrets = frozenset(s for s in secrets if s)
        self._places = threading.BoundedSemaphore(limits.at_once_max)
        self._budget = Budget(limits.per_second, limits.burst, time.monotonic)
        self.breaker = Breaker(limits.failures_max, limits.rest_seconds, time.monotonic)
        timeout = httpx.Timeout(limits.deadline_seconds, connect=min(CONNECT_SECONDS_MAX, limits.deadline_seconds))
        pool = httpx.Limits(max_connections=limits.at_once_max, keepalive_expiry=30)
        self._deadline = Deadline()
        transport = Transport(self._deadline, _trust(), pool)
        self._http = httpx.Client(timeout=timeout, transport=transport, follow_redirects=False, trust_env=False)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def read(self, call: Call) -> Reply:
        """Make a call that changes nothing; raise `Retryable` where its outcome is unclear."""
        try:
            return replace(self._within_limits(call), of_read=True)
        except InDoubt as lost:
            raise Retryable(str(lost), RETRY_SECONDS) from lost

    def write(self, call: Call) -> Reply:
        """Make a call that changes something; raise `InDoubt` where nobody knows whether it did."""
        return self._within_limits(call)

    def _within_limits(self, call: Call) -> Reply:
        until = time.monotonic() + self._limits.deadline_seconds
        if not self._places.acquire(timeout=self._limits.deadline_seconds):
            raise Retryable("as many calls as this partner may have are under way", RETRY_SECONDS)
        try:
            self._wait_for_turn(until)
            with self._deadline.at(until):
                return self._judged(call, until)
        finally:
            self._places.release()

    def _wait_for_turn(self, until: float) -> None:
        """Wait for a token of the budget, then for the circuit: a call that is not made must not use the one try."""
        while wait := self._budget.take():
            if time.monotonic() + wait > until:
                raise Retryable("the partner's rate limit is used up", wait)
            time.sleep(wait)
        if wait := self.breaker.enter():
            raise Retryable("the partner failed again and again and is left alone for a while", wait)

    def _judged(self, call: Call, until: float) -> Reply:
        try:
            reply = self._made(call, until)
        except (Retryable, InDoubt):
            self.breaker.failed()
            raise
        except BaseException:
            self.breaker.succeeded()  # It is not the partner who failed.
            raise
        if reply.status >= _SERVER_ERROR and reply.status not in call.accept:
            self.breaker.failed()
        else:
            self.breaker.succeeded()
        return self._answer(call, reply)

    def _made(self, call: Call, until: float) -> Reply:
        headers = {**self._headers(), **call.headers}
        _PROPAGATOR.inject(headers)
        self._secrets |= _credentials_in(headers)
        request = self._http.build_request(
            call.method,
            f"{self._base}{call.path}",
            params=dict(call.params) or None,
            json=call.json,
            data=call.form,
            content=call.content,
            headers=headers,
        )
        try:
            answer = self._http.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as away:
            raise Retryable(self._told(f"{self._base} is away: {away}"), RETRY_SECONDS) from away
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as wrong:
            raise Misconfigured(self._told(f"{self._base} cannot be called: {wrong}")) from wrong
        except httpx.TransportError as lost:
            raise InDoubt(self._told(f"{_name(call)} got no answer: {type(lost).__name__} {lost}")) from lost
        try:
            return self._read_through(call, answer, until)
        finally:
            answer.close()

    def _read_through(self, call: Call, answer: httpx.Response, until: float) -> Reply:
        body = bytearray()
        try:
            for part in answer.iter_bytes():
                body += part
                if len(body) > self._limits.body_bytes_max:
                    raise InDoubt(f"{_name(call)} got more than {self._limits.body_bytes_max} bytes of answer")
                if time.monotonic() > until:
                    raise InDoubt(
                        f"{_name(call)} got its answer too slowly: {self._limits.deadline_seconds} s were over"
                    )
        except (httpx.TransportError, httpx.DecodingError) as cut:
            raise InDoubt(self._told(f"{_name(call)} got half an answer: {type(cut).__name__} {cut}")) from cut
        return Reply(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, bytes(body))

    def _answer(self, call: Call, reply: Reply) -> Reply:
        status = reply.status
        if status in call.accept or httpx.codes.is_success(status):
            return reply
        words = self._told(reply.body[: 4 * WORDS_MAX].decode("utf-8", "replace"))[:WORDS_MAX]
        raise self._failure(reply, f"{_name(call)} was answered {status}: {words}")

    def _failure(self, reply: Reply, told: str) -> ConnectorError:
        after = _seconds_in(reply.headers.get("retry-after", ""))
        if reply.status == 429 or (reply.status in _BUSY and after):
            self._budget.rest(after or RETRY_SECONDS)
            return Retryable(told, after or RETRY_SECONDS)
        if reply.status in _OURS:
            return Misconfigured(f"{told}: see this connection's credentials and what they may do")
        if reply.status >= _SERVER_ERROR:
            return InDoubt(told)
        if httpx.codes.is_redirect(reply.status):
            return Misconfigured(
                f"{told}: it sends us elsewhere, and we do not follow: give the connection the right url"
            )
        return Rejected(told)

    def _told(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "…")
        return text


@cache
def _trust() -> ssl.SSLContext:
    """Read the certificates we trust once: every door needs them, and reading takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


def _credentials_in(headers: Headers) -> set[str]:
    """Return the values of headers that name credentials, and each word of them: `Bearer sk_live_1` holds `sk_live_1`."""
    named = {k.lower(): v for k, v in headers.items() if k.lower() != "idempotency-key"}
    values = [v for k, v in named.items() if any(word in k for word in _CREDENTIALS)]
    words = [word for value in values for word in (value, *value.split())]
    return {word for word in words if len(word) > _MASKED_LENGTH_MIN and word not in ("Bearer", "Basic", "Session")}


def _name(call: Call) -> str:
    return call.name or f"{call.method} {call.path.partition('?')[0]}"


def _refuse_open_road(url: str) -> None:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise Misconfigured(f"url {url!r} is none: {wrong}") from wrong
    if parts.scheme == "https" and parts.host:
        return
    if parts.scheme == "http" and parts.host in _LOOPBACK:
        return
    raise Misconfigured(f"url {url!r} must begin with https://: credentials would travel in the open")


def _seconds_in(retry_after: str) -> float:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds, or a date; 0 where it says nothing."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return 0.0
