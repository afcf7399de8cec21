"""What is read of master data: things as they count, and what contradicts them. Storage implements it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tallystick.decisions.masters.golden import Conflict, Golden


class StewardReader(Protocol):
    """Reads records of things."""

    async def golden(self, kind: str, code: str, now: datetime) -> Golden | None:
        """Return a thing as it counts at *now*; None where nobody spoke of it."""

    async def conflicts(self, kind: str, now: datetime, *, settled: bool) -> Sequence[Conflict]:
        """Return the conflicts of a kind (of all, where it is empty), oldest first; with *settled*, those that are, too."""
