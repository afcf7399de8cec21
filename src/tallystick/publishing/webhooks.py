"""Webhooks: one POST a message, signed, to an address that was looked at, following nothing."""

from datetime import datetime
from typing import Final
from urllib.parse import urlunsplit

import httpx

from tallystick.ports.connector import Rejected, Retryable
from tallystick.ports.publishing import Address, Gone, Told
from tallystick.publishing.addresses import checked, reachable
from tallystick.publishing.signing import headers

SECONDS_MAX: Final = 15
CONNECTIONS_MAX: Final = 20
_GONE: Final = 410
_BUSY: Final = frozenset({429, 503})


class Webhooks:
    """Implements `ports.publishing.Publisher`. An answer's body is never read: nobody here wants what it says."""

    def __init__(self) -> None:
        """Connect to nobody yet."""
        limits = httpx.Limits(max_connections=CONNECTIONS_MAX, keepalive_expiry=30)
        self._client = httpx.AsyncClient(
            timeout=SECONDS_MAX,
            limits=limits,
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": "tallystick"},
        )

    async def publish(self, to: Address, told: Told, at: datetime) -> None:
        """Tell one subscriber one message. Whatever is no success is tried again, but for 410."""
        parts = checked(to.url, is_private=to.is_private)
        address = await reachable(parts, is_private=to.is_private)
        host = f"[{address}]" if ":" in address else address
        target = urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))
        said = {
            **headers(told.id, at, told.body, to.secrets),
            "host": parts.netloc,
            "content-type": "application/cloudevents+json",
        }
        # The certificate must be the name's, though the connection goes to the address that was looked at.
        extensions = {"sni_hostname": parts.hostname}
        try:
            async with self._client.stream(
                "POST", target, content=told.body, headers=said, extensions=extensions
            ) as got:
                _judge(got)
        except httpx.HTTPError as failure:
            raise Retryable(f"{type(failure).__name__}: {failure}") from failure

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()


def _judge(got: httpx.Response) -> None:
    if got.is_success:
        return
    if got.status_code == _GONE:
        raise Gone("it answered 410")
    if got.status_code in _BUSY:
        after = got.headers.get("retry-after", "")
        raise Retryable(f"it answered {got.status_code}", float(after) if after.isdecimal() else 0)
    raise Rejected(f"it answered {got.status_code}")
