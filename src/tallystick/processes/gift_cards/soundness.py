"""What stands beside the lines of an order, gift cards and kits: what no schema says of them, checked before anything is folded."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.sales import OrderPlaced
from tallystick.messages.selling.gift_cards import GiftCardIssued
from tallystick.messages.selling.kits import KitDeclared
from tallystick.messages.selling.types import REPORTS as CARD_REPORTS
from tallystick.model.amount import NUMBER_LIMIT
from tallystick.processes.gift_cards.gift_card import WHOLE_BASIS_POINTS

Flaw = str


def order_flaw(data: OrderPlaced, numbers: set[int]) -> Flaw:
    """Return what is wrong with the taxes, gift cards or kits of an order with lines of these *numbers*; empty where nothing is."""
    return (_taxes(data, numbers) if data.taxes else "") or _cards(data) or _kits(data, numbers)


def _taxes(data: OrderPlaced, numbers: set[int]) -> Flaw:
    told = [x.line for x in data.taxes]
    wrong = next((n for n in told if n not in numbers or told.count(n) > 1), None)
    return "" if wrong is None else f"taxes: line {wrong}: is no line of the order, or stands there twice"


def _kits(data: OrderPlaced, numbers: set[int]) -> Flaw:
    parts = [x for k in data.kits for x in k.parts]
    if len({x.line for x in parts} & numbers) < len(parts):
        return "kits: each component is a line of the order, and of one kit only"
    return "kits: an order of kits is not cut down: leave partial out" if data.kits and data.partial else ""


def _made_of(data: KitDeclared) -> Flaw:
    if not data.components or any(x.sku == data.sku for x in data.components):
        return "components: a kit has some, and is none of them"
    bad = next(
        (x for x in data.components if not 0 < x.quantity < NUMBER_LIMIT or not 0 <= x.stand_alone < NUMBER_LIMIT), None
    )
    return (
        f"components: {bad.sku}: quantity {bad.quantity} or stand_alone {bad.stand_alone} is out of range"
        if bad
        else ""
    )


def _cards(data: OrderPlaced) -> Flaw:
    for x in data.cards:
        if not 0 <= x.amount < NUMBER_LIMIT:
            return f"cards: {x.card}: amount {x.amount} is below zero or not below 2^53"
    named = {x.card for x in data.cards}
    return "cards: each card has a name, and stands there once" if "" in named or len(named) < len(data.cards) else ""


def _issued(data: GiftCardIssued) -> Flaw:
    if not data.card or not data.channel:
        return "card, channel: both have a name"
    if not 0 < data.amount < NUMBER_LIMIT:
        return f"amount {data.amount} is not above zero and below 2^53"
    if not 0 <= data.breakage_basis_points < WHOLE_BASIS_POINTS:
        return f"breakage_basis_points {data.breakage_basis_points} is not between 0 and {WHOLE_BASIS_POINTS - 1}"
    if data.purpose == "multi":
        return "tax: a multi-purpose voucher is taxed with the goods" if data.tax else ""
    if not data.tender or data.breakage_basis_points or not 0 <= data.tax < data.amount:
        return "purpose: a single-purpose voucher names its tender and its tax, below its amount, and no breakage"
    return ""


HOMES: Final[dict[type[Struct], Callable[[Any], str]]] = {
    KitDeclared: lambda data: f"kit/{data.sku}",
    **dict.fromkeys(CARD_REPORTS, lambda data: f"gift_card/{data.card}"),
}
CHECKS: Final[dict[type[Struct], Callable[[Any], Flaw]]] = {
    GiftCardIssued: _issued,
    KitDeclared: _made_of,
}
