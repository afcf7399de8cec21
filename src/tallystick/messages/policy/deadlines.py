"""Deadlines as policy: business calendars, and how long a process may stand in a state by them."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

ANY: Final = "*"
Name = Annotated[str, Meta(min_length=1)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Clock = Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
MINUTES_MAX: Final = 366 * 24 * 60


class OpenHours(Struct, frozen=True, forbid_unknown_fields=True):
    """On *days*, somebody works from *opens* to *closes*, by the calendar's local time (`24:00` is the day's end)."""

    days: Annotated[tuple[Weekday, ...], Meta(min_length=1)]
    opens: Clock
    closes: Clock


class OffsetShift(Struct, frozen=True, forbid_unknown_fields=True):
    """From *since* (UTC) on, local time is UTC and *seconds*."""

    since: datetime
    seconds: Annotated[int, Meta(ge=-86399, le=86399)]


class Calendar(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """When somebody works: *hours* by the weekday, but not on the days that are *closed*.

    *zone* is an IANA name such as Europe/Berlin. *shifts* are its offsets, looked up when the calendar is declared, so
    that what a deadline came to is the same for whoever folds it again; without a zone, hours are UTC.
    """

    calendar: Name
    hours: Annotated[tuple[OpenHours, ...], Meta(min_length=1)]
    closed: tuple[date, ...] = ()
    zone: str = ""
    shifts: tuple[OffsetShift, ...] = ()


class DeadlineRule(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A process may stand under *limit* for *minutes_max*, of working time where a *calendar* is named.

    `*` stands for all channels and all locations; the closest rule counts alone, channel before location. Limits and what they
    are without a rule stand on the page of each process.
    """

    limit: Name
    minutes_max: Annotated[int, Meta(ge=1, le=MINUTES_MAX)]
    calendar: str = ""
    channel: Name = ANY
    location: Name = ANY
