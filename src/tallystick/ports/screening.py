"""Whoever judges whether an order smells of fraud: the built-in checks, or a service asked over the wire."""

from typing import Protocol

from tallystick.decisions.screening import Opinion
from tallystick.messages.partners.screening import ScreenOrder


class Screener(Protocol):
    """Judges orders. It may remember them: the same order judged again counts once."""

    async def judge(self, asked: ScreenOrder) -> Opinion:
        """Return what to do with an order. Raises `Retryable` where it cannot be said now."""
