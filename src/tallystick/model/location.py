"""Locations: where stock stands. A warehouse, a shop, or goods on their way under a transfer's name."""

import re
from typing import Final

_LOCATION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


class LocationError(ValueError):
    """A name that cannot stand in an account's address."""


def location(text: str) -> str:
    """Return *text* when it may stand in an account such as `stock:sellable:WH1`; raise `LocationError` if not."""
    if not _LOCATION.fullmatch(text):
        raise LocationError(f"{text!r} is not a location: letters, digits, dot, dash, at most 32")
    return text
