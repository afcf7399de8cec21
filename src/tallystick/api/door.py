"""The front door: an ASGI application that governs every call and hands it to its capability.

The order of the checks is the order of their price: route, caller, scope, quota, then the body.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from msgspec import Struct

from tallystick.api.call import Call, Headers, Reply
from tallystick.api.contract import Capability, Operation
from tallystick.api.desk import Desk
from tallystick.api.governance.callers import Callers
from tallystick.api.governance.headers import (
    CORRELATION,
    SECURITY,
    Given,
    correlation_of,
    key_of,
    lifecycle_headers,
    match_of,
    refuse_media,
    traceparent_of,
)
from tallystick.api.governance.quotas import Quotas
from tallystick.api.governance.routing import Route, Router
from tallystick.api.governance.validation import Reader, read_fields
from tallystick.api.governance.watch import Watch
from tallystick.api.problems import AWAY, BROKEN, INVALID, NOT_FOUND, TOO_LARGE, Flaw, Problem

REQUEST_SECONDS_MAX: Final = 30
QUERY_BYTES_MAX: Final = 4096

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Incoming(Struct):
    """A request on its way in."""

    scope: Scope
    headers: Given
    receive: Receive
    correlation: str

    async def body(self, bytes_max: int) -> bytes:
        """Return the whole body; raise `Problem` as soon as it is known to be larger than *bytes_max*."""
        too_large = Problem(TOO_LARGE, f"at most {bytes_max} bytes", [(b"connection", b"close")])
        announced = self.headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > bytes_max:
            raise too_large
        message = await self.receive()
        body: bytes = message.get("body", b"")
        while message.get("more_body"):
            if len(body) > bytes_max:
                raise too_large
            message = await self.receive()
            body += message.get("body", b"")
        if len(body) > bytes_max:
            raise too_large
        return body


Plain = Callable[[Incoming], Awaitable[Reply]]


class Guards(Struct):
    """Who is let in, how often, and who watches."""

    callers: Callers
    quotas: Quotas
    watch: Watch


class Door:
    """Serves *capabilities* over a desk. `plain` are paths that see to themselves, unguarded: health, metrics.

    One that ends in `/` stands for every path one step below it: webhooks.
    """

    def __init__(
        self, capabilities: Sequence[Capability], desk: Desk, guards: Guards, plain: Mapping[str, Plain]
    ) -> None:
        """Lay out the routes, and a reader for each body."""
        self._desk, self._guards, self._plain = desk, guards, plain
        self._router, self._capabilities = Router(capabilities), tuple(capabilities)
        self._lifecycle = {c.name: lifecycle_headers(c) for c in capabilities}
        operations = [o for c in capabilities for o in c.served]
        self._readers = {o.id: Reader(o.takes) for o in operations if o.takes is not None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        started = time.perf_counter()
        headers: Given = dict(scope["headers"])
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
        plain = self._plain.get(path) or self._plain.get(path[: path.rfind("/") + 1])
        operation, correlation, extra = "none", "", []
        try:
            if plain is not None:
                reply = await plain(Incoming(scope, headers, receive, ""))
            else:
                correlation = correlation_of(headers)
                route, values = self._router.find(scope["method"], path)
                operation = route.operation.id
                extra = self._lifecycle[route.capability.name]
                async with asyncio.timeout(REQUEST_SECONDS_MAX):
                    reply = await self._governed(route, values, Incoming(scope, headers, receive, correlation))
        except Problem as problem:
            reply = problem.reply(correlation)
        except Exception as failure:  # noqa: BLE001 - a caller is always answered
            reply = self._failed(operation, correlation, failure)
        self._guards.watch.answered(operation, reply.status, time.perf_counter() - started)
        await _sent(send, reply, [*extra, (CORRELATION, correlation.encode())])

    async def _governed(self, route: Route, values: dict[str, Any], incoming: Incoming) -> Reply:
        operation, headers = route.operation, incoming.headers
        callers = self._guards.callers
        principal = await callers.recognise(headers.get(b"authorization", b""))
        rate = await self._guards.quotas.take(principal.name, route.capability)
        if operation.scope not in principal.scopes:
            await callers.require(principal, operation.scope, operation.id, incoming.correlation)
        trace = traceparent_of(headers)
        with self._guards.watch.span(operation.id, trace) as trace:
            call = Call(principal, datetime.now(UTC), incoming.correlation, trace, capabilities=self._capabilities)
            try:
                await self._understand(call, operation, values, incoming)
                assert operation.does is not None  # noqa: S101 - the router only knows operations that are alive
                reply = await operation.does(call, self._desk)
            except Problem as problem:
                reply = problem.reply(incoming.correlation)
        reply.headers = [*reply.headers, *rate]
        return reply

    async def _understand(self, call: Call, operation: Operation, values: dict[str, Any], incoming: Incoming) -> None:
        """Read everything the caller said into *call*."""
        if operation.where is not None:
            try:
                call.where = read_fields(operation.where, values)
            except Problem as wrong:
                raise Problem(NOT_FOUND, "nothing can be called so", **wrong.more) from None
        query = incoming.scope.get("query_string") or b""
        if operation.query is not None:
            call.query = read_fields(operation.query, _query(query))
        if operation.has_key or operation.has_precondition:
            call.key, call.match = key_of(operation, incoming.headers), match_of(operation, incoming.headers)
        if operation.takes is not None:
            refuse_media(incoming.headers)
            body = await incoming.body(operation.body_bytes_max)
            call.body = self._readers[operation.id].read(body)

    def _failed(self, operation: str, correlation: str, failure: Exception) -> Reply:
        away = self._guards.watch.is_away(failure)
        self._guards.watch.failed(operation, correlation, failure, away=away)
        if away:
            return Problem(AWAY, headers=[(b"retry-after", b"1")]).reply(correlation)
        return Problem(BROKEN).reply(correlation)


def _query(raw: bytes) -> dict[str, str]:
    if not raw:
        return {}
    if len(raw) > QUERY_BYTES_MAX:
        raise Problem(INVALID, f"a query has at most {QUERY_BYTES_MAX} bytes")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise Problem(INVALID, "the query is not percent-encoded UTF-8") from None
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = sorted({name for name, _ in pairs if [n for n, _ in pairs].count(name) > 1})
        raise Problem(INVALID, errors=[Flaw("is said twice", parameter=name) for name in twice])
    return found


async def _sent(send: Send, reply: Reply, extra: Headers) -> None:
    headers = [
        (b"content-type", reply.media),
        (b"content-length", str(len(reply.body)).encode()),
        *SECURITY,
        *extra,
        *reply.headers,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
