"""A connection's settings, read once."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.kit.settings import number_in, zone_in
from tallystick.ports.connector import Connection, Misconfigured, Pseudonym

STOCK_MINUTES, SWEEP_DAYS = 60, 30


class Setup(Struct, frozen=True):
    """What a connection was told: who we are in the book, and whose money each way of paying brings."""

    name: str
    location: str
    prefix: str
    providers: Mapping[str, str]
    zone: ZoneInfo
    stock_location: str
    stock_minutes: int
    sweep_days: int
    pseudonym: Pseudonym

    def provider(self, method: str) -> str:
        """Return who takes the money of a payment *method*."""
        return self.providers.get(method, self.name)

    def order(self, code: str) -> str:
        """Return what we call the order that the shop calls *code*."""
        return f"{self.prefix}{code}"

    def code(self, order: str) -> str:
        """Return what the shop calls our *order*."""
        return order.removeprefix(self.prefix)


def setup_of(connection: Connection) -> Setup:
    """Read a connection's settings; raise `Misconfigured` that names the one that cannot be used."""
    told = connection.settings
    if not told.get("location"):
        raise Misconfigured(f"{connection.name} has no setting `location`: name our location that keeps its goods")
    return Setup(
        name=connection.name,
        location=told["location"],
        prefix=told.get("order_prefix", ""),
        providers=_providers(told.get("providers", "")),
        zone=zone_in(told),
        stock_location=told.get("stock_location", ""),
        stock_minutes=number_in(told, "stock_minutes", STOCK_MINUTES),
        sweep_days=number_in(told, "sweep_days", SWEEP_DAYS),
        pseudonym=connection.pseudonym,
    )


def _providers(text: str) -> dict[str, str]:
    found = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        method, sign, provider = part.partition("=")
        if not (sign and method and provider):
            raise Misconfigured(f"setting `providers`: {part!r} is no METHOD=PROVIDER")
        found[method.strip()] = provider.strip()
    return found
