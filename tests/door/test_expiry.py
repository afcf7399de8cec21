"""A basket that ran out is free again within a second, over HTTP and by the worker of `tally serve`; and without haste or sleep."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tallystick.app.running import run
from tests.door.asking import Asking
from tests.door.conftest import Shop
from tests.door.rush import order

BASKETS, BASKETS_SOAKED = 5, 50
LOOK_SECONDS = 0.005
WAIT_SECONDS_MAX = 60
WANTED = {"channel": "web", "location": "WH1", "lines": [{"sku": "LAMP", "quantity": 1}], "seconds": 1}


async def lag(asking: Asking, name: str) -> float:
    """Hold the only lamp for a second; return how many seconds after its time it was seen to be free again."""
    held = await asking.post(f"/orders/{name}/reservations/basket", WANTED)
    assert held.status == 201, held
    ends = datetime.fromisoformat(held.body["expires_at"])
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not (await asking.get("/stock/LAMP")).body["product"]["available"]:
        assert time.monotonic() < until, "it is never let go"
        await asyncio.sleep(LOOK_SECONDS)  # between two looks at the condition
    return (datetime.now(UTC) - ends).total_seconds()


async def _lags(shop: Shop, count: int, *, load: bool) -> list[float]:
    asking, busy = Asking(shop.url, shop.token), asyncio.Event()

    async def orders(n: int) -> None:
        number = 0
        while not busy.is_set():
            number += 1
            wanted = order(f"B{n}-{number}") | {"lines": [{"sku": "SHADE", "quantity": 1, "net": 1}]}
            assert (await asking.post("/orders", wanted)).status == 409

    tasks = [asyncio.create_task(orders(n)) for n in range(16 if load else 0)]
    try:
        return [await lag(asking, f"E{n}") for n in range(count)]
    finally:
        busy.set()
        await asyncio.gather(*tasks)
        await asking.close()


def test_what_ran_out_is_free_again(ours: Shop) -> None:
    """Each basket in turn gets the only lamp, which it can only if the one before was let go, and never before its time."""
    ours.stocks(1)
    assert all(found >= 0 for found in run(_lags(ours, BASKETS, load=False)))
    ours.ties_out()


@pytest.mark.soak
@pytest.mark.parametrize("load", [False, True])
def test_what_ran_out_is_free_within_a_second(
    ours: Shop, record_property: Callable[[str, object], None], *, load: bool
) -> None:
    """The promise itself, measured: with the server at rest, and with sixteen clients that ask for other things all the time."""
    ours.stocks(1)
    lags = sorted(run(_lags(ours, BASKETS_SOAKED, load=load)))
    record_property("median_ms", round(lags[len(lags) // 2] * 1000))
    record_property("longest_ms", round(lags[-1] * 1000))
    assert lags[0] >= 0
    assert lags[-1] < 1
