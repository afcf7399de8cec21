"""Values as Tryton's JSON writes them: dates, moments and decimals are objects with a class name."""

from datetime import UTC, date, datetime
from typing import Any, Final

from tallystick.model.amount import format_decimal, parse_decimal

PARTS: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond")


def date_value(day: date) -> dict[str, Any]:
    """Write a day."""
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}


def moment_value(stamp: str) -> dict[str, Any]:
    """Write a moment given as ISO 8601 in UTC, as `stamp_of` gives it."""
    at = datetime.fromisoformat(stamp)
    return {
        "__class__": "datetime",
        **{part: getattr(at, part) for part in PARTS},
    }


def stamp_of(value: Any) -> str:
    """Read a moment as ISO 8601 in UTC, always with microseconds so that texts compare as times do; none is empty."""
    if value is None:
        return ""
    parts: list[int] = [value[part] for part in PARTS]
    at = datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], UTC)
    return at.isoformat(timespec="microseconds")


def day_of(value: Any) -> date:
    """Read a day."""
    return date(value["year"], value["month"], value["day"])


def decimal_value(minor: int, decimals: int) -> dict[str, Any]:
    """Write minor units."""
    return {"__class__": "Decimal", "decimal": format_decimal(minor, decimals)}


def minor_of(value: Any, decimals: int) -> int:
    """Read a decimal as minor units; raise `AmountError` where it has more decimals than the currency."""
    return parse_decimal(value["decimal"], decimals)
