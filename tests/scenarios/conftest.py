"""The shop of the stories: it speaks the shopkeeper's words, shows the book as text, and ends in the tie-out."""

from collections.abc import Iterator

import pytest

from tests.scenarios.desk import Desk
from tests.scenarios.shop import Shop
from tests.scenarios.sourcer import Sourcer


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop with an empty book. When the story ends, everything is proved, whatever the story was about."""
    shop = Shop()
    yield shop
    assert shop.tie_out() == []


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """The shop's desk for rules and baskets; the shop's tie-out speaks for both."""
    return Desk(shop)


@pytest.fixture
def sourcer(shop: Shop) -> Sourcer:
    """The shop's other locations, and the policy that chooses among them; the shop's tie-out speaks for all."""
    return Sourcer(shop)
