"""Many idempotency keys at once: one effect each, every copy told the same, every other content refused."""

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
import pytest
from msgspec import Struct

from tallystick.api import entering
from tests.api.conftest import Api, order

AT_ONCE = 200


class Told(Struct):
    """What the copies of one request were told: by status and body, and how often each kind of answer came."""

    answers: list[tuple[int, Any]]
    mismatches: int = 0


def said(answer: httpx.Response) -> tuple[int, Any]:
    """An answer without what differs from call to call."""
    body = answer.json()
    body.pop("correlation", None)
    return answer.status_code, body


async def send_copies(api: Api, dice: random.Random, number: int) -> Told:
    """Send one order 1 to 20 times under one key, a fifth of the copies at once, some with other content."""
    key = {"idempotency-key": f"key-{number}"}
    units = dice.randint(1, 3)
    copies = dice.randint(1, 20)
    together = max(1, copies // 5)
    first = await asyncio.gather(*(api.post("/orders", order(f"W{number}", units), key) for _ in range(together)))
    told = Told([said(a) for a in first])
    for _ in range(copies - together):
        if dice.random() < 0.1:
            other = await api.post("/orders", order(f"W{number}", units + 1), key)
            told.mismatches += (other.status_code, other.json().get("type")) == (
                422,
                "urn:tallystick:problem:key-reused",
            )
        else:
            told.answers.append(said(await api.post("/orders", order(f"W{number}", units), key)))
    return told


async def many(api: Api, keys: int) -> list[Told]:
    """Send the copies of *keys* orders, many orders at once. Stock for two thirds only: refusals are repeated too."""
    await api.receives(keys * 4 // 3)
    dice = random.Random(4)
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Told:
        async with turn:
            return await send_copies(api, random.Random(dice.random()), number)

    return await asyncio.gather(*(one(number) for number in range(keys)))


async def check(api: Api, keys: int) -> None:
    """No key has two effects, and no copy is told anything else than the first."""
    told = await many(api, keys)
    different = [t for t in told if any(a != t.answers[0] for a in t.answers)]
    assert not different
    statuses = Counter(t.answers[0][0] for t in told)
    assert set(statuses) == {201, 409}
    connection = await api.house.connection()
    effects = await connection.fetch("select subject, count(*) from event where subject like 'order/%' group by 1")
    assert {row["count"] for row in effects} == {1}
    assert len(effects) == keys
    reserved = await connection.fetchval("select sum(reserved)::int from stock")
    assert reserved <= keys * 4 // 3
    assert sum(t.mismatches for t in told) > keys / 10
    await api.ties_out()


async def test_two_thousand_keys(api: Api) -> None:
    """One effect a key, whatever is repeated, at once or later."""
    await check(api, 2_000)


async def test_a_door_that_does_not_compare_content_is_caught(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: a door that takes other content under a known key for a repetition refuses no mismatch."""

    async def never_looks(*_: Any) -> None:
        return None

    monkeypatch.setattr(entering, "_same_request", never_looks)
    told = await many(api, 50)
    assert sum(t.mismatches for t in told) == 0
