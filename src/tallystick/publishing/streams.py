"""Streams of NATS JetStream: a message is told when a majority of the servers has stored it; its id keeps it single.

Needs the extra `nats`. The stream is made by whoever runs the servers; what no stream takes is tried again.
"""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import nats
import nats.errors
from nats.js.errors import APIError, NoStreamResponseError

from tallystick.ports.connector import Misconfigured, Rejected, Retryable
from tallystick.ports.publishing import Address, Told

SECONDS_MAX: Final = 5
RECONNECTS_MAX: Final = 3
TYPE_PREFIX: Final = "tallystick."


class Streams:
    """Implements `ports.publishing.Publisher` for `nats://host:port,host:port/subject`.

    A message of type `tallystick.sales.order_placed.v1` is published to `subject.sales.order_placed.v1`.
    """

    def __init__(self) -> None:
        """Connect to nobody yet."""
        self._lines: dict[tuple[str, str], Any] = {}

    async def publish(self, to: Address, told: Told, at: datetime) -> None:  # noqa: ARG002 - a stream notes the moment itself
        """Tell one message; it is durable on a majority when this returns."""
        servers, prefix = parts_of(to)
        subject = f"{prefix}.{told.type.removeprefix(TYPE_PREFIX)}"
        headers = {"Nats-Msg-Id": told.id, "content-type": "application/cloudevents+json"}
        try:
            line = await self._line(servers, to.credentials)
            await line.jetstream(timeout=SECONDS_MAX).publish(subject, told.body, headers=headers)
        except NoStreamResponseError as nobody:
            raise Retryable(f"no stream takes {subject}, or its servers are choosing a leader") from nobody
        except APIError as refused:
            if refused.code is not None and refused.code < 500:
                raise Rejected(f"the stream refuses it: {refused.description}") from refused
            raise Retryable(f"the stream cannot take it now: {refused.description}") from refused
        except (nats.errors.Error, OSError, TimeoutError) as failure:
            await self._hang_up((servers, to.credentials))
            raise Retryable(f"{type(failure).__name__}: {failure}") from failure

    async def close(self) -> None:
        """Hang up."""
        for where in list(self._lines):
            await self._hang_up(where)

    async def _line(self, servers: str, credentials: str) -> Any:
        line = self._lines.get((servers, credentials))
        if line is None or not line.is_connected:
            await self._hang_up((servers, credentials))
            line = self._lines[servers, credentials] = await nats.connect(
                [f"nats://{server}" for server in servers.split(",")],
                connect_timeout=SECONDS_MAX,
                max_reconnect_attempts=RECONNECTS_MAX,
                reconnect_time_wait=0.1,
                error_cb=_unheard,
                **_said_of_us(credentials),
            )
        return line

    async def _hang_up(self, where: tuple[str, str]) -> None:
        line = self._lines.pop(where, None)
        if line is not None:
            await line.close()


def _said_of_us(credentials: str) -> dict[str, str]:
    user, colon, password = credentials.partition(":")
    if colon:
        return {"user": user, "password": password}
    return {"token": credentials} if credentials else {}


def parts_of(address: Address) -> tuple[str, str]:
    """Return the servers and the subject of an address; raise `Misconfigured` for one that cannot be used."""
    parts = urlsplit(address.url)
    subject = parts.path.strip("/")
    if parts.scheme != "nats" or not parts.netloc or not subject or "/" in subject or "@" in parts.netloc:
        raise Misconfigured(
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path} is no address of a stream: "
            "nats://host:port,host:port/subject; who we are there stands in a file, see --credentials-file"
        )
    if not address.is_private:
        raise Misconfigured("servers of streams stand inside: allow that with --private")
    return parts.netloc, subject


async def _unheard(_failure: Exception) -> None:
    """The library tells of lost connections here; whoever publishes hears of it by its own failure."""
