"""Telling subscribers what happened: what is told, to whom, and how a door tells it."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Told(Struct, frozen=True):
    """One message for subscribers, written once: `body` is a CloudEvents event in JSON. `id` names it for ever."""

    id: str
    type: str
    subject: str
    body: bytes


class Address(Struct, frozen=True):
    """Where a subscriber is told: `secrets` sign what is told, the newest first; several while one is being replaced.

    `is_private` allows an address that is not on the public internet. `credentials` is what the servers of a stream ask for:
    `user:password`, or a token; empty where they ask for nothing.
    """

    url: str
    secrets: tuple[bytes, ...] = ()
    is_private: bool = False
    credentials: str = ""

    def __repr__(self) -> str:
        """Name the place and nothing secret: whatever prints an address prints this."""
        return f"Address({self.url!r})"


class Publisher(Protocol):
    """A way to tell subscribers. Raises the errors of `ports.connector`, named by their remedy."""

    async def publish(self, to: Address, told: Told, at: datetime) -> None:
        """Tell one subscriber one message, once or more often; return when it has it. *at* is now (UTC)."""


class Gone(Exception):
    """The subscriber wants to be told no more (HTTP 410)."""
