"""Channels: what a shop or marketplace is told to show."""

from msgspec import Struct

from tallystick.model.amount import NaturalUnits


class SetStock(Struct, frozen=True, gc=False):
    """Command to a channel: show *available* units of *sku* from now on. The last one counts.

    *version* grows per (channel, sku); an older one after a newer one is ignored.
    """

    channel: str
    sku: str
    available: NaturalUnits
    version: int


class StockAsked(Struct, frozen=True, gc=False, omit_defaults=True):
    """Question to a keeper of stock: what it shows or counts now of these *skus*; none named: of all it has."""

    keeper: str
    skus: tuple[str, ...] = ()
