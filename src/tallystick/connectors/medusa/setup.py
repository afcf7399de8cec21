"""A connection's settings, read once."""

from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.kit.settings import zone_in
from tallystick.ports.connector import Connection, Misconfigured

_NEEDED: Final = ("location", "stock_location")


class Setup(Struct, frozen=True):
    """What a connection was told."""

    name: str
    location: str
    stock_location: str
    provider: str
    prefix: str
    zone: ZoneInfo

    def order(self, number: object) -> str:
        """Return what we call the order of the shop's id."""
        return f"{self.prefix}{number}"

    def number(self, order: str) -> str:
        """Return the shop's id of our *order*."""
        return order.removeprefix(self.prefix)


def setup_of(connection: Connection) -> Setup:
    """Read a connection's settings; raise `Misconfigured` that names the one that cannot be used."""
    told = connection.settings
    for name in _NEEDED:
        if not told.get(name):
            raise Misconfigured(f"{connection.name} has no setting `{name}`: `tally connector list` says what it means")
    return Setup(
        connection.name,
        told["location"],
        told["stock_location"],
        told.get("provider", connection.name),
        told.get("order_prefix", ""),
        zone_in(told),
    )
