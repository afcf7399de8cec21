"""Lanes: one partner who hangs, fails or floods leaves the others as they were."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest
from msgspec import Struct

from tallystick.app.connections.doors import addresses_of
from tallystick.app.connections.tending import pushes_of
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work, work_once
from tallystick.engine.delivery import Delivery, Route, Span
from tallystick.engine.partners.lanes import MASK, Lane, Limits
from tallystick.kit.breaker import Circuit
from tallystick.messages.sales import OrderCancellationRequested
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    ConnectorError,
    InDoubt,
    Misconfigured,
    Rejected,
    Retryable,
)
from tallystick.storage.connections.health import connection_health
from tallystick.storage.outbox import Outbox
from tests.connections.conftest import WAIT_SECONDS_MAX, Shopfloor, order, until
from tests.connections.tiny import Partner, Tiny
from tests.engine.conftest import receipt, unit

AUTHORISE = "tallystick.payments.authorise_payment.v1"
CANCEL = "tallystick.sales.cancel_order.v1"
ORDERS = range(80)


async def test_a_partner_who_hangs_holds_up_nobody_else(floor: Shopfloor, partners: Callable[[], Partner]) -> None:
    """All of the well partner's commands are delivered while every call to the other one is still under way."""
    slow, well = partners(), partners()
    await floor.connects("slow", slow)
    await floor.connects("well", well)
    slow.hangs = True
    await floor.orders("slow", ORDERS)
    await floor.orders("well", ORDERS)
    stop = asyncio.Event()
    working = asyncio.create_task(work(floor.house, Way({}), stop))
    await until(lambda: len(well.heard) == len(ORDERS))
    assert slow.hanging > 0
    assert not slow.heard
    slow.let_go.set()
    stop.set()
    await working
    assert sorted(well.heard) == sorted(f"well-{n}" for n in ORDERS)
    assert set(well.effects.values()) == {1}


BEFORE = (
    "insert into outbox (event, n, kind, subject, body, due, address) select event - 1, 1, "
    "(select id from kind where name = $1), subject, body, due, 'web' from outbox returning 1"
)


@pytest.mark.parametrize("is_taken", [False, True])
async def test_what_nobody_takes_keeps_nothing_back(floor: Shopfloor, partner: Partner, *, is_taken: bool) -> None:
    """A shop that no connection serves is told nothing; the customer's payment does not wait for that.

    Where the house takes such commands beside its connections, the later one waits for the earlier, as ever.
    """
    known = await floor.connects("card", partner)
    await floor.orders("card", range(1))
    await floor.one("insert into kind (name) values ($1) on conflict do nothing returning 1", CANCEL)
    await floor.one(BEFORE, CANCEL)
    way = Way({CANCEL: Route(_acknowledges, _acknowledges)} if is_taken else {})
    delivery = pushes_of(floor.house, await floor.door(known), way, await floor.house.connection())
    assert await delivery.run_once() == (not is_taken)
    assert len(partner.heard) == (not is_taken)


async def _acknowledges(_command: Struct, key: str) -> Acknowledgement:
    return Acknowledgement(key)


async def test_a_partner_who_hangs_keeps_nobody_from_beginning(
    floor: Shopfloor, partners: Callable[[], Partner]
) -> None:
    """Paused while it hangs, its lane takes long to end; a connection made meanwhile begins at once."""
    slow, well = partners(), partners()
    await floor.connects("slow", slow)
    slow.hangs = True
    await floor.orders("slow", ORDERS)
    stop = asyncio.Event()
    working = asyncio.create_task(work(floor.house, Way({}), stop))
    await until(lambda: slow.hanging > 0)
    await (await floor.register()).pause("slow", "it hangs")
    await floor.connects("well", well)
    await floor.orders("well", ORDERS)
    await until(lambda: len(well.heard) == len(ORDERS))
    assert not slow.heard
    slow.let_go.set()
    stop.set()
    await working


async def test_a_door_that_does_not_open_is_seen_and_opens_when_it_was_mended(
    floor: Shopfloor, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration that cannot be used is told once, by the connection; mended, it works without a restart."""
    honest = Tiny.__init__

    def refuses(self: Tiny, connection: Connection) -> None:
        if "site" not in connection.settings:
            raise Misconfigured("site is missing: say which by `--set site=…`")
        honest(self, connection)

    monkeypatch.setattr(Tiny, "__init__", refuses)
    known = await floor.connects("card", partner)
    await floor.orders("card", range(1))
    stop, looking = asyncio.Event(), await floor.house.connection()
    working = asyncio.create_task(work(floor.house, Way({}), stop))
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not (ill := (await connection_health(looking))[0].ill):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)
    assert (ill[0].verb, ill[0].failed, ill[0].failure) == ("open", 1, "site is missing: say which by `--set site=…`")
    mended = msgspec.structs.replace(known.configured, settings={"site": "uk"})
    await (await floor.register()).put(mended, addresses_of(mended, Tiny))
    await until(lambda: partner.heard == ["card-0"])
    stop.set()
    await working


async def test_in_a_shared_pool_the_one_who_hangs_stops_the_other(
    floor: Shopfloor, partners: Callable[[], Partner]
) -> None:
    """The broken twin: one delivery for both. Older commands of the partner who hangs take every place there is."""
    slow, well = partners(), partners()
    doors = {}
    for name, partner in (("slow", slow), ("well", well)):
        known = await floor.connects(name, partner, places=64)
        doors[name] = await floor.door(known)
    slow.hangs = True
    await (await floor.register()).remove("slow")
    await (await floor.register()).remove("well")
    await floor.orders("slow", ORDERS)
    await floor.orders("well", ORDERS)
    lane = Lane("shared", Limits(places=64))

    async def push(command: object, key: str) -> Acknowledgement:
        door = doors[getattr(command, "provider", "")]
        return await lane.do("push", door.connector.push, command, key)

    async def ask(command: object, key: str) -> Acknowledgement | None:
        return None

    outbox = Outbox(await floor.house.connection(), floor.house.names)
    shared = Delivery(outbox, {AUTHORISE: Route(push, ask)}, lambda: datetime.now(UTC))
    running = asyncio.create_task(shared.run_once())
    await until(lambda: slow.hanging == 16)
    leased = "select count(*) from outbox where leased_until is not null and address = $1"
    assert (await floor.one(leased, "slow"), await floor.one(leased, "well")) == (64, 0)
    assert not well.heard
    running.cancel()
    slow.let_go.set()
    await asyncio.gather(running, return_exceptions=True)


async def test_commands_go_to_whom_they_name(floor: Shopfloor, partners: Callable[[], Partner]) -> None:
    """Of two partners that take the same command each gets its own; whom nobody serves waits, untried."""
    one, two = partners(), partners()
    await floor.connects("one", one)
    await floor.connects("two", two)
    for provider in ("one", "two", "nobody"):
        await floor.orders(provider, range(3))
    done = await work_once(floor.house, Way({}))
    assert done.commands == 6
    assert sorted(one.heard) == ["one-0", "one-1", "one-2"]
    assert sorted(two.heard) == ["two-0", "two-1", "two-2"]
    asked = "select array_agg(distinct address) from outbox o join kind k on k.id = o.kind where k.name = $1 and "
    assert await floor.one(asked + "state = 0 and attempts = 0", AUTHORISE) == ["nobody"]
    assert await floor.one(asked + "state = 1", AUTHORISE) == ["one", "two"]


async def test_a_paused_partner_is_not_called_and_loses_nothing(floor: Shopfloor, partner: Partner) -> None:
    """Its commands wait for it alone: no other way takes them meanwhile."""
    await floor.connects("card", partner)
    await (await floor.register()).pause("card", "their release")
    await floor.orders("card", range(3))
    elsewhere: list[object] = []

    async def push(command: object, key: str) -> Acknowledgement:
        elsewhere.append(command)
        return Acknowledgement(key)

    async def ask(command: object, key: str) -> Acknowledgement | None:
        return None

    way = Way({AUTHORISE: Route(push, ask)})
    assert (await work_once(floor.house, way)).commands == 0
    await (await floor.register()).pause("card", None)
    assert (await work_once(floor.house, way)).commands == 3
    assert (len(partner.heard), elsewhere) == (3, [])


async def test_while_the_circuit_is_open_no_attempt_is_burnt(floor: Shopfloor, partner: Partner) -> None:
    """A partner who is down costs each command no more than the failures that showed it."""
    known = await floor.connects("card", partner, places=1)
    partner.status = 503
    await floor.orders("card", range(30))
    connection = await floor.house.connection()
    door = await floor.door(known)
    delivery = pushes_of(floor.house, door, Way({}), connection)
    while door.lane.room():
        await delivery.run_once()
    assert door.lane.circuit is Circuit.OPEN
    tried = await floor.one("select sum(attempts) from outbox")
    assert await delivery.run_once() == 0
    assert await floor.one("select sum(attempts) from outbox") == tried


async def test_a_half_open_circuit_lets_one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its rest a partner is tried with one command; when that works, all follow."""
    clock = SimpleNamespace(now=0.0)
    lane = Lane("card", Limits(4, failures_max=2, rest_seconds=30), clock=lambda: clock.now)

    def fails() -> None:
        raise Retryable("away")

    for _ in range(2):
        with pytest.raises(Retryable):
            await lane.do("push", fails)
    assert (lane.circuit, lane.room()) == (Circuit.OPEN, 0)
    clock.now = 31
    assert (lane.circuit, lane.room()) == (Circuit.HALF_OPEN, 1)
    await lane.do("push", lambda: None)
    assert (lane.circuit, lane.room()) == (Circuit.CLOSED, 8)


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (Retryable("the key k-1234 is busy", 7), Retryable),
        (Rejected("k-1234 refused"), Rejected),
        (Misconfigured("k-1234 is wrong"), Misconfigured),
        (InDoubt("sent with k-1234"), InDoubt),
        (ValueError("k-1234 broke it"), InDoubt),
    ],
)
async def test_a_failure_keeps_its_kind_and_loses_the_secrets(failure: Exception, told: type[ConnectorError]) -> None:
    """What is none of the four errors is in doubt: something may have been sent before the door broke."""
    lane = Lane("card", Limits(), ("k-1234",))

    def fails() -> None:
        raise failure

    with pytest.raises(told) as raised:
        await lane.do("push", fails)
    assert "k-1234" not in str(raised.value)
    assert "k-1234" not in repr(lane.take_heard())
    if isinstance(failure, Retryable):
        assert (raised.value.after_seconds, MASK in str(raised.value)) == (7, True)  # type: ignore[attr-defined]


async def test_a_call_that_does_not_come_back_keeps_its_place_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finds no place is told so before anything is sent; the place is free again when the call is over."""
    monkeypatch.setattr("tallystick.engine.partners.lanes.PLACE_SECONDS_MAX", 0.05)
    lane, go_on = Lane("card", Limits(places=1)), threading.Event()
    first = asyncio.create_task(lane.do("push", go_on.wait, 60))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    sent: Sequence[str] = []
    with pytest.raises(Retryable):
        await lane.do("push", sent.append, "x")  # type: ignore[attr-defined]
    assert not sent
    go_on.set()
    monkeypatch.setattr("tallystick.engine.partners.lanes.PLACE_SECONDS_MAX", 60)
    assert await lane.do("push", lambda: "done") == "done"


async def test_a_budget_spreads_calls_over_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty a minute are one a second, however many want to go."""
    clock = SimpleNamespace(now=0.0)
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock.now += seconds

    monkeypatch.setattr("tallystick.engine.partners.lanes.asyncio.sleep", sleep)
    lane = Lane("card", Limits(calls_per_minute_max=60), clock=lambda: clock.now)
    for _ in range(4):
        await lane.do("push", lambda: None)
    assert waited == [1.0, 1.0, 1.0]


async def test_commands_that_go_together_are_answered_each_for_itself(
    floor: Shopfloor, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partner who takes many at once refuses one of them, and the others are done; no secret stays in the refusal."""

    def push_many(self: Tiny, keyed: Sequence[tuple[Struct, str]]) -> Sequence[Acknowledgement | ConnectorError]:
        partner.heard.append(str(len(keyed)))
        refused = Rejected(f"not with {self._connection.secret('api_key')}")
        return [refused if n == 1 else Acknowledgement(key) for n, (_, key) in enumerate(keyed)]

    monkeypatch.setattr(Tiny, "push_many", push_many, raising=False)
    await floor.connects("card", partner, places=2)
    await floor.orders("card", range(3))
    await work_once(floor.house, Way({}))
    assert partner.heard[0] == "3"
    assert await floor.one("select array_agg(outcome order by event, n) from attempt") == ["done", "rejected", "done"]
    assert await floor.one("select detail from attempt where outcome = 'rejected'") == f"not with {MASK}"


async def test_two_gates_keep_the_order_of_a_subject(floor: Shopfloor, partner: Partner) -> None:
    """The worker placed the order, then the API cancelled it: the payment is asked for first, then the shop is told.

    Numbers of gates do not follow time: this is told by when their batches were recorded. The broken twin, an order of
    numbers alone, recalled a shipment before it had asked for it.
    """
    await floor.connects("card", partner)
    line = await floor.house.connection()
    await floor.house.gate_over(line, 9).flush([receipt(10), order("W1", "card")])
    cancelled = unit("order/W1", OrderCancellationRequested("W1", "regret"), "cancelled-W1", "shop")
    await floor.house.gate_over(line, 1).flush([cancelled])
    numbers = await floor.one("select array_agg(k.name order by event, n) from outbox join kind k on k.id = kind")
    assert numbers[0] == CANCEL, "the later command has the lower number: else this shows nothing"
    register = await floor.register()
    outbox = Outbox(line, floor.house.names)
    outbox.beside = (CANCEL,)
    now = datetime.now(UTC)
    span = Span(now, now + timedelta(minutes=1))
    assert await outbox.lease(span, 10, [CANCEL]) == []
    outbox.lane = (await register.named("card")).id
    (first,) = await outbox.lease(span, 10, [AUTHORISE])
    assert first.type == AUTHORISE
