"""Kits taken apart: prices to the cent, and no kit of components that are not there."""

from hypothesis import given
from hypothesis import strategies as st

from tallystick.decisions.kits import allocated, kits_available
from tallystick.messages.selling.kits import KitComponent

COMPONENTS = st.lists(
    st.builds(KitComponent, st.sampled_from(["A", "B", "C"]), st.integers(1, 9), st.integers(0, 10**6)),
    min_size=1,
    max_size=9,
)


@given(st.integers(0, 10**12), COMPONENTS)
def test_the_parts_are_the_whole(total: int, components: list[KitComponent]) -> None:
    """Nothing is lost or made up, and no share is a minor unit off its exact value."""
    found = allocated(total, components)
    assert sum(found) == total
    weights = [x.stand_alone * x.quantity for x in components]
    if any(weights):
        assert all(abs(n * sum(weights) - total * w) < sum(weights) for n, w in zip(found, weights, strict=True))


def test_the_standards_own_example() -> None:
    """IFRS 15.IE167: 100 for what sells by itself for 50, 25 and 75 is 33, 17 and 50."""
    assert allocated(100, [KitComponent("A", 1, 50), KitComponent("B", 1, 25), KitComponent("C", 1, 75)]) == [
        33,
        17,
        50,
    ]


def test_without_prices_units_decide() -> None:
    """Giveaways beside each other."""
    assert allocated(10, [KitComponent("A", 1, 0), KitComponent("B", 3, 0)]) == [3, 7]


@given(COMPONENTS, st.dictionaries(st.sampled_from(["A", "B", "C"]), st.integers(-5, 99)))
def test_so_many_kits_can_be_made_and_no_more(components: list[KitComponent], there: dict[str, int]) -> None:
    """A product that stands in a kit twice counts together; what is owed beyond stock makes no kit."""
    kits = kits_available(components, there)

    def enough(n: int) -> bool:
        need: dict[str, int] = {}
        for x in components:
            need[x.sku] = need.get(x.sku, 0) + n * x.quantity
        return all(there.get(sku, 0) >= units for sku, units in need.items())

    assert kits >= 0
    assert kits == 0 or enough(kits)
    assert not enough(kits + 1)
