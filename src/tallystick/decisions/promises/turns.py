"""Turns: which orders that wait may be served now, and in what order.

Those sold first go first. What has been promised, or is reserved, is nobody's turn: only units that nobody holds are given.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from tallystick.journal.layer import Layer

Shelf = tuple[str, str]
"""(product, location)"""


class Claim(Struct, frozen=True, gc=False):
    """*units* of a shelf that an order of *channel* waits for. The lower *since*, the sooner its turn.

    With *turn_at*, it is ranked among others that come until then, and goes by its channel's rule afterwards.
    """

    subject: str
    shelf: Shelf
    units: int
    channel: str
    since: datetime
    turn_at: datetime | None = None


class Served(Struct, frozen=True):
    """It is the turn of *subject*: it may take so many units by product; none are said where its rank is settled."""

    subject: str
    most: dict[str, int] = {}

    @property
    def key(self) -> str:
        """What kind of turn it is."""
        return "goods" if self.most else "rank"


def free_for(channel: str, layer: Layer, safety: int) -> int:
    """Return the units that nobody holds and that are kept for nobody but *channel*."""
    others = layer.plans.fenced - layer.plans.fences.get(channel, 0)
    return max(0, layer.sellable - others - safety)


def expected_on(layer: Layer, safety: int, today: date) -> date | None:
    """Return the day by which the goods announced cover all that is owed; None where they do not. Late ones do not count."""
    lacking = layer.owed - max(0, layer.sellable - layer.plans.fenced - safety)
    days = sorted(layer.plans.incoming.items())
    for day, units in days:
        if day >= today.isoformat():
            lacking -= units
            if lacking <= 0:
                return date.fromisoformat(day)
    return None


def turns(claims: Iterable[Claim], shelves: Mapping[Shelf, tuple[Layer, int]], now: datetime) -> list[Served]:
    """Return whose turn it is at *now*, first to be served first; *shelves* gives each its layer and its safety stock."""
    orders: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        orders[claim.subject].append(claim)
    ranked = _ranked([x for found in orders.values() for x in found if x.turn_at], now)
    given: defaultdict[Shelf, int] = defaultdict(int)
    found = []
    for subject in sorted(orders, key=lambda name: (orders[name][0].since, name)):
        mine = orders[subject]
        # Who is not ranked yet has no turn, but what he may come to have is not given to who was sold later.
        most = _served(mine, shelves, given)
        if mine[0].turn_at is None and most:
            found.append(Served(subject, most))
        elif subject in ranked:
            found.append(Served(subject))
    return found


def _served(
    mine: Sequence[Claim], shelves: Mapping[Shelf, tuple[Layer, int]], given: dict[Shelf, int]
) -> dict[str, int]:
    """Give an order what is left of what it waits for, and return how many units of each product that is."""
    most = {}
    for claim in mine:
        layer, safety = shelves[claim.shelf]
        units = min(claim.units, max(0, free_for(claim.channel, layer, safety) - given[claim.shelf]))
        given[claim.shelf] += units
        if units:
            most[claim.shelf[0]] = units
    return most


def _ranked(contending: Sequence[Claim], now: datetime) -> set[str]:
    """Return the orders whose time is over, and all that were sold before them and want the same: those go first."""
    done = {x.subject for x in contending if x.turn_at and x.turn_at <= now}
    while done:
        last: dict[Shelf, datetime] = {}
        for x in contending:
            if x.subject in done:
                last[x.shelf] = max(x.since, last.get(x.shelf, x.since))
        more = {x.subject for x in contending if x.shelf in last and x.since <= last[x.shelf]} - done
        if not more:
            break
        done |= more
    return done
