"""When a worker tells the ledger by itself: once a day has ended, again and again, or never."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from tallystick.app.settings import SettingError, Settings

MINUTES_MAX: Final = 7 * 24 * 60


class When(StrEnum):
    """When journals are drawn without anybody asking."""

    DAY_END = "day_end"
    EVERY = "every"
    OFF = "off"


class Timetable(Struct, frozen=True):
    """When to draw; days end in *zone*. `grace` goes with `day_end`, `every` with `every`."""

    when: When
    zone: ZoneInfo
    grace: timedelta
    every: timedelta

    def due(self, now: datetime, drawn_at: datetime | None, drawn_through: date | None) -> date | None:
        """Return the last day to draw now; None where no draw is due after the one *drawn_at*, up to *drawn_through*."""
        if self.when is When.DAY_END:
            through = (now - self.grace).astimezone(self.zone).date() - timedelta(days=1)
            return through if drawn_through is None or through > drawn_through else None
        is_due = self.when is When.EVERY and (drawn_at is None or now >= drawn_at + self.every)
        return now.astimezone(self.zone).date() if is_due else None

    def next_at(self, drawn_at: datetime | None, drawn_through: date | None) -> datetime | None:
        """Return when the next draw is due, UTC; None for as soon as a worker looks, or where nobody will."""
        if self.when is When.DAY_END and drawn_through is not None:
            over = datetime.combine(drawn_through + timedelta(days=2), datetime.min.time(), self.zone)
            return over.astimezone(UTC) + self.grace
        return drawn_at + self.every if self.when is When.EVERY and drawn_at is not None else None


def timetable_of(settings: Settings, book: str) -> Timetable | None:
    """Return when *book* is told to the configured ledger; None for never. Raises `SettingError` by name."""
    tryton = settings.tryton
    try:
        when, zone = When(tryton.journals), ZoneInfo(tryton.zone)
    except (ZoneInfoNotFoundError, OSError):
        raise SettingError(f"tryton.zone is {tryton.zone!r}: a zone such as Europe/London is needed") from None
    except ValueError:
        known = ", ".join(When)
        raise SettingError(
            f"tryton.journals is {tryton.journals!r}: it is one of {known}, tryton.zone a zone"
        ) from None
    found = Timetable(
        when,
        zone,
        _minutes("tryton.grace_minutes", tryton.grace_minutes),
        _minutes("tryton.every_minutes", tryton.every_minutes),
    )
    is_told = tryton.url and when is not When.OFF and book == (tryton.book or settings.book)
    return found if is_told else None


def _minutes(key: str, text: str) -> timedelta:
    if not (text.isascii() and text.isdigit() and int(text) <= MINUTES_MAX):
        raise SettingError(f"{key} is {text!r}: a whole number of minutes from 0 to {MINUTES_MAX} is needed")
    return timedelta(minutes=int(text))
