"""A connection's settings, read once."""

from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.kit.settings import number_in, zone_in
from tallystick.ports.connector import Connection, Misconfigured, Pseudonym

STOCK_MINUTES: Final = 60
_NEEDED: Final = ("location", "square_location")


class Setup(Struct, frozen=True, kw_only=True):
    """What a connection was told: which store it is, here and there."""

    name: str
    location: str
    square_location: str
    jurisdiction: str
    zone: ZoneInfo
    stock_minutes: int
    pseudonym: Pseudonym

    def sale(self, number: str) -> str:
        """Return what we call the sale that Square calls *number*."""
        return f"{self.name}-{number}"


def setup_of(connection: Connection) -> Setup:
    """Read a connection's settings; raise `Misconfigured` that names the one that cannot be used."""
    told = connection.settings
    for name in _NEEDED:
        if not told.get(name):
            raise Misconfigured(f"{connection.name} has no setting `{name}`: `tally connector list` says what it means")
    return Setup(
        name=connection.name,
        location=told["location"],
        square_location=told["square_location"],
        jurisdiction=told.get("jurisdiction", "none"),
        zone=zone_in(told),
        stock_minutes=number_in(told, "stock_minutes", STOCK_MINUTES),
        pseudonym=connection.pseudonym,
    )
