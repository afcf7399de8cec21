"""S3 and SQS in memory, honest, so that the door can be tried against everything that goes wrong on the way."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from msgspec import Struct

from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.folder import command_in
from tallystick.kit.twins.server import Heard, Said, Twin

BUCKET = "bucket"


class Bucket:
    """One bucket: lists, gets, puts once, copies and deletes, each on its condition."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.objects: dict[str, bytes] = {}

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        key = unquote(heard.path).removeprefix(f"/{BUCKET}").removeprefix("/")
        if heard.method == "GET":
            return self._get(key, heard) if key else self._list(heard.query.get("prefix", ""))
        if heard.method == "PUT":
            return self._put(key, heard)
        self.objects.pop(key, None)
        return Said(204, b"")

    def _list(self, prefix: str) -> Said:
        keys = [k for k in sorted(self.objects) if k.startswith(prefix) and "/" not in k.removeprefix(prefix)]
        rows = "".join(
            f"<Contents><Key>{escape(k)}</Key><Size>{len(self.objects[k])}</Size><ETag>{self._tag(k)}</ETag></Contents>"
            for k in keys
        )
        return Said(
            200,
            f"<ListBucketResult><Name>{BUCKET}</Name>{rows}<IsTruncated>false</IsTruncated></ListBucketResult>".encode(),
        )

    def _get(self, key: str, heard: Heard) -> Said:
        if key not in self.objects:
            return Said(404, b"<Error><Code>NoSuchKey</Code></Error>")
        if heard.headers.get("if-match", self._tag(key)) != self._tag(key):
            return Said(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        return Said(200, self.objects[key], {"etag": self._tag(key)})

    def _put(self, key: str, heard: Heard) -> Said:
        if heard.headers.get("if-none-match") == "*" and key in self.objects:
            return Said(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        source = heard.headers.get("x-amz-copy-source")
        self.objects[key] = self.objects[unquote(source).partition("/")[2]] if source else heard.body
        body = f"<CopyObjectResult><ETag>{self._tag(key)}</ETag></CopyObjectResult>" if source else ""
        return Said(200, body.encode(), {"etag": self._tag(key)})

    def _tag(self, key: str) -> str:
        return f'"{hashlib.sha256(self.objects[key]).hexdigest()}"'


class Waiting:
    """One queue: gives what was not deleted, again and again."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.messages: dict[str, str] = {}

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        asked: dict[str, Any] = json.loads(heard.body)
        if heard.headers["x-amz-target"].endswith(".ReceiveMessage"):
            found = [{"MessageId": n, "ReceiptHandle": f"r-{n}", "Body": b} for n, b in self.messages.items()]
            return _said({"Messages": found[:10]})
        for entry in asked["Entries"]:
            self.messages.pop(entry["ReceiptHandle"].removeprefix("r-"), None)
        return _said({"Successful": [{"Id": e["Id"]} for e in asked["Entries"]]})


def deletes(heard: Heard) -> bool:
    """Say whether a request changes the queue."""
    return heard.headers.get("x-amz-target", "").endswith(".DeleteMessageBatch")


def _said(told: Any) -> Said:
    return Said(200, json.dumps(told).encode(), {"content-type": "application/x-amz-json-1.0"})


class Over:
    """The controls of a twin. Implements `contract.bench.Partner`."""

    def __init__(self, twin: Twin, drop: Any, out: dict[str, bytes] | None = None) -> None:
        """Drop events by *drop*; commands appear in *out*, below `out/`."""
        self._twin, self._drop, self._seen = twin, drop, dict[str, Struct]()
        self._objects = out if out is not None else {}
        for number in range(3):
            drop(f"W{number}")

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next such request meet it."""
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count what arrived."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Read commands, in the order in which they were first seen."""
        for key in self._objects:
            if key.startswith("out/") and key not in self._seen:
                self._seen[key] = command_in(self._objects[key])
        return list(self._seen.values())

    def stir(self, kind: type[Struct]) -> None:
        """Write one anew, and another."""
        self._drop("W0")
        self._drop("W9")
