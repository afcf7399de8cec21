"""A hundred thousand idempotency keys over HTTP: one effect each, every copy told the same, other content refused."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import Struct, field

from tallystick.app.running import run
from tallystick.storage.book import connect, open_book
from tests.door.asking import Answer, Asking
from tests.door.conftest import Shop
from tests.door.rush import order

KEYS, KEYS_SOAKED = 500, 100_000
COPIES_MAX = 20
ORDERS_AT_ONCE, CONNECTIONS = 48, 64
COUNT = "select count(*) orders, count(distinct subject) subjects from event where subject like 'order/%'"


class Told(Struct):
    """What all copies were told: answers by status, how many requests there were, and what must not be."""

    statuses: Counter[int] = field(default_factory=Counter)
    requests: int = 0
    different: list[int] = field(default_factory=list)
    mismatches: int = 0
    mismatches_taken: int = 0


def _said(answer: Answer) -> Any:
    """An answer without what differs from call to call."""
    return answer.status, {name: value for name, value in answer.body.items() if name != "correlation"}


async def _copies(asking: Asking, number: int, told: Told) -> None:
    """Send one order 1 to 20 times under one key, a fifth of the copies at once, some later ones with other content."""
    dice = random.Random(number)
    key, units, copies = f"key-{number}", dice.randint(1, 3), dice.randint(1, COPIES_MAX)
    wanted, other = order(f"W{number}", quantity=units), order(f"W{number}", quantity=units + 1)
    together = max(1, copies // 5)
    answers = [_said(a) for a in await asyncio.gather(*(asking.post("/orders", wanted, key) for _ in range(together)))]
    for _ in range(copies - together):
        if dice.random() < 0.1:
            refused = await asking.post("/orders", other, key)
            told.mismatches += 1
            told.mismatches_taken += refused.body.get("type") != "urn:tallystick:problem:key-reused"
        else:
            answers.append(_said(await asking.post("/orders", wanted, key)))
    told.requests += copies
    told.statuses[answers[0][0]] += 1
    if any(a != answers[0] for a in answers):
        told.different.append(number)


async def _all(shop: Shop, keys: int) -> Told:
    asking, told, numbers = Asking(shop.url, shop.token, CONNECTIONS), Told(), iter(range(keys))

    async def sender() -> None:
        for number in numbers:
            await _copies(asking, number, told)

    try:
        await asyncio.gather(*(sender() for _ in range(ORDERS_AT_ONCE)))
    finally:
        await asking.close()
    return told


async def _counted(url: str) -> tuple[int, int, int]:
    connection = await connect(url, (await open_book(url, "main")).schema)
    try:
        (row,) = await connection.fetch(COUNT)
        return row["orders"], row["subjects"], await connection.fetchval("select sum(reserved)::bigint from stock")
    finally:
        await connection.close()


@pytest.mark.parametrize("keys", [KEYS, pytest.param(KEYS_SOAKED, marks=pytest.mark.soak)])
def test_one_effect_a_key(ours: Shop, keys: int, record_property: Callable[[str, object], None]) -> None:
    """Stock for two thirds only, so that refusals are repeated too. The twin is in tests/api/test_keys.py."""
    stock = keys * 4 // 3
    ours.stocks(stock)
    told = run(_all(ours, keys))
    record_property("requests", told.requests)
    record_property("mismatches", told.mismatches)
    assert (told.different, told.mismatches_taken) == ([], 0)
    assert set(told.statuses) == {201, 409}
    assert told.mismatches > keys / 10
    orders, subjects, reserved = run(_counted(ours.database_url))
    assert (orders, subjects) == (keys, keys)
    assert reserved <= stock
    ours.ties_out()
