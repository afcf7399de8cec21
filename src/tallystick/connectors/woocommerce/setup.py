"""A connection's settings, read once."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.kit.settings import number_in, zone_in
from tallystick.ports.connector import Connection, Misconfigured, Pseudonym

SWEEP_DAYS: Final = 30


class Setup(Struct, frozen=True, kw_only=True):
    """What a connection was told: who we are in the book, and who takes the money."""

    name: str
    location: str
    prefix: str
    providers: Mapping[str, str]
    zone: ZoneInfo
    sweep_days: int
    pays_back: bool
    pseudonym: Pseudonym

    def provider(self, method: str) -> str:
        """Return who takes the money of a payment *method*."""
        return self.providers.get(method, self.name)

    def order(self, number: int | str) -> str:
        """Return what we call the order with WooCommerce's id *number*."""
        return f"{self.prefix}{number}"

    def number(self, order: str) -> str:
        """Return WooCommerce's id of our *order*."""
        return order.removeprefix(self.prefix)


def setup_of(connection: Connection) -> Setup:
    """Read a connection's settings; raise `Misconfigured` that names the one that cannot be used."""
    told = connection.settings
    if not told.get("location"):
        raise Misconfigured(f"{connection.name} has no setting `location`: name our location that keeps its goods")
    refunds = told.get("refunds", "gateway")
    if refunds not in ("gateway", "by_hand"):
        raise Misconfigured(f"setting `refunds`: {refunds!r} is neither gateway nor by_hand")
    return Setup(
        name=connection.name,
        location=told["location"],
        prefix=told.get("order_prefix", f"{connection.name}-"),
        providers=_providers(told.get("providers", "")),
        zone=zone_in(told),
        sweep_days=number_in(told, "sweep_days", SWEEP_DAYS),
        pays_back=refunds == "gateway",
        pseudonym=connection.pseudonym,
    )


def _providers(text: str) -> dict[str, str]:
    found = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        method, sign, provider = part.partition("=")
        if not (sign and method.strip() and provider.strip()):
            raise Misconfigured(f"setting `providers`: {part!r} is no METHOD=PROVIDER")
        found[method.strip()] = provider.strip()
    return found
