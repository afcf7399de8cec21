"""Where each node of an ordered rank stands: near its neighbours above and below, and never too near those beside it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import fsum
from typing import Final

ROUNDS: Final = 120
APART: Final = 18
"""Free space between two nodes of a rank."""

STRAIGHT: Final = 0.7
"""How much a station would rather stand below the others of its edge than between its neighbours."""

Links = Sequence[tuple[str, str]]
Chains = Sequence[Sequence[str]]


def placed(order: Sequence[Sequence[str]], widths: Mapping[str, int], links: Links, chains: Chains) -> dict[str, float]:
    """Return the middle of each node, from alternating sweeps down and up; each of *chains* as upright as may be."""
    near: dict[str, list[str]] = {}
    for a, b in links:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    chain_of = {key: chain for chain in chains for key in chain}
    middles: dict[str, float] = {}
    for rank in order:
        middles |= _side_by_side(rank, widths)
    for turn in range(ROUNDS):
        for rank in order if turn % 2 == 0 else reversed(order):
            wanted = [_wish(key, near.get(key, ()), chain_of.get(key, ()), middles) for key in rank]
            for key, x in zip(rank, _kept_apart(wanted, rank, widths), strict=True):
                middles[key] = x
    return middles


def _wish(key: str, near: Sequence[str], chain: Sequence[str], middles: Mapping[str, float]) -> float:
    """Return where a node would stand if it were alone on its rank."""
    between = _mean(near, middles) if near else middles[key]
    return STRAIGHT * _mean(chain, middles) + (1 - STRAIGHT) * between if chain else between


def _mean(keys: Sequence[str], middles: Mapping[str, float]) -> float:
    return fsum(middles[k] for k in keys) / len(keys)


def _side_by_side(rank: Sequence[str], widths: Mapping[str, int]) -> dict[str, float]:
    x, found = -sum(widths[k] + APART for k in rank) / 2, {}
    for key in rank:
        found[key] = x + widths[key] / 2
        x += widths[key] + APART
    return found


def _kept_apart(wanted: Sequence[float], rank: Sequence[str], widths: Mapping[str, int]) -> list[float]:
    """Return the places nearest to *wanted* (least squares) that keep the order and the space between nodes.

    Taking off what each node must be to the right of the first turns this into isotonic regression: neighbours that
    are out of order are pooled and share their mean.
    """
    offsets = [0.0]
    for left, right in pairwise(rank):
        offsets.append(offsets[-1] + (widths[left] + widths[right]) / 2 + APART)
    pools: list[tuple[float, int]] = []
    for wish, offset in zip(wanted, offsets, strict=True):
        total, count = wish - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            other, many = pools.pop()
            total, count = total + other, count + many
        pools.append((total, count))
    means = [total / count for total, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
