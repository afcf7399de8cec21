"""A connection's settings, read once."""

from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.kit.settings import number_in, zone_in
from tallystick.ports.connector import Connection, Misconfigured, Pseudonym

AT_CHECKOUT, ELSEWHERE = "at_checkout", "elsewhere"
STOCK_MINUTES, WATCH_DAYS = 60, 30
_NEEDED: Final = ("location", "user")


class Setup(Struct, frozen=True):
    """What a connection was told: who we are in the book, and what the shop's statuses mean."""

    name: str
    location: str
    prefix: str
    provider: str
    is_paid: bool
    zone: ZoneInfo
    cancelled: str
    shipped: str
    stock_minutes: int
    watch_days: int
    pseudonym: Pseudonym

    def order(self, number: str) -> str:
        """Return what we call the order that the shop numbers so."""
        return f"{self.prefix}{number}"

    def number(self, order: str) -> str:
        """Return the shop's number of our *order*."""
        return order.removeprefix(self.prefix)


def setup_of(connection: Connection) -> Setup:
    """Read a connection's settings; raise `Misconfigured` that names the one that cannot be used."""
    told = connection.settings
    for name in _NEEDED:
        if not told.get(name):
            raise Misconfigured(f"{connection.name} has no setting `{name}`: `tally connector list` says what it means")
    if told.get("payment", ELSEWHERE) not in (AT_CHECKOUT, ELSEWHERE):
        raise Misconfigured(f"setting `payment`: {told['payment']!r} is neither {AT_CHECKOUT} nor {ELSEWHERE}")
    return Setup(
        name=connection.name,
        location=told["location"],
        prefix=told.get("order_prefix", f"{connection.name}-"),
        provider=told.get("provider", connection.name),
        is_paid=told.get("payment") == AT_CHECKOUT,
        zone=zone_in(told),
        cancelled=told.get("cancelled", "cancelled"),
        shipped=told.get("shipped", "shipped"),
        stock_minutes=number_in(told, "stock_minutes", STOCK_MINUTES),
        watch_days=number_in(told, "watch_days", WATCH_DAYS),
        pseudonym=connection.pseudonym,
    )
