"""Subscribers hear everything they asked for, in order, signed, until they have it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tallystick.engine.answer import Unit
from tallystick.engine.telling import FAILURES_MAX, Teller
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported
from tallystick.ports.publishing import Address
from tallystick.processes.family import Member, encode_family
from tallystick.processes.records.recording import Recorded, _ranges
from tallystick.publishing.signing import is_ours, new_secret, written
from tallystick.publishing.webhooks import Webhooks
from tallystick.security.keyring import Keyring
from tallystick.storage.batches.batch_rows import family_digest
from tallystick.storage.line import Server
from tallystick.storage.serving.pool import open_pool
from tallystick.storage.serving.subscribers import NoSubscriber, Subscribers
from tests.engine.conftest import Stand, flush, order, receipt, unit
from tests.telling.receiving import Receiver, receiving

PLACED = "tallystick.sales.order_placed.v1"
RESERVED = "tallystick.stock.stock_reserved.v1"


class Street:
    """A book, somebody who is told of it, and the one who tells; the clock is in our hands."""

    def __init__(self, stand: Stand, store: Subscribers, receiver: Receiver, webhooks: Webhooks) -> None:
        """Tell by *webhooks*."""
        self.stand, self.store, self.receiver = stand, store, receiver
        self.now = datetime.now(UTC) + timedelta(seconds=1)
        self.secret = new_secret()
        self.teller = Teller(store, {"http": webhooks}, lambda: self.now)

    async def subscribes(self, *types: str, name: str = "shop", from_start: bool = False) -> None:
        """Add a subscriber."""
        address = Address(self.receiver.url, (self.secret,), is_private=True)
        await self.store.add(name, address, types, from_start=from_start)

    async def tells(self) -> int:
        """Tell until nobody is due any more."""
        told = 0
        while now := await self.teller.run_once():
            told += now
        return told

    def heard(self) -> list[tuple[str, str]]:
        """Type and subject of all that was heard, in order."""
        return [(e["type"], e["subject"]) for e in self.receiver.events()]


@pytest.fixture
async def street(stand: Stand) -> AsyncIterator[Street]:
    """A book with stock, and a subscriber's server."""
    async with AsyncExitStack() as closing:
        pool = await open_pool(Server(stand.url), stand.info.schema)
        closing.push_async_callback(pool.close)
        receiver = await closing.enter_async_context(receiving())
        webhooks = Webhooks()
        closing.push_async_callback(webhooks.close)
        await flush(await stand.gate(0), receipt(1000))
        yield Street(stand, Subscribers(pool, Keyring(b"k" * 32, "main"), "main"), receiver, webhooks)


async def test_who_asks_for_a_type_is_told_of_it(street: Street) -> None:
    """Reports and facts are told as CloudEvents, those asked for and no others, from the moment of asking."""
    gate = await street.stand.gate(1)
    await flush(gate, order("W0"))
    await street.subscribes(PLACED, RESERVED)
    await flush(gate, order("W1"), order("W2"))
    assert await street.tells() == 4
    assert street.heard() == [(t, f"order/{n}") for n in ("W1", "W2") for t in (PLACED, RESERVED)]
    event = street.receiver.events()[1]
    assert (event["specversion"], event["source"], event["data"]["order"]) == ("1.0", "tallystick/main", "W1")
    assert event["id"].endswith(".1")
    assert await street.tells() == 0


async def test_everything_from_the_start(street: Street) -> None:
    """A subscriber may ask for all there ever was."""
    await flush(await street.stand.gate(1), order("W1"))
    await street.subscribes("*", from_start=True)
    await street.tells()
    assert [s for _, s in street.heard()] == ["stock/R1"] * 2 + ["order/W1"] * 2


async def test_what_is_told_is_signed(street: Street) -> None:
    """The receiver can check that it was us, lately, and exactly this; a changed body, key or moment does not pass."""
    await street.subscribes(PLACED)
    await flush(await street.stand.gate(1), order("W1"))
    await street.tells()
    headers, body = street.receiver.taken[0]
    secret = written(street.secret)
    assert headers["webhook-id"] == street.receiver.events()[0]["id"]
    assert is_ours(headers, body, secret, street.now)
    assert not is_ours(headers, body + b" ", secret, street.now)
    assert not is_ours(headers, body, written(new_secret()), street.now)
    assert not is_ours(headers, body, secret, street.now + timedelta(hours=1))
    assert not is_ours({**headers, "webhook-id": "other"}, body, secret, street.now)


async def test_a_failure_holds_back_what_comes_after(street: Street) -> None:
    """Order is kept: nothing later is told before what failed, and nothing is told twice once it was taken."""
    await street.subscribes(PLACED)
    await flush(await street.stand.gate(1), *(order(f"W{n}") for n in range(5)))
    street.receiver.moods = [204, 500]
    assert await street.tells() == 1
    assert await street.tells() == 0, "it is not due yet"
    street.now += timedelta(hours=1)
    assert await street.tells() == 4
    assert [s for _, s in street.heard()] == [f"order/W{n}" for n in range(5)]


async def test_one_bad_subscriber_is_nobody_elses_trouble(street: Street) -> None:
    """Each subscriber has its own position and its own pauses."""
    await street.subscribes(PLACED, name="good")
    await street.store.add("bad", Address("http://127.0.0.1:1/", (b"x",), is_private=True), [PLACED], from_start=False)
    await flush(await street.stand.gate(1), order("W1"))
    await street.tells()
    assert len(street.receiver.taken) == 1
    good, bad = sorted(await street.store.all(), key=lambda s: s.failures)
    assert (good.name, bad.name, bad.failures) == ("good", "bad", 1)
    assert "Retryable" in str(bad.last_failure)


async def test_a_subscriber_that_fails_for_long_is_paused(street: Street) -> None:
    """After two days of growing pauses a person must look; resumed, it hears everything that it missed."""
    await street.subscribes(PLACED)
    await flush(await street.stand.gate(1), order("W1"))
    street.receiver.moods = [500] * FAILURES_MAX
    for _ in range(FAILURES_MAX):
        await street.tells()
        street.now += timedelta(hours=2)
    (paused,) = await street.store.all()
    assert paused.paused_because == f"{FAILURES_MAX} attempts failed"
    assert street.receiver.refused == FAILURES_MAX
    await street.store.pause("shop", None)
    street.now = datetime.now(UTC) + timedelta(seconds=1)
    assert await street.tells() == 1


async def test_gone_is_gone(street: Street) -> None:
    """A subscriber that answers 410 is not asked again."""
    await street.subscribes(PLACED)
    await flush(await street.stand.gate(1), order("W1"))
    street.receiver.moods = [410]
    await street.tells()
    assert (await street.store.all())[0].paused_because == "it says it is gone"


async def test_a_busy_subscriber_says_when(street: Street) -> None:
    """429 with Retry-After is heeded."""
    await street.subscribes(PLACED)
    await flush(await street.stand.gate(1), order("W1"))
    street.receiver.moods, street.receiver.extra = [429], "retry-after: 600\r\n"
    await street.tells()
    street.now += timedelta(seconds=590)
    assert await street.tells() == 0
    street.now += timedelta(seconds=15)
    assert await street.tells() == 1


async def test_a_redirect_is_not_followed(street: Street) -> None:
    """Where a subscriber sends us is not where we were told to go."""
    await street.subscribes(PLACED)
    await flush(await street.stand.gate(1), order("W1"))
    street.receiver.moods, street.receiver.extra = [302], f"location: {street.receiver.url}/other\r\n"
    assert await street.tells() == 0
    assert not street.receiver.taken


async def test_paused_and_resumed(street: Street) -> None:
    """While paused nothing is told; afterwards everything is, in order."""
    await street.subscribes(PLACED)
    await street.store.pause("shop", "release")
    await flush(await street.stand.gate(1), order("W1"), order("W2"))
    assert await street.tells() == 0
    await street.store.pause("shop", None)
    assert await street.tells() == 2
    with pytest.raises(NoSubscriber):
        await street.store.pause("nobody", None)


async def test_a_secret_is_replaced_without_a_gap(street: Street) -> None:
    """For a day both secrets sign; then the old one does not any more."""
    await street.subscribes(PLACED)
    fresh = new_secret()
    await street.store.rotate("shop", fresh, street.now)
    gate = await street.stand.gate(1)
    await flush(gate, order("W1"))
    await street.tells()
    headers, body = street.receiver.taken[0]
    assert is_ours(headers, body, written(fresh), street.now)
    assert is_ours(headers, body, written(street.secret), street.now)
    street.now += timedelta(hours=25)
    await flush(gate, order("W2"))
    await street.tells()
    headers, body = street.receiver.taken[1]
    assert is_ours(headers, body, written(fresh), street.now)
    assert not is_ours(headers, body, written(street.secret), street.now)


async def test_two_tellers_do_not_tell_twice(street: Street) -> None:
    """A lease keeps a subscriber with one of them; what is told at once is told once."""
    await street.subscribes(PLACED)
    await flush(await street.stand.gate(1), *(order(f"W{n}") for n in range(20)))
    await asyncio.gather(*(street.teller.run_once() for _ in range(4)))
    assert [s for _, s in street.heard()] == [f"order/W{n}" for n in range(20)]


async def test_who_we_are_at_a_stream_is_sealed(street: Street) -> None:
    """What the servers of a stream ask for lies sealed in the book, and comes back to who tells."""
    to = Address("nats://127.0.0.1:4222/tally", (b"x",), is_private=True, credentials="tally:s3cret")
    await street.store.add("stream", to, [PLACED], from_start=False)
    (row,) = await street.stand.sql.fetch("select * from subscriber where name = 'stream'")
    assert "s3cret" not in repr(tuple(row))
    assert b"s3cret" not in row["credentials"]
    assert (await street.store.named("stream", street.now)).address.credentials == "tally:s3cret"


async def test_late_commits_are_not_missed(street: Street) -> None:
    """Many gates commit in any order while it is told: everything is heard once, and each subject in its order.

    A cursor over all events, the broken twin, misses what commits late with a lower number.
    """
    await street.subscribes(PLACED, "tallystick.stock.adjustment_reported.v1")
    gates = [await street.stand.gate(g) for g in range(8, 0, -1)]
    seen, cursor = set[int](), 0

    async def look() -> None:
        nonlocal cursor
        rows = await street.stand.sql.fetch("select id from event where id > $1", cursor)
        seen.update(r["id"] for r in rows)
        cursor = max(seen, default=0)

    async def write(number: int) -> None:
        gate = gates[number]
        for n in range(30):
            await flush(gate, order(f"G{number}.{n}"))
            await flush(gate, _count(f"C{n % 7}", number * 100 + n + 1))

    await flush(gates[0], order("EARLY"))
    await street.tells()
    await look()
    await flush(gates[-1], order("LATE"))
    writers = [asyncio.create_task(write(n)) for n in range(len(gates))]
    while not all(w.done() for w in writers):
        await street.tells()
        await look()
    await asyncio.gather(*writers)
    await street.tells()
    await look()
    missed = await street.stand.sql.fetch("select subject from event where not id = any($1)", list(seen))
    assert "order/LATE" in {r["subject"] for r in missed}, "the twin must miss what came late with a lower number"
    heard = street.receiver.events()
    assert len({e["id"] for e in heard}) == len(heard) == len(gates) * 30 * 2 + 2
    for subject in {e["subject"] for e in heard}:
        assert [e["id"] for e in heard if e["subject"] == subject] == await _moved(street, subject)


def _count(subject: str, line: int) -> Unit:
    """A count of one lamp, on a line of its own: the subject remembers which lines it has seen."""
    report = AdjustmentReported(subject, "WH1", "EUR/2", (AdjustmentLine(line, "LAMP", 1),))
    return unit(f"count/{subject}", report, f"count-{line}")


async def _moved(street: Street, subject: str) -> list[str]:
    """Return a subject's messages in the order in which they moved it: each kept a digest of what it left behind."""
    rows = await street.stand.sql.fetch("select id, body, after from event where subject = $1", subject)
    if len(rows) == 1:
        return [f"{rows[0]['id']}.0"]
    line_of = {r["id"]: msgspec.json.decode(r["body"])["lines"][0]["line"] for r in rows}
    found, lines, left = list[str](), set[int](), {r["id"]: r["after"] for r in rows}
    while left:
        (event,) = [e for e, after in left.items() if after == _after(lines | {line_of[e]}, len(found) + 1)]
        lines.add(line_of[event])
        found.append(f"{event}.0")
        del left[event]
    return found


def _after(lines: set[int], version: int) -> bytes:
    return family_digest(encode_family({"count": Member("RECORDED", version, Recorded(_ranges(lines)))}))
