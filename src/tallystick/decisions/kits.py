"""Kits taken apart: how many there are, what their price comes to for each component, and what comes back of them."""

from collections.abc import Mapping, Sequence

from tallystick.messages.selling.kits import KitComponent, KitSold


def kits_available(components: Sequence[KitComponent], there: Mapping[str, int]) -> int:
    """Return how many whole kits can be made of what is *there* of each product: the scarcest decides."""
    needed: dict[str, int] = {}
    for x in components:
        needed[x.sku] = needed.get(x.sku, 0) + x.quantity
    return max(0, min(there.get(sku, 0) // units for sku, units in needed.items()))


def allocated(total: int, components: Sequence[KitComponent]) -> list[int]:
    """Divide a kit's price by what its components sell for by themselves (IFRS 15.76), to the minor unit.

    What is left over by rounding down goes to the largest remainders, the first of equals first. Where nothing sells by itself, units
    decide.
    """
    weights = [x.stand_alone * x.quantity for x in components]
    if not any(weights):
        weights = [x.quantity for x in components]
    whole = sum(weights)
    found = [total * w // whole for w in weights]
    left = total - sum(found)
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in by_remainder[:left]:
        found[n] += 1
    return found


def taken_apart(kits: Sequence[KitSold], line: int, sku: str) -> KitSold | None:
    """Return the kit that *line* of *sku* names, None where it names no kit but a product."""
    return next((k for k in kits if (k.number, k.sku) == (line, sku)), None)
