"""When a deadline falls that runs only while somebody works: nights, weekends, holidays, and clocks that are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tallystick.decisions.promises.working_time import WorkingTime
from tallystick.engine.zones import with_shifts
from tallystick.messages.availability import AvailabilityRulesDeclared, Rules
from tallystick.messages.policy.deadlines import Calendar, OpenHours, Weekday

HOUR = 3600
VIENNA = ZoneInfo("Europe/Vienna")
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


def office(**more: object) -> WorkingTime:
    """Eight to six in Vienna, Monday to Friday."""
    calendar = Calendar("office", (OpenHours(WEEK, "08:00", "18:00"),), zone="Europe/Vienna", **more)  # type: ignore[arg-type]
    report = with_shifts(AvailabilityRulesDeclared(Rules(calendars=(calendar,))), datetime(2026, 11, 24, tzinfo=UTC))
    return WorkingTime(report.rules.calendars[0])


def local(text: str) -> datetime:
    """A moment by Vienna's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=VIENNA).astimezone(UTC)


def test_a_deadline_skips_the_night_and_the_weekend() -> None:
    """Four hours from Friday at four end on Monday at ten."""
    assert office().after(local("2026-11-20 16:00"), 4 * HOUR) == local("2026-11-23 10:00")


def test_a_deadline_set_at_night_begins_in_the_morning() -> None:
    """One hour from three in the morning ends at nine; one that ends with the day ends with it."""
    assert office().after(local("2026-11-24 03:00"), HOUR) == local("2026-11-24 09:00")
    assert office().after(local("2026-11-24 08:00"), 10 * HOUR) == local("2026-11-24 18:00")


def test_a_holiday_is_no_day() -> None:
    """Christmas on a Friday: what begins on Thursday evening ends on Monday."""
    closed = office(closed=(datetime(2026, 12, 25, tzinfo=UTC).date(),))
    assert closed.after(local("2026-12-24 17:30"), HOUR) == local("2026-12-28 08:30")


def test_hours_follow_the_clocks_of_the_place() -> None:
    """Before and after the clocks are set back on 25 October 2026, the office opens at eight."""
    assert office().after(local("2026-10-23 17:00"), 2 * HOUR) == local("2026-10-26 09:00")
    assert local("2026-10-26 09:00") - local("2026-10-23 17:00") == timedelta(days=2, hours=17)


def test_a_night_shift_is_a_day_longer_or_shorter_by_the_clock() -> None:
    """Midnight to six on the day the clocks go forward is five hours."""
    night = Calendar("night", (OpenHours(("sun",), "00:00", "06:00"),), zone="Europe/Vienna")
    report = with_shifts(AvailabilityRulesDeclared(Rules(calendars=(night,))), datetime(2026, 11, 24, tzinfo=UTC))
    spring = WorkingTime(report.rules.calendars[0]).seconds_between(
        local("2027-03-27 12:00"), local("2027-03-29 12:00")
    )
    assert spring == 5 * HOUR


def test_hours_that_overlap_count_once() -> None:
    """Two shifts of people over one another are one time in which somebody works."""
    both = Calendar("both", (OpenHours(("mon",), "08:00", "12:00"), OpenHours(("mon",), "10:00", "14:00")))
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert WorkingTime(both).seconds_between(monday, monday + timedelta(days=1)) == 6 * HOUR


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone given


@given(MOMENTS, st.integers(1, 400 * HOUR))
def test_as_much_is_worked_until_a_deadline_as_it_allows(moment: datetime, seconds: int) -> None:
    """The two ways of counting agree, at any time of any year."""
    due = office().after(moment, seconds)
    assert office().seconds_between(moment, due) == seconds


@given(MOMENTS, st.integers(1, 100))
def test_the_offsets_of_a_calendar_are_those_of_its_zone(moment: datetime, seconds: int) -> None:
    """An independent count, minute by minute with the tz database, finds the same opening."""
    due = office().after(moment, seconds)
    there = (due - timedelta(seconds=1)).astimezone(VIENNA)
    assert there.weekday() < len(WEEK)
    assert 8 <= there.hour < 18
