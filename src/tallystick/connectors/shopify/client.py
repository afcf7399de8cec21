"""Shopify's Admin API: REST to read, GraphQL to read and tell, and which of the four errors each failure is. Nothing about meaning."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from tallystick.connectors.shopify.manifest import API_VERSION
from tallystick.kit.calls import RETRY_SECONDS, Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, InDoubt, Misconfigured, Rejected, Retryable

ROOT: Final = f"/admin/api/{API_VERSION}"
GRAPHQL: Final = f"{ROOT}/graphql.json"
VERSION_HEADER: Final = "x-shopify-api-version"
_NEXT: Final = re.compile(r'<([^>]+)>;\s*rel="?next"?')
_WORDS_MAX: Final = 300
_THROTTLED, _DENIED, _INTERNAL = "THROTTLED", "ACCESS_DENIED", "INTERNAL_SERVER_ERROR"
_UNDER_WAY: Final = "IDEMPOTENCY_CONCURRENT_REQUEST"
_OTHER_BODY: Final = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
_THROTTLED_SECONDS: Final = 2.0
_FROZEN: Final = (402, 423)


class Told(Struct, frozen=True):
    """What a mutation came to: its payload, and what the shop refuses, by code and words."""

    payload: Any
    errors: Sequence[Any]

    def codes(self) -> set[str]:
        """Return the codes of what it refuses."""
        return {str(e.get("code") or "") for e in self.errors}

    def so(self) -> Any:
        """Return the payload; raise `Rejected` with the shop's words where it refuses."""
        if _UNDER_WAY in self.codes():
            raise InDoubt("the same request is under way in Shopify")
        if self.errors:
            said = "; ".join(f"{'.'.join(map(str, e.get('field') or ()))}: {e.get('message')}" for e in self.errors)
            raise Rejected(said[:_WORDS_MAX])
        return self.payload


class Shopify:
    """One shop. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        self._connection = connection
        self._calls = Calls(connection.url, limits, self._headers)

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def page(self, path: str, params: Mapping[str, Any]) -> tuple[Any, str]:
        """Return a page of a REST resource, and the name of the next page, "" where there is none."""
        reply = self._read(Call(path=f"{ROOT}{path}", params=params, accept=_FROZEN))
        next_page = _NEXT.search(reply.headers.get("link", ""))
        token = parse_qs(urlsplit(next_page[1]).query).get("page_info", [""])[0] if next_page else ""
        return reply.json(), token

    def ask(self, question: str, **variables: Any) -> Any:
        """Ask something over GraphQL and return the data."""
        try:
            return _data(self._read(_call(question, variables)))
        except InDoubt as lost:
            raise Retryable(str(lost), RETRY_SECONDS) from lost

    def tell(self, mutation: str, **variables: Any) -> Told:
        """Do one thing over GraphQL and return what it came to."""
        reply = self._calls.write(_call(mutation, variables))
        _refuse(reply)
        (payload,) = _data(reply).values()
        if not isinstance(payload, dict):
            raise InDoubt(f"Shopify answers a mutation with {str(payload)[:_WORDS_MAX]}")
        return Told(payload, payload.get("userErrors") or ())

    def _read(self, call: Call) -> Reply:
        reply = self._calls.read(call)
        _refuse(reply)
        return reply

    def _headers(self) -> dict[str, str]:
        return {"x-shopify-access-token": self._connection.secret("access_token")}


def _call(document: str, variables: Mapping[str, Any]) -> Call:
    return Call(method="POST", path=GRAPHQL, json={"query": document, "variables": variables}, accept=_FROZEN)


def _refuse(reply: Reply) -> None:
    """Raise `Misconfigured` for a shop that is closed, or that answers in another version than ours."""
    if reply.status in _FROZEN:
        raise Misconfigured(f"the shop is frozen or locked (HTTP {reply.status}): see its plan in Shopify")
    spoken = reply.headers.get(VERSION_HEADER, API_VERSION)
    if spoken != API_VERSION:
        raise Misconfigured(
            f"Shopify answers in version {spoken} where {API_VERSION} was asked: this door must be renewed"
        )


def _data(reply: Reply) -> Any:
    """Return the data of an answer, or raise what its first error means."""
    try:
        told = reply.json()
    except Retryable as cut:  # The request was carried out, whatever its answer says.
        raise InDoubt(str(cut)) from cut
    if not isinstance(told, dict) or not ("data" in told or "errors" in told):
        raise InDoubt(f"this is no answer of GraphQL: {str(told)[:_WORDS_MAX]}")
    if told.get("errors"):
        raise _failure(told["errors"])
    return told["data"]


def _failure(errors: Any) -> Exception:
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {"message": errors}
    words, code = str(first.get("message"))[:_WORDS_MAX], first.get("extensions", {}).get("code", "")
    if code == _THROTTLED:
        return Retryable("the shop's budget of GraphQL points is used up", _THROTTLED_SECONDS)
    if code == _DENIED:
        return Misconfigured(f"the token of this connection may not do this in Shopify: {words}")
    if code in (_INTERNAL, _UNDER_WAY):
        return InDoubt(f"Shopify failed, or is at it: {words}")
    if code == _OTHER_BODY:
        return Rejected(f"the key was used for another request: {words}")
    if "locations" in first or code:
        return Misconfigured(f"this Shopify does not know what we ask, so it is another version: {words}")
    return InDoubt(f"Shopify failed: {words}")
