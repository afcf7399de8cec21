"""The order within each rank that lets few lines cross: barycentres down and up, then swaps of neighbours."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

SWEEPS: Final = 24

Links = Sequence[tuple[str, str]]
Order = list[list[str]]


def ordered(ranks: Sequence[Sequence[str]], links: Links) -> Order:
    """Return *ranks* reordered so that few of *links* (from one rank to the next) cross. Deterministic."""
    below, above = _neighbours(links), _neighbours([(b, a) for a, b in links])
    here = [list(rank) for rank in ranks]
    best, fewest = [list(rank) for rank in here], crossings(here, below)
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        for i in range(1, len(here)) if downward else range(len(here) - 2, -1, -1):
            fixed = here[i - 1] if downward else here[i + 1]
            here[i] = _by_barycentre(here[i], fixed, above if downward else below)
        _swap(here, below)
        found = crossings(here, below)
        if found < fewest:
            best, fewest = [list(rank) for rank in here], found
    return best


def crossings(order: Order, below: Mapping[str, Sequence[str]]) -> int:
    """Count the pairs of links that cross."""
    return sum(_between(upper, lower, below) for upper, lower in pairwise(order))


def _between(upper: Sequence[str], lower: Sequence[str], below: Mapping[str, Sequence[str]]) -> int:
    place = {key: i for i, key in enumerate(lower)}
    ends = [sorted(place[b] for b in below.get(key, ())) for key in upper]
    return sum(1 for i, left in enumerate(ends) for right in ends[i + 1 :] for a in left for b in right if b < a)


def _neighbours(links: Links) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for a, b in links:
        found.setdefault(a, []).append(b)
    return found


def _by_barycentre(rank: Sequence[str], fixed: Sequence[str], near: Mapping[str, Sequence[str]]) -> list[str]:
    place = {key: i for i, key in enumerate(fixed)}
    weights = {}
    for i, key in enumerate(rank):
        ends = [place[k] for k in near.get(key, ())]
        weights[key] = sum(ends) / len(ends) if ends else i * len(fixed) / len(rank)
    return sorted(rank, key=lambda key: weights[key])


def _swap(order: Order, below: Mapping[str, Sequence[str]]) -> None:
    """Swap neighbours as long as that takes crossings away."""
    improved = True
    while improved:
        improved = False
        for i, rank in enumerate(order):
            around = order[max(0, i - 1) : i + 2]
            for j in range(len(rank) - 1):
                before = crossings(around, below)
                rank[j], rank[j + 1] = rank[j + 1], rank[j]
                if crossings(around, below) < before:
                    improved = True
                else:
                    rank[j], rank[j + 1] = rank[j + 1], rank[j]
