"""Vendure's GraphQL over HTTP: a session, questions, and which of the four errors each failure is. Nothing about meaning."""

import threading
from typing import Any, Final

from tallystick.connectors.vendure import questions
from tallystick.kit.calls import RETRY_SECONDS, Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, InDoubt, Misconfigured, Rejected, Retryable

PATH: Final = "/admin-api"
_BAD_REQUEST: Final = 400
_WORDS_MAX: Final = 300
_OURS: Final = frozenset({"FORBIDDEN", "UNAUTHENTICATED"})
_SCHEMA: Final = frozenset({"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"})
_REFUSED: Final = frozenset({"USER_INPUT_ERROR", "BAD_USER_INPUT", "ENTITY_NOT_FOUND", "ILLEGAL_OPERATION"})


class _Forbidden(Exception):
    """The session has ended, or may not do this. A refused call had no effect."""


class Vendure:
    """An administrator's session. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        self._connection, self._token, self._signing_in = connection, "", threading.Lock()
        self._calls = Calls(connection.url, limits, self._headers, [connection.secret("password")])

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def read(self, question: str, **variables: Any) -> Any:
        """Ask something and return the data."""
        try:
            return self._spoken(question, variables, is_write=False)
        except InDoubt as lost:
            raise Retryable(str(lost), RETRY_SECONDS) from lost

    def write(self, question: str, **variables: Any) -> Any:
        """Do one thing and return it; raise `Rejected` with the shop's words where it refuses."""
        (found,) = self._spoken(question, variables, is_write=True).values()
        if isinstance(found, dict) and "errorCode" in found:
            raise Rejected(f"{found['errorCode']}: {found['message']}")
        return found

    def _spoken(self, question: str, variables: dict[str, Any], *, is_write: bool) -> Any:
        token = self._signed_in("")
        try:
            return self._said(question, variables, is_write=is_write)
        except _Forbidden:
            self._signed_in(token)
        try:
            return self._said(question, variables, is_write=is_write)
        except _Forbidden as still:
            raise Misconfigured(f"the user of this connection may not do this in Vendure: {still}") from still

    def _said(self, question: str, variables: dict[str, Any], *, is_write: bool) -> Any:
        call = Call(method="POST", path=PATH, json={"query": question, "variables": variables}, accept={_BAD_REQUEST})
        return _data(self._calls.write(call) if is_write else self._calls.read(call))

    def _signed_in(self, ended: str) -> str:
        """Return the session's token; sign in where there is none, or where it is the one that has *ended*."""
        with self._signing_in:
            if not self._token or self._token == ended:
                self._token = ""
                try:
                    self._token = self._sign_in()
                except InDoubt as lost:  # Whether there is a session more or less changes nothing.
                    raise Retryable(str(lost), RETRY_SECONDS) from lost
            return self._token

    def _sign_in(self) -> str:
        user = self._connection.settings.get("user", "superadmin")
        asked = {"user": user, "password": self._connection.secret("password")}
        call = Call(
            method="POST", path=PATH, json={"query": questions.SIGN_IN, "variables": asked}, accept={_BAD_REQUEST}
        )
        reply = self._calls.read(call)
        said, token = _data(reply)["login"], reply.headers.get("vendure-auth-token", "")
        if "errorCode" in said:
            raise Misconfigured(
                f"Vendure knows no user {user!r} with this password: see the setting `user` and "
                f"`tally connection secret {self._connection.name} password`"
            )
        if not token:
            raise Misconfigured("Vendure gives no token: its authOptions.tokenMethod must include 'bearer'")
        return token

    def _headers(self) -> dict[str, str]:
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        if channel := self._connection.settings.get("vendure_channel"):
            headers["vendure-token"] = channel
        return headers


def _data(reply: Reply) -> Any:
    """Return the data of an answer, or raise what its first error means."""
    try:
        told = reply.json()
    except Retryable as cut:  # The request was carried out, whatever its answer says.
        raise InDoubt(str(cut)) from cut
    if not isinstance(told, dict) or ("data" not in told and "errors" not in told):
        raise InDoubt(f"this is no answer of GraphQL: {str(told)[:_WORDS_MAX]}")
    if told.get("errors"):
        raise _failure(told["errors"][0])
    return told["data"]


def _failure(error: Any) -> Exception:
    words = str(error.get("message", error))[:_WORDS_MAX]
    code = error.get("extensions", {}).get("code", "")
    if code in _OURS:
        return _Forbidden(words)
    if code in _SCHEMA:
        return Misconfigured(f"this Vendure does not know what we ask, so it is another version: {words}")
    if code in _REFUSED:
        return Rejected(words)
    return InDoubt(f"Vendure failed: {words}")
