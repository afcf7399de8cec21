"""Holding: the facts of a promise made, let go of, or handed on from a reservation to its order."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.promises.fences import changes_of, with_change
from tallystick.decisions.reservation import Room, Wanted, kept
from tallystick.decisions.returning.policies import PoliciesVersion
from tallystick.decisions.rulebook import Lookup
from tallystick.decisions.sourcing.atlas import Atlas
from tallystick.decisions.view import OpenSale, View
from tallystick.journal.card import Card
from tallystick.journal.layer import Layer
from tallystick.messages.availability import FenceChanged, FenceLine
from tallystick.messages.reservations import KeptLine
from tallystick.messages.stock import HeldLine, StockNoLongerOwed, StockOwed, StockReleased, StockReserved


class Holding(Struct, frozen=True, gc=False):
    """Lines promised to *order* at *location* for *channel*; *holder* is the reservation that holds them, if one does."""

    order: str
    location: str
    channel: str
    lines: Sequence[KeptLine]
    holder: str = ""


class HandedOn(Struct, frozen=True, gc=False):
    """What an order takes over line by line, and what of the reservation it does not want."""

    lines: tuple[KeptLine, ...]
    surplus: tuple[KeptLine, ...]


def kept_facts(h: Holding) -> tuple[Struct, ...]:
    """Return the facts of a promise: what it takes from the channel's fence, units reserved, units owed."""
    held, owed, fenced = _sorted(h.lines)
    facts: list[Struct] = []
    if fenced:
        facts.append(_fence(h, -1, "promised"))
    if held:
        facts.append(StockReserved(h.order, h.location, tuple(held), h.holder))
    if owed:
        facts.append(StockOwed(h.order, h.location, tuple(owed), h.holder))
    return tuple(facts)


def freed_facts(h: Holding) -> tuple[Struct, ...]:
    """Return the facts of letting go: the opposite of the promise; the fence gets back what came out of it."""
    held, owed, fenced = _sorted(h.lines)
    facts: list[Struct] = []
    if held:
        facts.append(StockReleased(h.order, h.location, tuple(held), h.holder))
    if owed:
        facts.append(StockNoLongerOwed(h.order, h.location, tuple(owed), h.holder))
    if fenced:
        facts.append(_fence(h, 1, "let go of"))
    return tuple(facts)


def handed_on(wanted: Sequence[Wanted], held: Iterable[KeptLine]) -> HandedOn:
    """Give *wanted* lines what is *held* already, product by product."""
    rooms: dict[str, Room] = {}
    for x in held:
        room = rooms.setdefault(x.sku, Room(0, 0, 0))
        room.hold, room.owe, room.fence = room.hold + x.held, room.owe + x.owed, room.fence + x.fenced
    lines = tuple([kept(line, rooms.get(line.sku) or Room(0, 0, 0)) for line in wanted])
    left = [KeptLine(n, sku, r.hold, r.owe, r.fence) for n, (sku, r) in enumerate(rooms.items(), 1) if r.hold or r.owe]
    return HandedOn(lines, tuple(left))


class Freed:
    """A view in which *holding* is let go of already: what it could be promised instead, without letting go first."""

    def __init__(self, view: View, holding: Holding) -> None:
        """Look at *view* and change nothing in it."""
        self._view, self._holding = view, holding
        self.currency = view.currency

    def layer(self, sku: str, location: str) -> Layer:
        """See `View`."""
        layer, h = self._view.layer(sku, location), self._holding
        mine = [x for x in h.lines if x.sku == sku] if location == h.location else []
        if not mine:
            return layer
        layer = replace(layer)
        for fact in freed_facts(Holding(h.order, location, h.channel, mine)):
            for change in changes_of(fact):
                layer.plans = with_change(layer.plans, change)
        held, owed = sum(x.held for x in mine), sum(x.owed for x in mine)
        layer.sellable, layer.reserved, layer.owed = layer.sellable + held, layer.reserved - held, layer.owed - owed
        return layer

    def card(self, name: str) -> Card:
        """See `View`."""
        return self._view.card(name)

    def rules(self, moment: datetime) -> Lookup:
        """See `View`."""
        return self._view.rules(moment)

    def sourcing(self, moment: datetime) -> Atlas | None:
        """See `View`."""
        return self._view.sourcing(moment)

    def return_policies(self) -> Sequence[PoliciesVersion]:
        """See `View`."""
        return self._view.return_policies()

    def sales(self, customer: str, sku: str) -> Sequence[OpenSale]:
        """See `View`."""
        return self._view.sales(customer, sku)


def _sorted(lines: Iterable[KeptLine]) -> tuple[list[HeldLine], list[HeldLine], bool]:
    """Return the units held, those owed, and whether any came out of a fence."""
    held, owed, fenced = [], [], False
    for x in lines:
        if x.held:
            held.append(HeldLine(x.line, x.sku, x.held))
        if x.owed:
            owed.append(HeldLine(x.line, x.sku, x.owed))
        fenced = fenced or x.fenced > 0
    return held, owed, fenced


def _fence(h: Holding, sign: int, because: str) -> FenceChanged:
    lines = tuple([FenceLine(h.channel, x.sku, sign * x.fenced) for x in h.lines if x.fenced])
    return FenceChanged(h.location, because, lines)
