"""What is said of going live over HTTP. Money is in minor units of the book's currency."""

from datetime import date, datetime

from msgspec import Struct


class TakeoverShown(Struct, frozen=True):
    """What was taken over from an old ledger. `left` stands in its opening balances: nothing, once all orders have come."""

    ledger: str
    state: str
    units: int
    value: int
    orders: int
    orders_come: int
    left: int


class GoliveChannel(Struct, frozen=True):
    """A channel beside an old ledger: `SHADOW` or `LIVE` since when, the clean days its switch takes, its commands kept, or closed as done there."""

    channel: str
    state: str
    ledger: str
    since: datetime
    days_needed: int
    kept: int
    closed: int


class DayShown(Struct, frozen=True):
    """How a day's export fitted the book: keys the same, different for a known reason, and for none."""

    ledger: str
    on: date
    same: int
    explained: int
    unexplained: int


class GoliveShown(Struct, frozen=True):
    """Where going live stands."""

    takeovers: list[TakeoverShown]
    channels: list[GoliveChannel]
    days: list[DayShown]
