"""Commands that leave together: one trip, each its own answer, and doubt about some is no doubt about all."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from tallystick.engine.delivery import BACKOFF_SECONDS_MAX, Delivery, Keyed, Many, Result, Route, Span
from tallystick.ports.connector import Acknowledgement, ConnectorError, InDoubt, Misconfigured, Rejected, Retryable
from tallystick.storage.outbox import Outbox
from tests.engine.conftest import Stand, flush, order, receipt
from tests.engine.test_delivery import AUTHORISE, REFUSE, Clock

ORDERS = 7
TOGETHER = 3


class Ledger:
    """A partner that takes commands together; `answer` says what becomes of the n-th command, by its key."""

    def __init__(self, answer: Callable[[int], ConnectorError | None] = lambda _: None) -> None:
        """Answer each as *answer* says; None is an acknowledgement."""
        self.answer = answer
        self.trips: list[list[str]] = []
        self.asked: list[list[str]] = []
        self.effects: dict[str, int] = {}
        self.failure: ConnectorError | None = None

    async def push(self, commands: Sequence[Keyed]) -> Sequence[Result]:
        """Take commands together."""
        self.trips.append([key for _, key in commands])
        for _, key in commands:
            self.effects[key] = self.effects.get(key, 0) + 1
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        return [self.answer(n) or Acknowledgement(key) for n, (_, key) in enumerate(commands)]

    async def ask(self, commands: Sequence[Keyed]) -> Sequence[Acknowledgement | None]:
        """Say which took effect."""
        self.asked.append([key for _, key in commands])
        return [Acknowledgement(key) if key in self.effects else None for _, key in commands]

    def route(self) -> Route:
        """The way to it; alone, nothing may come."""

        async def alone(*_: object) -> Acknowledgement:
            raise AssertionError("what leaves together never leaves alone")

        return Route(alone, alone, Many(self.push, self.ask, TOGETHER))


async def deliver(stand: Stand, ledger: Ledger, clock: Clock) -> Delivery:
    """Place some orders whose payments are asked for together."""
    await flush(await stand.gate(), receipt(1000), *(order(f"W{n}") for n in range(ORDERS)))
    return Delivery(Outbox(await stand.connection(), stand.names), {AUTHORISE: ledger.route()}, clock)


async def outcomes(stand: Stand) -> list[str]:
    """Return what came of every attempt."""
    return [r["outcome"] for r in await stand.sql.fetch("select outcome from attempt order by attempt, event, n")]


async def test_commands_leave_together_and_never_too_many(stand: Stand) -> None:
    """Seven commands in trips of three, three and one; each attempt is kept for itself."""
    ledger = Ledger()
    delivery = await deliver(stand, ledger, Clock())
    assert (await delivery.run_once(), await delivery.run_once()) == (ORDERS, 0)
    assert [len(trip) for trip in ledger.trips] == [3, 3, 1]
    assert await outcomes(stand) == ["done"] * ORDERS


async def test_a_trip_ends_where_its_commands_grow_heavy(stand: Stand) -> None:
    """A partner that takes fifty small journals a second takes one of a thousand lines as long: bytes count, too."""
    ledger = Ledger()
    many = Many(ledger.push, ledger.ask, ORDERS, bytes_max=1)
    await flush(await stand.gate(), receipt(1000), *(order(f"W{n}") for n in range(ORDERS)))
    route = Route(ledger.route().push, ledger.route().ask, many)
    await Delivery(Outbox(await stand.connection(), stand.names), {AUTHORISE: route}, Clock()).run_once()
    assert [len(trip) for trip in ledger.trips] == [1] * ORDERS


async def test_each_is_answered_for_itself(stand: Stand) -> None:
    """One is refused, one is to be tried again, the third has arrived."""
    refusals = {0: Rejected("closed account"), 1: Retryable("busy")}
    ledger = Ledger(refusals.get)
    await (await deliver(stand, ledger, Clock())).run_once()
    assert await outcomes(stand) == ["rejected", "retry", "done"] * 2 + ["rejected"]


async def test_a_trip_in_doubt_is_asked_for_once_for_all(stand: Stand) -> None:
    """The answer was lost after the effect: one question for the whole trip, nothing pushed again."""
    ledger = Ledger()
    ledger.failure = InDoubt("timed out")
    await (await deliver(stand, ledger, Clock())).run_once()
    assert await outcomes(stand) == ["done"] * ORDERS
    assert ledger.asked == [ledger.trips[0]]
    assert set(ledger.effects.values()) == {1}


async def test_doubt_about_one_asks_for_that_one(stand: Stand) -> None:
    """The partner is unsure of one command of a trip; the others have their answers."""
    ledger = Ledger({1: InDoubt("unsure")}.get)
    await (await deliver(stand, ledger, Clock())).run_once()
    assert ledger.asked == [[trip[1]] for trip in ledger.trips if len(trip) > 1]
    assert await outcomes(stand) == ["done"] * ORDERS


@pytest.mark.parametrize(
    ("failure", "outcome"), [(Retryable("away"), "retry"), (Misconfigured("no password"), "misconfigured")]
)
async def test_what_concerns_all_of_a_trip_is_each_ones_result(
    stand: Stand, failure: ConnectorError, outcome: str
) -> None:
    """The partner is away for one trip: its commands wait, and go again later, once."""
    ledger, clock = Ledger(), Clock()
    ledger.failure = failure
    delivery = await deliver(stand, ledger, clock)
    await delivery.run_once()
    assert await outcomes(stand) == [outcome] * 3 + ["done"] * 4
    clock.now += timedelta(seconds=BACKOFF_SECONDS_MAX)
    await delivery.run_once()
    assert await outcomes(stand) == [outcome] * 3 + ["done"] * ORDERS


async def test_an_unreadable_command_stops_no_other(stand: Stand) -> None:
    """A command that nobody can read any more is dead; the rest of its trip leaves."""
    ledger, clock = Ledger(), Clock()
    delivery = await deliver(stand, ledger, clock)
    await stand.sql.execute("update outbox set body = '{}' where event = (select min(event) from outbox)")
    await delivery.run_once()
    assert await outcomes(stand) == ["rejected"] + ["done"] * (ORDERS - 1)


async def test_an_outbox_of_some_types_and_subjects_leaves_all_others_alone(stand: Stand) -> None:
    """Journals are pushed by hand while other partners' commands keep their own pace."""
    clock = Clock()
    await deliver(stand, Ledger(), clock)
    connection = await stand.connection()
    span = Span(clock.now, clock.now + timedelta(seconds=60))
    for outbox, kind, expected in (
        (Outbox(connection, stand.names), REFUSE, []),
        (Outbox(connection, stand.names, "order/W3"), AUTHORISE, ["order/W3"]),
    ):
        assert [c.subject for c in await outbox.lease(span, 10, [kind])] == expected


async def test_what_somebody_died_with_is_taken_over_when_a_person_asks(stand: Stand) -> None:
    """A push that was killed leaves its leases behind; the next one need not wait for them, and theirs count no more."""
    clock = Clock()
    await deliver(stand, Ledger(), clock)
    outbox = Outbox(await stand.connection(), stand.names)
    span = Span(clock.now, clock.now + timedelta(seconds=60))
    leased = await outbox.lease(span, 100, [AUTHORISE])
    assert await outbox.lease(span, 100, [AUTHORISE]) == []
    await outbox.hasten(clock.now, [AUTHORISE])
    again = await outbox.lease(span, 100, [AUTHORISE])
    assert [(c.key, c.attempt) for c in again] == [(c.key, c.attempt + 1) for c in leased]


async def test_one_person_pushes_at_a_time(stand: Stand) -> None:
    """Two pushes of one book would take each other's leases."""
    first = Outbox(await stand.connection(), stand.names)
    second = Outbox(await stand.connection(), stand.names)
    assert (await first.alone(), await second.alone()) == (True, False)
