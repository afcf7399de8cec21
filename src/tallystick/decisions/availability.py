"""Availability: what a channel may promise of a product at a location, and how each number comes about.

The same numbers serve the promise itself, whoever asks beforehand, and the explanation afterwards.
"""

from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from tallystick.decisions.rulebook import Terms
from tallystick.journal.layer import Layer


class Question(Struct, frozen=True, gc=False):
    """Who asks (an empty *channel* is nobody in particular), on which day, and up to which day (None: as the rules say)."""

    channel: str
    today: date
    until: date | None = None


class Availability(Struct, frozen=True, gc=False):
    """All numbers are units of one product at one location.

    `counted` units are on hand in the states that count; of these, `safety` and `buffer` are held back, `fenced` are kept
    for other channels, `claimed` are promised already without being reserved. `available` is what is left of them, below
    zero where more is kept back than there is. `incoming` are expected in time, `overdue` should have been here,
    `oversell` may be promised beyond stock; `owed_beyond` of both are promised already. `promisable` is what a promise
    may take in all: available-to-promise.
    """

    on_hand: int
    committed: int
    owed: int
    counted: int
    safety: int
    buffer: int
    fenced: int
    fence: int
    claimed: int
    available: int
    incoming: int
    overdue: int
    oversell: int
    owed_beyond: int
    promisable: int
    excluded: bool
    below_threshold: bool


def availability(layer: Layer, terms: Terms, question: Question) -> Availability:
    """Compute what *question* may be answered with; what is owed takes from units that are fenced for nobody first."""
    plans = layer.plans
    fence = plans.fences.get(question.channel, 0)
    fenced = plans.fenced - fence
    counted = sum([getattr(layer, state) for state in terms.states])
    common = counted - fence - fenced - terms.safety - terms.buffer
    claimed = min(layer.owed, common) if common > 0 else 0
    available = fence + common - claimed
    incoming, overdue = _expected(layer, terms, question) if plans.incoming else (0, 0)
    owed_beyond = layer.owed - claimed
    below = 0 < available < terms.threshold
    more = max(0, incoming + terms.oversell - owed_beyond)
    return Availability(
        on_hand=layer.on_hand,
        committed=layer.reserved,
        owed=layer.owed,
        counted=counted,
        safety=terms.safety,
        buffer=terms.buffer,
        fenced=fenced,
        fence=fence,
        claimed=claimed,
        available=available,
        incoming=incoming,
        overdue=overdue,
        oversell=terms.oversell,
        owed_beyond=owed_beyond,
        promisable=0 if terms.excluded or below else max(0, available + more),
        excluded=terms.excluded,
        below_threshold=below,
    )


def _expected(layer: Layer, terms: Terms, question: Question) -> tuple[int, int]:
    """Return units expected in time, and those whose day has passed: nobody knows when they come, so they do not count."""
    until = question.until or question.today + timedelta(days=terms.incoming_days)
    first, last = question.today.isoformat(), until.isoformat()
    counts = question.until is not None or terms.incoming_days > 0
    days = layer.plans.incoming.items()
    return sum(n for day, n in days if first <= day <= last) if counts else 0, sum(n for day, n in days if day < first)


class Because(Struct, frozen=True):
    """One step towards a number: *units* more (or fewer, below zero) for the reason given; a sum says what they come to."""

    what: str
    units: int
    because: str
    is_sum: bool = False


_STATES: Final = "units on hand that count for it"


def explained(found: Availability, terms: Terms, question: Question) -> tuple[Because, ...]:
    """Say step by step how `available` and `promisable` came about. The steps add up; what counts for nothing is left out."""
    channel = question.channel or "any channel"
    steps = [
        Because(" + ".join(terms.states), found.counted, f"{_STATES}: {', '.join(terms.states)}"),
        Because("safety stock", -found.safety, "kept back from every channel"),
        Because("buffer", -found.buffer, f"kept back from {channel}"),
        Because("fenced", -found.fenced, "kept for other channels"),
        Because("owed", -found.claimed, "promised already, though not reserved"),
    ]
    told = [s for place, s in enumerate(steps) if s.units or place == 0]
    told.append(Because("available", found.available, _available(found), is_sum=True))
    if found.incoming:
        until = question.until or question.today + timedelta(days=terms.incoming_days)
        told.append(Because("incoming", found.incoming, f"announced to arrive by {until.isoformat()}"))
    if found.oversell:
        told.append(Because("oversell", found.oversell, f"{channel} may promise so many beyond stock"))
    if found.owed_beyond and (found.incoming or found.oversell):
        told.append(Because("owed", -found.owed_beyond, "promised already beyond stock"))
    told.append(Because("available to promise", found.promisable, _promisable(found, terms, channel), is_sum=True))
    return tuple(told)


def _available(found: Availability) -> str:
    own = f", {found.fence} of it fenced for this channel" if found.fence else ""
    return f"what is left{own}" if found.available >= 0 else "more is kept back than there is"


def _promisable(found: Availability, terms: Terms, channel: str) -> str:
    if found.excluded:
        return f"{channel} is excluded from this location"
    if found.below_threshold:
        return f"fewer than the {terms.threshold} units below which {channel} shows none"
    if found.available < 0 and not found.promisable:
        return "nothing can be promised"
    return "what a promise may take"
