"""Working time: when a deadline falls that runs only while somebody works."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tallystick.messages.policy.deadlines import Calendar, Weekday

WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_MAX: Final = 3660
"""How far a deadline is looked for: a calendar that is closed for ten years has none."""
_DAY: Final = timedelta(days=1)


class WorkingTime:
    """A calendar, indexed. Moments are UTC."""

    def __init__(self, calendar: Calendar) -> None:
        """Index *calendar*; where its hours overlap, they count once."""
        self._closed = frozenset(calendar.closed)
        self._shifts = sorted(((s.since, timedelta(seconds=s.seconds)) for s in calendar.shifts), reverse=True)
        self._hours = [
            _merged(sorted((_minutes(h.opens), _minutes(h.closes)) for h in calendar.hours if day in h.days))
            for day in WEEKDAYS
        ]

    def after(self, moment: datetime, seconds: int) -> datetime:
        """Return when *seconds* of working time have passed since *moment*: at the latest after `DAYS_MAX` days."""
        left = timedelta(seconds=seconds)
        for opens, closes in self._open_from(moment):
            begins = max(opens, moment)
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        return moment + DAYS_MAX * _DAY

    def seconds_between(self, since: datetime, until: datetime) -> int:
        """Return the seconds of working time from *since* to *until*."""
        total = timedelta()
        for opens, closes in self._open_from(since):
            if opens >= until:
                break
            total += min(closes, until) - max(opens, since)
        return int(total.total_seconds())

    def _open_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield when somebody works, as (from, to) in UTC: what ends after *moment*, day by day."""
        first = (moment + self._offset(moment)).date()
        for n in range(-1, DAYS_MAX):
            day = first + n * _DAY
            if day in self._closed:
                continue
            for opens, closes in self._hours[day.weekday()]:
                begins, ends = self._utc(day, opens), self._utc(day, closes)
                if ends > moment and ends > begins:
                    yield begins, ends

    def _offset(self, moment: datetime) -> timedelta:
        for since, offset in self._shifts:
            if since <= moment:
                return offset
        return self._shifts[-1][1] if self._shifts else timedelta()

    def _utc(self, day: date, minutes: int) -> datetime:
        """Return a local time as UTC. One that comes twice is the later; one that never comes is where the clock jumped to."""
        local = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
        for since, offset in self._shifts:
            if local - offset >= since:
                return local - offset
        return local - self._offset(local)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for opens, closes in spans:
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found
