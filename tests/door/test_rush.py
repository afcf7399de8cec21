"""Ten thousand buyers for a hundred lamps, over HTTP: none oversold, and none left unsold while somebody wanted it."""

import pytest

from tallystick.app.running import run
from tests.door.asking import Asking
from tests.door.conftest import Shop
from tests.door.rush import AT_ONCE, Outcome, Rush

LAMPS = 100
BUYERS, BUYERS_SOAKED = 1_000, 10_000
ROUNDS, ROUNDS_SOAKED = 2, 100


def a_round(shop: Shop, seed: int, buyers: int) -> Outcome:
    """Stock an empty shop and let the buyers in."""
    shop.stocks(LAMPS)

    async def rushed() -> Outcome:
        asking = Asking(shop.url, shop.token, AT_ONCE)
        try:
            return await Rush(asking, seed).runs(buyers)
        finally:
            await asking.close()

    return run(rushed())


def _every_lamp_is_sold_once(shop: Shop, seed: int, buyers: int) -> None:
    found = a_round(shop, seed, buyers)
    assert (found.sent, found.left, found.falsely_refused) == (LAMPS, 0, 0), found
    assert found.tries > buyers
    shop.ties_out()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_lamp_is_sold_once(ours: Shop, seed: int) -> None:
    """Four channels; baskets that run out and payments that fail, three in ten; who was refused comes again when one is free."""
    _every_lamp_is_sold_once(ours, seed, BUYERS)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(ROUNDS_SOAKED))
def test_every_lamp_is_sold_once_in_earnest(ours: Shop, seed: int) -> None:
    """A hundred rounds of ten thousand buyers."""
    _every_lamp_is_sold_once(ours, seed, BUYERS_SOAKED)


def test_a_shop_that_looks_first_and_writes_later_oversells(twin: Shop) -> None:
    """The naive twin under the very same requests: it reads stock and writes it in transactions of their own."""
    found = a_round(twin, 0, BUYERS)
    assert found.sent > LAMPS, found
