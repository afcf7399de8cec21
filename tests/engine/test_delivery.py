"""The outbox on real PostgreSQL: nothing missed, nothing twice, every attempt kept."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct

from tallystick.engine.delivery import ATTEMPTS_MAX, BACKOFF_SECONDS_MAX, Delivery, Leased, Route, Span, backoff_seconds
from tallystick.messages.payments import PaymentAuthorised
from tallystick.ports.connector import Acknowledgement, ConnectorError, InDoubt, Rejected, Retryable
from tallystick.storage.outbox import Outbox
from tests.engine.conftest import Stand, flush, order, receipt, unit

AUTHORISE = "tallystick.payments.authorise_payment.v1"
REFUSE = "tallystick.sales.refuse_order.v1"
SHIP = "tallystick.fulfilment.ship_order.v1"


class Partner:
    """A partner that fails as it is told to and remembers what took effect, by key."""

    def __init__(self, *failures: ConnectorError, effect_before_failure: bool = False) -> None:
        """Fail once for each of *failures*, then work."""
        self.failures, self.effect_first = list(failures), effect_before_failure
        self.effects: Counter[str] = Counter()
        self.heard: list[Struct] = []

    async def push(self, command: Struct, key: str) -> Acknowledgement:
        """Take a command."""
        self.heard.append(command)
        if self.failures:
            if self.effect_first:
                self.effects[key] += 1
            raise self.failures.pop(0)
        self.effects[key] += 1
        return Acknowledgement(f"theirs-{key}")

    async def ask(self, command: Struct, key: str) -> Acknowledgement | None:
        """Say whether a key took effect."""
        return Acknowledgement(f"theirs-{key}") if self.effects[key] else None

    def route(self) -> Route:
        """The way to this partner."""
        return Route(self.push, self.ask)


class Clock:
    """A clock that is set, not waited for."""

    def __init__(self) -> None:
        """Start in the future of every command."""
        self.now = datetime.now(UTC) + timedelta(days=1)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


async def _placed(stand: Stand, orders: int = 1) -> Outbox:
    await flush(await stand.gate(), receipt(1000), *(order(f"W{n}") for n in range(orders)))
    return Outbox(await stand.connection(), stand.names)


async def _lease(outbox: Outbox, clock: Clock, *kinds: str) -> Sequence[Leased]:
    return await outbox.lease(Span(clock.now, clock.now + timedelta(seconds=60)), 10, kinds or (AUTHORISE,))


async def _attempts(stand: Stand) -> list[str]:
    return [r["outcome"] for r in await stand.sql.fetch("select outcome from attempt order by event, n, attempt")]


async def test_a_command_is_delivered_and_its_attempt_kept(stand: Stand) -> None:
    """The payment of an order is asked for once, under a key of its own."""
    partner, clock = Partner(), Clock()
    delivery = Delivery(await _placed(stand), {AUTHORISE: partner.route()}, clock)
    assert (await delivery.run_once(), await delivery.run_once()) == (1, 0)
    assert await _attempts(stand) == ["done"]
    assert list(partner.effects.values()) == [1]


async def test_a_failure_is_tried_again_later_and_every_attempt_is_kept(stand: Stand) -> None:
    """Backoff: not before its time, and then with the same key."""
    partner, clock = Partner(Retryable("busy", 30), Retryable("busy", 30)), Clock()
    delivery = Delivery(await _placed(stand), {AUTHORISE: partner.route()}, clock)
    await delivery.run_once()
    assert await delivery.run_once() == 0
    for _ in range(2):
        clock.now += timedelta(seconds=BACKOFF_SECONDS_MAX)
        await delivery.run_once()
    assert await _attempts(stand) == ["retry", "retry", "done"]
    assert list(partner.effects.values()) == [1]


async def test_in_doubt_is_asked_before_anything_is_sent_again(stand: Stand) -> None:
    """A time-out after the effect is found by asking: the partner hears the command once."""
    partner, clock = Partner(InDoubt("timed out"), effect_before_failure=True), Clock()
    delivery = Delivery(await _placed(stand), {AUTHORISE: partner.route()}, clock)
    await delivery.run_once()
    assert await _attempts(stand) == ["done"]
    assert len(partner.heard) == 1


async def test_a_rejected_command_is_dead_until_somebody_revives_it(stand: Stand) -> None:
    """The partner refused: trying again changes nothing, so nobody does until a person says so."""
    partner, clock = Partner(Rejected("unknown currency")), Clock()
    outbox = await _placed(stand)
    delivery = Delivery(outbox, {AUTHORISE: partner.route()}, clock)
    await delivery.run_once()
    clock.now += timedelta(days=1)
    assert await delivery.run_once() == 0
    row = await stand.sql.fetchrow("select event, n from outbox where state = 2")
    assert row is not None
    assert await outbox.revive(row["event"], row["n"], clock.now)
    assert await delivery.run_once() == 1


async def test_it_gives_up_after_its_attempts(stand: Stand) -> None:
    """A partner that never answers gets its number of tries; then the command is a dead letter, not a loop."""
    partner, clock = Partner(*(Retryable("away") for _ in range(ATTEMPTS_MAX + 5))), Clock()
    delivery = Delivery(await _placed(stand), {AUTHORISE: partner.route()}, clock)
    for _ in range(ATTEMPTS_MAX + 3):
        await delivery.run_once()
        clock.now += timedelta(seconds=BACKOFF_SECONDS_MAX)
    assert await _attempts(stand) == ["retry"] * (ATTEMPTS_MAX - 1) + ["given_up"]


async def test_a_lease_that_ran_out_is_taken_over(stand: Stand) -> None:
    """A deliverer killed in the middle holds nothing for ever, and the one that comes late changes nothing."""
    outbox, clock = await _placed(stand), Clock()
    (lost,) = await _lease(outbox, clock)
    assert await _lease(outbox, clock) == []
    clock.now += timedelta(seconds=61)
    (taken,) = await _lease(outbox, clock)
    assert (taken.key, taken.attempt) == (lost.key, lost.attempt + 1)


async def test_commands_of_one_subject_leave_in_order(stand: Stand) -> None:
    """An order's shipment is not asked for while its payment request still waits."""
    outbox, clock = await _placed(stand), Clock()
    paid = unit("order/W0", PaymentAuthorised("W0", "stripe", 1440), "paid-1")
    await flush(await stand.gate(), paid)
    heard: list[str] = []

    def partner(name: str, *, fails: bool = False) -> Route:
        async def push(command: Struct, key: str) -> Acknowledgement:
            heard.append(name)
            if fails and heard.count(name) == 1:
                raise Retryable("away")
            return Acknowledgement(key)

        async def ask(command: Struct, key: str) -> Acknowledgement | None:
            return None

        return Route(push, ask)

    delivery = Delivery(outbox, {AUTHORISE: partner("pay", fails=True), SHIP: partner("ship")}, clock)
    for _ in range(3):
        await delivery.run_once()
        clock.now += timedelta(seconds=BACKOFF_SECONDS_MAX)
    assert heard == ["pay", "pay", "ship"]


async def test_the_outbox_misses_no_row_whatever_the_commit_order(stand: Stand) -> None:
    """Writers commit in any order while a deliverer reads; a cursor on the last number seen (the broken twin) misses rows."""
    await flush(await stand.gate(), receipt(100_000))
    dice, clock, partner = random.Random(4), Clock(), Partner()
    delivery = Delivery(
        Outbox(await stand.connection(), stand.names), {AUTHORISE: partner.route(), REFUSE: partner.route()}, clock
    )
    watching, writing = await stand.connection(), True
    seen_by_cursor: set[int] = set()

    async def writer(number: int) -> None:
        connection = await stand.connection()
        for n in range(8):
            async with connection.transaction():
                await connection.execute(
                    "insert into outbox (event, n, kind, subject, body, due) select $1, 1, id, $2, $3, now() from kind where name = $4",
                    _numbered_at_start(number, n),
                    f"order/X{number}-{n}",
                    b'{"order":"X","provider":"stripe","currency":"EUR/2","amount":1}',
                    AUTHORISE,
                )
                await connection.execute("select pg_sleep($1)", dice.random() / 50)

    async def cursor_twin() -> None:
        last = 0
        while writing:
            rows = await watching.fetch("select event from outbox where event > $1 order by event", last)
            seen_by_cursor.update(r["event"] for r in rows)
            last = max([last, *(r["event"] for r in rows)])

    async def deliverer() -> None:
        while writing:
            await delivery.run_once()

    await flush(await stand.gate(1), order("W1"))
    twin, reader = asyncio.create_task(cursor_twin()), asyncio.create_task(deliverer())
    await asyncio.gather(*(writer(n) for n in range(50)))
    writing = False
    await asyncio.gather(twin, reader)
    while await delivery.run_once():
        pass

    assert len(partner.effects) == 50 * 8 + 1
    assert set(partner.effects.values()) == {1}
    assert len(seen_by_cursor) < len(partner.effects), "the broken twin should have missed something"


def _numbered_at_start(number: int, n: int) -> int:
    """Number a row when its transaction begins, as a sequence would: the commits come in another order."""
    return 1_000_000_000_000 + n * 1000 + number


@pytest.mark.parametrize("attempt", [1, 5, 50])
def test_backoff_doubles_with_full_jitter_and_has_a_limit(attempt: int) -> None:
    """A crowd of failures is spread, and nobody waits for ever."""
    dice = random.Random(1)
    waits = [backoff_seconds(attempt, dice) for _ in range(200)]
    ceiling = min(BACKOFF_SECONDS_MAX, 2 ** (attempt - 1))
    assert max(waits) <= ceiling
    assert min(waits) < ceiling / 4
    assert len(set(waits)) == len(waits)
