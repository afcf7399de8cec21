"""What is read of going live: takeovers, channels with what was kept for them, days that were compared. Storage implements it."""

from datetime import date, datetime
from typing import Protocol

from msgspec import Struct


class KeptKind(Struct, frozen=True):
    """Commands of one kind that were kept for a channel: those of now, and those closed as done by the old system."""

    channel: str
    kind: str
    waiting: int
    closed: int


class ChannelStanding(Struct, frozen=True):
    """A channel: SHADOW or LIVE, beside which old ledger, since when, how many clean days its switch takes, and commands kept and closed."""

    channel: str
    state: str
    ledger: str
    since: datetime
    days_needed: int
    kept: int
    closed: int
    overridden: str


class TakeoverStanding(Struct, frozen=True):
    """A takeover: its state and proposal, units and value taken in, orders that came of those declared, and what is left."""

    ledger: str
    state: str
    proposal: int
    units: int
    value: int
    orders: int
    orders_come: int
    left: int


class DayStanding(Struct, frozen=True):
    """How a day fitted."""

    ledger: str
    on: date
    same: int
    explained: int
    unexplained: int


class Standing(Struct, frozen=True):
    """All of it; `clean_days` by old ledger."""

    takeovers: list[TakeoverStanding]
    channels: list[ChannelStanding]
    days: list[DayStanding]
    clean_days: dict[str, int]


class GoliveReader(Protocol):
    """Reads where going live stands."""

    async def standing(self) -> Standing:
        """Return all of it."""
