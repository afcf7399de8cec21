"""The partner's system in memory: takes requests, keeps each under its key, signs its events. Served by `kit.twins.server`."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from tallystick.connectors.partner.translate import PATHS
from tallystick.kit.twins.server import Heard, Said
from tallystick.ports.connector import Hook

Refuses = Callable[[Mapping[str, Any]], str]
_KINDS = {path: kind for kind, path in PATHS.items()}


def refuses_nothing(_: Mapping[str, Any]) -> str:
    """Take everything."""
    return ""


class PartnerSystem:
    """What the partner keeps: requests by key. *refuses* says why it will not take one; empty where it does."""

    def __init__(self, api_key: str, refuses: Refuses = refuses_nothing) -> None:
        """Answer those who know *api_key*."""
        self._api_key, self._refuses = api_key, refuses
        self.requests: dict[str, dict[str, Any]] = {}

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.headers.get("authorization") != f"Bearer {self._api_key}":
            return _said(401, {"error": "who are you?"})
        if heard.method == "POST" and heard.path in _KINDS:
            return self._take(heard.path, heard.headers["idempotency-key"], json.loads(heard.body))
        found = self.requests.get(heard.path.removeprefix("/v1/requests/"))
        return _said(200, found) if found else _said(404, {"error": "nothing has this key"})

    def commands(self) -> list[Struct]:
        """Return what was taken, in our words."""
        return [_command(request) for request in self.requests.values()]

    def _take(self, path: str, key: str, asked: dict[str, Any]) -> Said:
        known = self.requests.get(key)
        request = {**asked, "path": path}
        if known is not None:
            is_same = {**request, "id": known["id"]} == known
            return _said(200, known) if is_same else _said(409, {"error": "this key was used for something else"})
        if why := self._refuses(asked):
            return _said(422, {"error": why})
        self.requests[key] = {**request, "id": f"req_{len(self.requests) + 1}"}
        return _said(201, self.requests[key])


def signed(secret: str, event: Mapping[str, Any], at: datetime) -> Hook:
    """Return an event as a webhook signed by Standard Webhooks 1.0 a moment before *at*."""
    body = json.dumps(event, ensure_ascii=False).encode()
    stamp = str(int((at - timedelta(seconds=2)).timestamp()))
    digest = hmac.new(secret.encode(), f"{event['id']}.{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "webhook-id": str(event["id"]),
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "content-type": "application/json",
    }
    return Hook(headers, body, at)


def _command(request: Mapping[str, Any]) -> Struct:
    kind = _KINDS[request["path"]]
    found: Struct = msgspec.convert({n: request[n] for n in kind.__struct_fields__ if n in request}, kind)
    return found


def _said(status: int, told: Mapping[str, Any]) -> Said:
    return Said(status, json.dumps(told).encode(), {"content-type": "application/json"})
