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


def currency_in(told: Mapping[str, str]) -> str:
    """Return the setting `currency`, with its decimals: `USD/2`."""
    text = told.get("currency", "")
    if len(text) != len("USD/2") or not decimals_are_named(text):
        raise Misconfigured(f"setting `currency`: {text!r} names no currency and its decimals; say one such as USD/2")
    return text


def decimals_are_named(text: str) -> bool:
    """Say whether a text is a currency with its decimals."""
    code, _, decimals = text.partition("/")
    return code.isalpha() and code.isupper() and code.isascii() and decimals.isdecimal()


def pairs_in(told: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the setting *name*, written `9=WH1,10=WH2`, as pairs; none where it is left out."""
    pairs = [part.partition("=") for part in told.get(name, "").split(",") if part.strip()]
    if not all(theirs.strip() and ours.strip() for theirs, _, ours in pairs):
        raise Misconfigured(f"setting `{name}`: {told[name]!r} is no list of pairs; write it as 9=WH1,10=WH2")
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def needed_in(told: Mapping[str, str], name: str) -> str:
    """Return the setting *name*, which must be given."""
    if not told.get(name, "").strip():
        raise Misconfigured(f"setting `{name}` is missing: give it by `tally connection add … --set {name}=…`")
    return told[name].strip()
