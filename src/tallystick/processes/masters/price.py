"""The price of a product in a channel: what it costs from when until when, as the system of record declared it last."""

from datetime import datetime

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.masters import PriceDeclared, PriceSet
from tallystick.processes.table import NEW, Decision, Process, Row, Step

PRICED = "PRICED"
PRICES_KEPT_MAX = 50
"""Prices of the past that are kept beside those of now and later: the journal of events has them all."""


class PriceData(Struct, frozen=True, gc=False):
    """The prices of one product in one channel, by when each begins."""

    prices: tuple[PriceDeclared, ...] = ()


def declare(data: PriceData | None, step: Step, view: View) -> Decision:
    """Take a price over, in the place of one that begins at the same moment, unless that one is newer."""
    told: PriceDeclared = step.data
    before = data or PriceData()
    known = next((p for p in before.prices if p.valid_from == told.valid_from), None)
    if known is not None and told.version < known.version:
        return Decision("older", before)
    if known == told:
        return Decision("unchanged", before)
    others = [p for p in before.prices if p is not known]
    prices = sorted([*others, told], key=lambda p: p.valid_from)
    return Decision("set", PriceData(tuple(prices[-PRICES_KEPT_MAX:])), (PriceSet(told),))


def price_at(prices: tuple[PriceDeclared, ...], moment: datetime) -> PriceDeclared | None:
    """Return the price in force at *moment*: of those that have begun and not ended, the one that began last."""
    begun = [p for p in prices if p.valid_from <= moment and (p.valid_until is None or moment < p.valid_until)]
    return begun[-1] if begun else None


PRICE = Process(
    "price",
    PriceData,
    (
        Row(NEW, PriceDeclared, declare, "set", PRICED),
        Row(PRICED, PriceDeclared, declare, "set", PRICED),
        Row(PRICED, PriceDeclared, declare, "unchanged", PRICED, moves=False),
        Row(PRICED, PriceDeclared, declare, "older", PRICED, moves=False),
    ),
)
