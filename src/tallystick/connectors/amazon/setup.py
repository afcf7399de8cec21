"""A connection's settings, read once."""

from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.kit.settings import needed_in, number_in, zone_in
from tallystick.ports.connector import Connection

LWA: Final = "https://api.amazon.com/auth/o2/token"
SINCE_DAYS: Final = 7
PATCHES_MAX: Final = 10


class Setup(Struct, frozen=True, kw_only=True):
    """What a connection was told: who we are at Amazon and, as *name*, in the book."""

    source: str
    name: str
    location: str
    seller: str
    marketplaces: tuple[str, ...]
    prefix: str
    bank: str
    jurisdiction: str
    carrier: str
    lwa_url: str
    since_days: int
    patches_max: int
    zone: ZoneInfo

    def order(self, number: str) -> str:
        """Return what we call the order that Amazon calls *number*."""
        return f"{self.prefix}{number}"

    def number(self, order: str) -> str:
        """Return Amazon's number of our *order*."""
        return order.removeprefix(self.prefix)


def setup_of(connection: Connection) -> Setup:
    """Read a connection's settings; raise `Misconfigured` that names the one that cannot be used."""
    told = connection.settings
    name = told.get("channel", connection.name)
    return Setup(
        source=connection.name,
        name=name,
        location=needed_in(told, "location"),
        seller=needed_in(told, "seller"),
        marketplaces=tuple(x.strip() for x in needed_in(told, "marketplaces").split(",") if x.strip()),
        prefix=told.get("order_prefix", f"{name}-"),
        bank=told.get("bank", ""),
        jurisdiction=told.get("jurisdiction", ""),
        carrier=told.get("carrier", "Other"),
        lwa_url=told.get("lwa_url", LWA),
        since_days=number_in(told, "since_days", SINCE_DAYS),
        patches_max=number_in(told, "patches_max", PATCHES_MAX),
        zone=zone_in(told),
    )
