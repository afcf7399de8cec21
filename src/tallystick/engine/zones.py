"""Time zones of calendars, looked up once when they are declared: nothing that is folded asks a time zone database."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from tallystick.messages.availability import AvailabilityRulesDeclared
from tallystick.messages.policy.deadlines import Calendar, OffsetShift

YEARS_BEFORE: Final = 1
YEARS_AHEAD: Final = 10
"""A calendar knows the clocks of so many years to come; whoever keeps it longer declares it again."""
_DAY: Final = timedelta(days=1)


def with_shifts(report: AvailabilityRulesDeclared, now: datetime) -> AvailabilityRulesDeclared:
    """Return rules whose calendars know the offsets of their zones around *now* (UTC); raise `LookupError` naming an unknown zone."""
    if not report.rules.calendars:
        return report
    calendars = tuple(_known(c, now, place) for place, c in enumerate(report.rules.calendars))
    return replace(report, rules=replace(report.rules, calendars=calendars))


def _known(calendar: Calendar, now: datetime, place: int) -> Calendar:
    if not calendar.zone or calendar.shifts:
        return calendar
    try:
        zone = ZoneInfo(calendar.zone)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise LookupError(
            f"calendars[{place}].zone: there is no time zone {calendar.zone!r}: write one such as Europe/Berlin"
        ) from unknown
    begins = datetime(now.year - YEARS_BEFORE, 1, 1, tzinfo=UTC)
    return replace(calendar, shifts=tuple(_shifts(zone, begins, begins + (YEARS_BEFORE + YEARS_AHEAD) * 366 * _DAY)))


def _shifts(zone: ZoneInfo, begins: datetime, ends: datetime) -> list[OffsetShift]:
    """Return the offset at *begins* and each change until *ends*, to the second."""
    found = [OffsetShift(begins, _offset(zone, begins))]
    day = begins
    while day < ends:
        if _offset(zone, day + _DAY) != found[-1].seconds:
            before, after = day, day + _DAY
            while after - before > timedelta(seconds=1):
                middle = before + (after - before) // 2
                before, after = (middle, after) if _offset(zone, middle) == found[-1].seconds else (before, middle)
            found.append(OffsetShift(after.replace(microsecond=0), _offset(zone, after)))
        day += _DAY
    return found


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    shift = moment.astimezone(zone).utcoffset()
    return int(shift.total_seconds()) if shift is not None else 0
