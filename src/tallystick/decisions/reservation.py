"""Reservation: what is promised of what is wanted, all of it or, on request, what is there.

Two lines of one product count together. A promise takes the channel's own fence first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.availability import Question, availability
from tallystick.decisions.rulebook import Terms
from tallystick.decisions.view import View
from tallystick.journal.layer import NO_PLANS, Layer
from tallystick.messages.reservations import KeptLine


class Wanted(Protocol):
    """A line somebody wants promised."""

    @property
    def line(self) -> int:
        """Its number."""

    @property
    def sku(self) -> str:
        """Its product."""

    @property
    def quantity(self) -> int:
        """Its units."""


class Place(Struct, frozen=True, gc=False):
    """Where the units are to come from, for which channel, and when it is asked (UTC)."""

    channel: str
    location: str
    at: datetime


class Promise(Struct, frozen=True, gc=False):
    """What can be promised line by line, and the numbers of the lines whose product cannot be promised in full.

    A *plain* one holds every line in full, out of no fence.
    """

    lines: tuple[KeptLine, ...]
    lacking: tuple[int, ...] = ()
    plain: bool = False


class Room(Struct, gc=False):
    """What may still be given of one product: units to hold, units to owe, and how many of the held the own fence gives."""

    hold: int
    owe: int
    fence: int


def promised(wanted: Sequence[Wanted], place: Place, view: View, *, partial: bool = False) -> Promise:
    """Return the promise that stock and rules allow; without *partial*, it stands only if nothing is lacking.

    A line that is lacking is promised as if it were there: whoever does not look at `lacking` oversells.
    """
    total: dict[str, int] = {}
    for line in wanted:
        total[line.sku] = total.get(line.sku, 0) + line.quantity
    lookup, location = view.rules(place.at), place.location
    if lookup.is_free and _are_plain(total, location, view):
        return Promise(tuple([KeptLine(x.line, x.sku, x.quantity) for x in wanted]), plain=True)
    question = Question(place.channel, place.at.date())
    rooms, lacking = {}, set()
    for sku, units in total.items():
        terms = lookup.terms(place.channel, sku, location)
        room = rooms[sku] = _room(view.layer(sku, location), terms, question)
        if room.hold + room.owe < units:
            lacking.add(sku)
            if not partial:
                room.hold = units
    lines = tuple([kept(line, rooms[line.sku]) for line in wanted])
    return Promise(lines, tuple([x.line for x in wanted if x.sku in lacking]))


def lines_without_stock(promise: Promise) -> tuple[int, ...]:
    """Return the numbers of the lines that cannot be held in full; none means the whole promise can be made."""
    return promise.lacking


def _are_plain(total: Mapping[str, int], location: str, view: View) -> bool:
    """Whether all units are simply there, and nothing is arranged about their layers: most of what a sale's rush asks."""
    for sku, units in total.items():
        layer = view.layer(sku, location)
        if layer.sellable < units or layer.owed or layer.plans is not NO_PLANS:
            return False
    return True


def _room(layer: Layer, terms: Terms, question: Question) -> Room:
    """Return what may be promised: reserved as far as it is there and fenced for nobody else, owed beyond."""
    found = availability(layer, terms, question)
    hold = max(0, min(found.promisable, found.available, layer.sellable - found.fenced))
    return Room(hold, found.promisable - hold, found.fence)


def room_there(layer: Layer, terms: Terms, question: Question) -> Room:
    """Return what may be reserved now by somebody who goes first: what others are owed and what is announced is left out."""
    alone = replace(layer, owed=0, plans=replace(layer.plans, incoming={}))
    room = _room(alone, terms, question)
    return Room(room.hold, 0, room.fence)


def room_now(layer: Layer, terms: Terms, question: Question) -> Room:
    """Return what may be reserved now, and nothing beyond: the claims of others, and what is kept for them, are left out."""
    room = _room(layer, terms, question)
    return Room(room.hold, 0, min(room.hold, room.fence))


def kept(line: Wanted, room: Room) -> KeptLine:
    """Give *line* what *room* has left, held units first, and take it off the room."""
    held = min(line.quantity, room.hold)
    owed = min(line.quantity - held, room.owe)
    fenced = min(held, room.fence)
    room.hold, room.owe, room.fence = room.hold - held, room.owe - owed, room.fence - fenced
    return KeptLine(line.line, line.sku, held, owed, fenced)
