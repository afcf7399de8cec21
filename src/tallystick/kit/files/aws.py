"""Amazon's services: botocore signs and understands, our own calls carry, within a partner's limits and deadline."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from botocore.session import Session
from msgspec import Struct

from tallystick.kit.calls import RETRY_SECONDS, Call, Calls
from tallystick.kit.limits import Limits
from tallystick.ports.connector import InDoubt, Misconfigured, Rejected, Retryable

NOT_FOUND, CONFLICT, CHANGED = 404, 409, 412
_ANSWERS: Final = frozenset({304, NOT_FOUND, CONFLICT, CHANGED})
_READING: Final = frozenset({"GetObject", "HeadObject", "ListObjectsV2", "ReceiveMessage"})
# Its debugging lines quote what it signs, the access key's id among it.
logging.getLogger("botocore").setLevel(logging.INFO)
_MAKING: Final = threading.Lock()
_PLAINLY: Final = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
_OURS: Final = frozenset({"content-length", "expect"})
"""Headers that who carries a request says himself."""


class Credentials(Struct, frozen=True):
    """Who we are there."""

    key_id: str
    secret: str

    def __repr__(self) -> str:
        """Say nothing."""
        return "Credentials(…)"


class Answered(Exception):
    """The service answered that it is not as we took it to be: `status` says how."""

    def __init__(self, status: int, words: str) -> None:
        """Keep the status."""
        super().__init__(words)
        self.status = status


class Service:
    """One service of one region, or what speaks its language at *endpoint*."""

    def __init__(self, name: str, place: tuple[str, str], who: Credentials, limits: Limits) -> None:
        """Speak to *place* (endpoint, region); nothing is sent yet."""
        self._name, self._place, self._who = name, place, who
        self._calls = Calls(place[0], limits, secrets=[who.key_id, who.secret])

    @cached_property
    def _client(self) -> Any:
        """Make the library's client when it is first needed: that takes longer than a call."""
        endpoint, region = self._place
        with _MAKING:  # what a session has read of a service's description it keeps for the next client
            made = _session().create_client(
                self._name,
                region_name=region,
                endpoint_url=endpoint,
                aws_access_key_id=self._who.key_id,
                aws_secret_access_key=self._who.secret,
                config=_PLAINLY,
            )
        made.meta.events.register_first(f"before-send.{self._name}", self._carry)
        return made

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def do(self, operation: str, **asked: Any) -> Any:
        """Do an operation by its name in Amazon's reference; raise `Answered`, or one of the four errors."""
        with _told(is_read=operation in _READING):
            found = self._client._make_api_call(operation, asked)  # noqa: SLF001 - what its generated methods call
            if "Body" in found:
                found["Body"] = found["Body"].read()
            return found

    def _carry(self, request: Any, **_: Any) -> AWSResponse:
        """Send what was signed."""
        parts = urlsplit(request.url)
        body = request.body.read() if hasattr(request.body, "read") else request.body
        headers = {k: _text(v) for k, v in request.headers.items() if k.lower() not in _OURS}
        call = Call(
            method=request.method,
            path=f"{parts.path}?{parts.query}" if parts.query else parts.path,
            content=body if isinstance(body, bytes | None) else str(body).encode(),
            headers=headers,
            accept=_ANSWERS,
            name=f"{request.method} {parts.path}",
        )
        reply = self._calls.write(call)
        if self._name == "sqs":
            reply.json()  # the library would take what is none for an empty answer
        return AWSResponse(request.url, reply.status, dict(reply.headers), _Raw(reply.body))


class _Raw(BytesIO):
    """A body that has been read already, for who wants to stream it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        while part := self.read(65_536):
            yield part


@cache
def _session() -> Session:
    return Session()


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


@contextmanager
def _told(*, is_read: bool) -> Iterator[None]:
    """Raise what the library has as ours; what is unclear may be repeated after something that only read."""
    try:
        yield
    except InDoubt as lost:
        if is_read:
            raise Retryable(str(lost), RETRY_SECONDS) from lost
        raise
    except ResponseParserError as garbage:
        words = "it answers in another language"
        raise (Retryable(words, RETRY_SECONDS) if is_read else InDoubt(words)) from garbage
    except ClientError as answered:
        status = int(answered.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        code = answered.response.get("Error", {}).get("Code", "")
        if status in _ANSWERS:
            raise Answered(status, str(code)) from None
        raise Rejected(f"it refuses: {code}") from None
    except BotoCoreError as wrong:
        raise Misconfigured(f"it cannot be called: {type(wrong).__name__}") from None
