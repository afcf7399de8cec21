"""Reading elements of a set: each function returns what one says, or raises `Left` naming segment and element."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.connectors.x12.coverage import FIELD, UNIT
from tallystick.connectors.x12.envelopes import Group, Segment, TransactionSet
from tallystick.kit.boxes.coverage import Left
from tallystick.model.amount import AmountError, parse_decimal

UNITS_MAX: Final = 10**12
LINE_MAX: Final = 10**9
MEND: Final = "have the partner send the set again with it right, under a new control number"
QUALIFIERS: Final = ("VN", "VP", "SK", "BP", "IN", "EN", "UP", "UK", "UI", "UC", "MG")
"""Elements 235 that name the product; the one of the setting `product` is looked for first."""


Said = tuple[str, str, date, tuple[Struct, ...]]
"""The name of what a set says, its subject, its day, and the reports."""


class Partner(Struct, frozen=True):
    """What a connection says of its partner: see the manifest's settings."""

    source: str
    zone: ZoneInfo
    location: str
    currency: str
    product: str
    measures: frozenset[str]
    costs: Mapping[str, str]
    line: str = "LI"
    purchases: bool = False


class Moment(Struct, frozen=True):
    """When a set took effect: UTC, and the day at the partner's."""

    at: datetime
    on: date


def needed(one: TransactionSet, name: str) -> Segment:
    """Return the first segment called *name*."""
    for segment in one.segments:
        if segment.name == name:
            return segment
    raise Left(FIELD, f"{one.code}: {name} is missing", MEND)


def said(segment: Segment, number: int) -> str:
    """Return an element that must be there."""
    found = segment(number)
    if not found:
        raise Left(FIELD, f"{segment.name}{number:02} is missing", MEND)
    return found


def loops(one: TransactionSet, name: str) -> Iterator[tuple[Segment, tuple[Segment, ...]]]:
    """Yield each segment called *name* with those after it, up to the next."""
    starts = [n for n, segment in enumerate(one.segments) if segment.name == name]
    for begin, end in pairwise([*starts, len(one.segments)]):
        yield one.segments[begin], one.segments[begin + 1 : end]


def units(segment: Segment, number: int, *, signed: bool = False) -> int:
    """Return whole units; a decimal point is fine where nothing stands behind it but noughts."""
    told = said(segment, number)
    try:
        found = parse_decimal(told, 0)
    except AmountError as wrong:
        raise Left(FIELD, f"{segment.name}{number:02}: {wrong}", MEND) from None
    if abs(found) >= UNITS_MAX or (found < 0 and not signed):
        raise Left(FIELD, f"{segment.name}{number:02}: {told} is no quantity", MEND)
    return found


def check_measure(segment: Segment, number: int, partner: Partner) -> None:
    """Hold that a quantity counts what the book counts."""
    told = said(segment, number).upper()
    if told not in partner.measures:
        known = ", ".join(sorted(partner.measures))
        reason = f"{segment.name}{number:02}: {told} is not counted here ({known} are)"
        raise Left(UNIT, reason, "have pieces sent; or add it to the setting `measures`, where it means one of ours")


def product(segment: Segment, first: int, partner: Partner) -> str:
    """Return the product: what stands behind a qualifier (element 235) from element *first* on."""
    named = {segment[n].strip().upper(): segment(n + 1) for n in range(first, len(segment) - 1)}
    for qualifier in (partner.product, *QUALIFIERS):
        if named.get(qualifier):
            return named[qualifier]
    raise Left(FIELD, f"{segment.name}{first:02} and after: no product stands there under {partner.product}", MEND)


def line(told: str, where: str) -> int:
    """Return the number of a line."""
    if not (told.isascii() and told.isdecimal()) or not 0 < int(told) < LINE_MAX:
        raise Left(FIELD, f"{where}: {told!r} is no number of a line", MEND)
    return int(told)


def day(told: str, where: str) -> date:
    """Return a day written CCYYMMDD, or YYMMDD before the year 2000's conversion ended."""
    try:
        return datetime.strptime(told, "%Y%m%d" if len(told) == 8 else "%y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise Left(FIELD, f"{where}: {told!r} is no day", MEND) from None


def moment(group: Group, on: date, partner: Partner) -> Moment:
    """Return when a set of the day *on* took effect: when its group was written, else at the end of that day."""
    written, told = day(said(group.head, 4), "GS04"), said(group.head, 5)
    try:
        clock = datetime.strptime(told[:6], "%H%M%S" if len(told) > 4 else "%H%M").time()  # noqa: DTZ007 - the zone is set below
    except ValueError:
        raise Left(FIELD, f"GS05: {told!r} is no time", MEND) from None
    local = clock if written == on else time(23, 59, 59)
    try:
        at = datetime.combine(on, local, tzinfo=partner.zone).astimezone(UTC)
        if (
            at.astimezone(partner.zone).date() != on
        ):  # a moment the clocks left out at midnight: take one that there was
            at = datetime.combine(on, time(12), tzinfo=partner.zone).astimezone(UTC)
    except (OverflowError, ValueError):
        raise Left(FIELD, f"{on} is beyond any calendar", MEND) from None
    return Moment(at, on)
