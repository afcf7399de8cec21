"""Settings of a connection, read with an error that names the one that cannot be used."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tallystick.ports.connector import Misconfigured


def zone_in(told: Mapping[str, str]) -> ZoneInfo:
    """Return the time zone of the setting `zone`, UTC where there is none."""
    name = told.get("zone", "UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise Misconfigured(f"setting `zone`: {name!r} is no time zone; say one such as Europe/Vienna") from unknown


def number_in(told: Mapping[str, str], name: str, default: int) -> int:
    """Return the setting *name*, a whole number above zero."""
    text = told.get(name, str(default))
    if not text.isdecimal() or int(text) == 0:
        raise Misconfigured(f"setting `{name}`: {text!r} is no whole number above zero")
    return int(text)
