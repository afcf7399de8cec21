"""Fractions of a minor unit: rounded half away from nothing, and spread so that parts add up to their sum."""

from collections.abc import Sequence


def half_up(numerator: int, denominator: int) -> int:
    """Return a fraction that is not below zero as a whole number; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)


def spread(numerators: Sequence[int], denominator: int) -> list[int]:
    """Round each fraction down or up so that together they are the rounded sum (method of the largest remainder).

    Units that rounding down leaves go to the largest remainders, the earlier one first where two are the same.
    """
    parts = [n // denominator for n in numerators]
    left = half_up(sum(numerators), denominator) - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(numerators[i] % denominator), i))
    for i in by_remainder[:left]:
        parts[i] += 1
    return parts


def share(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide *amount* by *weights* (not all zero), to the last minor unit.

    No part exceeds its weight if *amount* does not exceed their sum.
    """
    whole = sum(weights)
    return spread([amount * w for w in weights], whole)
