"""A connection's settings, read once."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.kit.settings import number_in, zone_in
from tallystick.ports.connector import Connection, Misconfigured, Pseudonym

STOCK_MINUTES: Final = 60
SWEEP_DAYS: Final = 30
SHOP: Final = "shop"
ELSEWHERE: Final = "elsewhere"
_GID: Final = "gid://shopify/"


class Setup(Struct, frozen=True, kw_only=True):
    """What a connection was told: who we are in the book, and what the shop may say of goods."""

    name: str
    location: str
    prefix: str
    providers: Mapping[str, str]
    zone: ZoneInfo
    shopify_location: str
    bank: str
    stock_minutes: int
    sweep_days: int
    ships_there: bool
    takes_back_there: bool
    takes_tests: bool
    notifies: bool
    pseudonym: Pseudonym

    def provider(self, gateway: str) -> str:
        """Return who takes the money that comes through a *gateway*."""
        return self.providers.get(gateway, self.name)

    def order(self, number: int | str) -> str:
        """Return what we call the order with Shopify's id *number*."""
        return f"{self.prefix}{number}"

    def number(self, order: str) -> str:
        """Return Shopify's id of our *order*."""
        return order.removeprefix(self.prefix)


def gid(kind: str, number: int | str) -> str:
    """Return Shopify's global id of something."""
    return f"{_GID}{kind}/{number}"


def tail(name: str) -> str:
    """Return the number at the end of a global id."""
    return name.rpartition("/")[2].partition("?")[0]


def setup_of(connection: Connection) -> Setup:
    """Read a connection's settings; raise `Misconfigured` that names the one that cannot be used."""
    told = connection.settings
    if not told.get("location"):
        raise Misconfigured(f"{connection.name} has no setting `location`: name our location that keeps its goods")
    place = told.get("shopify_location", "")
    if place and not place.isdecimal():
        raise Misconfigured(f"setting `shopify_location`: {place!r} is no id of a location, such as 655441491")
    return Setup(
        name=connection.name,
        location=told["location"],
        prefix=told.get("order_prefix", f"{connection.name}-"),
        providers=_providers(told.get("providers", "")),
        zone=zone_in(told),
        shopify_location=place,
        bank=told.get("bank", ""),
        stock_minutes=number_in(told, "stock_minutes", STOCK_MINUTES),
        sweep_days=number_in(told, "sweep_days", SWEEP_DAYS),
        ships_there=_one_of(told, "ships", (ELSEWHERE, SHOP)) == SHOP,
        takes_back_there=_one_of(told, "returns", (ELSEWHERE, SHOP)) == SHOP,
        takes_tests=_one_of(told, "test_orders", ("no", "yes")) == "yes",
        notifies=_one_of(told, "notify", ("no", "yes")) == "yes",
        pseudonym=connection.pseudonym,
    )


def _one_of(told: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    said = told.get(name, words[0])
    if said not in words:
        raise Misconfigured(f"setting `{name}`: {said!r} is none of {', '.join(words)}")
    return said


def _providers(text: str) -> dict[str, str]:
    found = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        gateway, sign, provider = part.partition("=")
        if not (sign and gateway.strip() and provider.strip()):
            raise Misconfigured(f"setting `providers`: {part!r} is no GATEWAY=PROVIDER")
        found[gateway.strip()] = provider.strip()
    return found
