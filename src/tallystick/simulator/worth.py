"""What each fact says it does to the value of our goods, and under which business keys: told from facts alone.

The rules of posting/ are not looked at. That makes it a second opinion, and a proof of more than itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from tallystick.messages.fulfilment import GoodsDispatched
from tallystick.messages.payments import PaymentSettled
from tallystick.messages.returns import GoodsReturned
from tallystick.messages.sales import BadDebtAdjusted, SaleCredited, SaleRecorded
from tallystick.messages.stock import (
    GoodsReceived,
    ShortageCovered,
    ShortageExplained,
    StockAdjusted,
    StockReleased,
    StockReserved,
)


def _costs(lines: Any) -> int:
    return sum(x.cost for x in lines)


def _values(lines: Any) -> int:
    return sum(x.value for x in lines)


_WORTH: dict[type[Struct], Callable[[Any], int]] = {
    SaleRecorded: lambda f: -_costs(f.goods) - _costs(f.giveaways),
    SaleCredited: lambda f: _costs(f.matched) + _costs(f.blind),
    GoodsReceived: lambda f: _values(f.supplied) + _values(f.opening),
    StockAdjusted: lambda f: _values(f.found) - _values(f.lost),
    ShortageCovered: lambda f: _values(f.lines),
    ShortageExplained: lambda f: -_values(f.lines),
    GoodsDispatched: lambda f: -_costs(f.lines) - _costs(f.unheld),
    GoodsReturned: lambda f: _costs(f.lines),
}


def worth(fact: Struct) -> int:
    """Return by how many minor units *fact* raises the inventory."""
    of = _WORTH.get(type(fact))
    return of(fact) if of else 0


_LISTS: dict[type[Struct], tuple[str, tuple[str, ...]]] = {
    SaleRecorded: ("sale", ("goods", "giveaways", "services", "charges", "vouchers")),
    SaleCredited: ("credit", ("services", "charges", "vouchers")),
    GoodsReceived: ("receipt", ("supplied", "opening")),
    StockAdjusted: ("adjustment", ("found", "lost", "found_unstocked", "lost_unstocked")),
    BadDebtAdjusted: ("adjustment", ("lines",)),
}


def business_keys(fact: Any, subject: str) -> Iterator[tuple[Any, ...]]:
    """Name what a fact posts by business keys; the book may hold each key only once."""
    kind = type(fact)
    if kind in {StockReserved, StockReleased}:
        # A reservation may be moved there and back; what it holds is compared with the shelves after every message.
        if not fact.holder:
            yield kind, subject
    elif kind is GoodsDispatched and fact.shipment:
        yield kind, subject, fact.shipment
    elif kind is PaymentSettled and fact.payout:
        yield kind, subject, fact.payout
    elif kind is SaleCredited:
        yield kind, subject, fact.credit, frozenset(x.line for x in (*fact.matched, *fact.blind))
    if kind in _LISTS:
        key, lists = _LISTS[kind]
        name = getattr(fact, key)
        for each in lists:
            for x in getattr(fact, each):
                yield kind, subject, name, x.line
