"""Promises on real PostgreSQL: rules, fences and owed units hold between batches and gates, and every proof with them."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from tallystick.engine.answer import Answer, Unit
from tallystick.engine.timers import Deadlines
from tallystick.messages.availability import (
    AllocationLine,
    AllocationRequested,
    AvailabilityRulesDeclared,
    ChannelRule,
    InboundAnnounced,
    InboundLine,
    Rules,
    SafetyRule,
)
from tallystick.messages.envelope import Message
from tallystick.messages.reservations import (
    ReservationConfirmed,
    ReservationRequested,
    ReservationTransferRequested,
    WantedLine,
)
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.storage.reading.promising.past import Known, stock_at
from tallystick.storage.reading.promising.shelf_lines import Asked, AvailabilityReader, GroupUnknown
from tallystick.storage.reading.proofs import check_book
from tallystick.storage.timers import Timers
from tests.engine.conftest import NOW, Stand, flush, order, receipt, unit


def rules(name: str, **declared: object) -> Unit:
    """New rules at once."""
    return unit("rules/availability", AvailabilityRulesDeclared(Rules(**declared)), name)  # type: ignore[arg-type]


def fence(name: str, quantity: int, channel: str) -> Unit:
    """Units of lamps kept for a channel."""
    asked = AllocationRequested(name, "WH1", (AllocationLine(1, "LAMP", quantity),), "", channel)
    return unit(f"allocation/{name}", asked, name)


def basket(name: str, quantity: int, seconds: int = 900) -> Unit:
    """A reservation of lamps for the web shop."""
    asked = ReservationRequested(name, "1", "web", "WH1", (WantedLine(1, "LAMP", quantity),), seconds)
    return unit(f"order/{name}", asked, f"basket-{name}")


def ordered(name: str, quantity: int, channel: str = "web", reservation: str = "") -> Unit:
    """An order of lamps."""
    lines = (OrderLine(1, "LAMP", quantity, 1200 * quantity),)
    placed = OrderPlaced(name, channel, "WH1", "EUR/2", "stripe", lines, reservation=reservation)
    return unit(f"order/{name}", placed, f"placed-{name}")


def outcomes(answers: list[Answer]) -> list[str]:
    """What became of each."""
    return [a.outcome for a in answers]


async def proved(stand: Stand) -> None:
    """Every proof of the book holds."""
    wrong = [p for p in await check_book(stand.url, stand.info) if not p.ok]
    assert wrong == []


async def test_rules_count_within_their_batch_and_for_every_gate(stand: Stand) -> None:
    """Whoever promises next promises by the new rules: later in the same batch, and at the gate beside."""
    one, two = await stand.gate(0), await stand.gate(1)
    assert outcomes(await flush(two, receipt(5), order("W1"))) == ["recorded", "reserved"]
    answers = await flush(one, order("W2"), rules("r1", safety=(SafetyRule(3),)), order("W3"))
    assert outcomes(answers) == ["reserved", "set", "refused"]
    assert outcomes(await flush(two, order("W4"))) == ["refused"]
    await flush(two, rules("r2"))
    assert outcomes(await flush(one, order("W5", 3))) == ["reserved"]
    await proved(stand)


async def test_a_fence_holds_against_another_gate(stand: Stand) -> None:
    """The fence stands in the row that the promise locks: nobody can read it stale, not even while it is being moved."""
    one, two = await stand.gate(0), await stand.gate(1)
    await flush(one, receipt(10))
    for n in range(8):
        await asyncio.gather(flush(one, fence(f"f{n}", 1, "market")), flush(two, ordered(f"W{n}", 1)))
    lines = await AvailabilityReader(stand.sql).lines(Asked(["LAMP"], NOW, "web"))
    (line,) = lines
    assert line.layer.plans.fenced <= line.layer.sellable
    assert line.layer.sellable + line.layer.reserved == 10
    assert line.numbers.promisable == 0
    await proved(stand)


async def test_a_large_batch_keeps_plans_as_a_small_one_does(stand: Stand) -> None:
    """More than a statement's worth goes in by COPY: fences consumed, owed units and plan changes are all there."""
    gate = await stand.gate()
    oversell = rules("r1", channels=(ChannelRule("market", oversell=50),))
    await flush(gate, receipt(200), oversell, fence("f1", 100, "market"))
    answers = await flush(gate, *(ordered(f"W{n}", 1, ("web", "market")[n % 2]) for n in range(400)))
    kept = outcomes(answers).count("reserved")
    assert kept == 250
    assert await stand.sql.fetchval("select owed from stock") == 50
    assert await stand.sql.fetchval("select count(*) from plan_change") == 101
    await proved(stand)


async def test_a_reservation_expires_by_the_clock_and_frees_its_units(stand: Stand) -> None:
    """The deadline is kept to the second it was asked for; a firm reservation has none."""
    gate = await stand.gate()
    await flush(gate, receipt(5), basket("B1", 2, 60), basket("B2", 2, 60))
    await flush(gate, unit("order/B2", ReservationConfirmed("B2", "1"), "firm"))
    clock = Deadlines(Timers(await stand.connection()), gate)
    assert await clock.run_once(NOW + timedelta(seconds=59)) == 0
    assert await clock.run_once(NOW + timedelta(seconds=60)) == 1
    assert await stand.stock() == (3, 2)
    await proved(stand)


async def test_an_order_takes_its_reservation_over_in_one_transaction(stand: Stand) -> None:
    """Hundreds of others want the last lamps while the basket becomes an order: none of them gets any."""
    one, two = await stand.gate(0), await stand.gate(1)
    await flush(one, receipt(5), basket("B1", 5))
    mine, others = await asyncio.gather(
        flush(one, ordered("B1", 5, reservation="1")), flush(two, *(ordered(f"W{n}", 1) for n in range(200)))
    )
    assert outcomes(mine) == ["reserved"]
    assert set(outcomes(others)) == {"refused"}
    row = await stand.sql.fetch("select kind, state from process where subject = 'order/B1'")
    assert [tuple(r) for r in row] == [("order", "RESERVED")]
    await proved(stand)


async def test_two_baskets_that_change_places_do_not_stand_in_each_others_way(stand: Stand) -> None:
    """Each moves to where the other is: rows are locked in one order, whatever a message looks at first."""
    one, two = await stand.gate(0), await stand.gate(1)
    elsewhere = ReceiptReported("R2", "WH2", "EUR/2", "supplier", (ReceiptLine(1, "LAMP", 50, 2000),))
    await flush(one, receipt(50), unit("stock/R2", elsewhere, "r2"))
    await flush(one, *(basket(f"B{n}", 1) for n in range(4)))

    def moves(n: int, to: str) -> Unit:
        return unit(f"order/B{n}", ReservationTransferRequested(f"B{n}", "1", location=to), f"move-{n}-{to}")

    for n in range(4):
        first, second = await asyncio.gather(
            flush(one, moves(n, "WH2")), flush(two, moves((n + 1) % 4, "WH1"), ordered(f"W{n}", 1))
        )
        assert {*outcomes(first), *outcomes(second)} <= {"transferred", "reserved"}
    await proved(stand)


async def test_what_was_promised_then_and_what_is_known_now_of_then(stand: Stand) -> None:
    """A receipt of the first reaches the book on the third: the second's promise was right by what was known then."""
    gate = await stand.gate()
    first, second = NOW - timedelta(days=2), NOW - timedelta(days=1)
    lines = (ReceiptLine(1, "LAMP", 5, 2000),)
    late = ReceiptReported("R1", "WH1", "EUR/2", "supplier", lines)
    body = msgspec.json.encode(late)
    came_late = Unit((Message("test", "late", "stock/R1", late, body, first, first.date(), NOW),), "stock/R1")
    before = datetime.now(UTC)
    await gate.flush([came_late])
    await flush(gate, basket("B1", 2), fence("f1", 1, "market"))

    then = await stock_at(stand.sql, "LAMP", second, Known.RECORDED)
    known = await stock_at(stand.sql, "LAMP", second, Known.EFFECTIVE)
    now = await stock_at(stand.sql, "LAMP", datetime.now(UTC), Known.RECORDED)
    assert (then.layers, before > second) == ({}, True)
    assert (known.layers["WH1"].sellable, known.layers["WH1"].reserved) == (5, 0)
    layer = now.layers["WH1"]
    assert (layer.sellable, layer.reserved, layer.plans.fences) == (3, 2, {"market": 1})
    assert [(h.subject, h.reserved) for h in now.holders] == [("order/B1", 2)]


async def test_availability_is_read_by_the_rules_that_promise(stand: Stand) -> None:
    """By product, place, group and day; unknown products have no line; freshness names the last event."""
    gate = await stand.gate()
    coming = InboundAnnounced("I1", "WH1", date(2026, 11, 30), (InboundLine(1, "LAMP", 4),))
    groups = ({"group": "north", "locations": ("WH1",)},)
    declared = msgspec.convert({"groups": groups, "safety": [{"units": 1}]}, Rules)
    await flush(gate, receipt(5), receipt(7, "SHADE", "R2"), unit("inbound/I1", coming, "i1"))
    answers = await flush(gate, unit("rules/availability", AvailabilityRulesDeclared(declared), "r1"), basket("B1", 2))
    reader = AvailabilityReader(stand.sql)

    lines = {x.sku: x for x in await reader.lines(Asked(["LAMP", "SHADE", "NONE"], NOW, "web"))}
    assert {sku: x.numbers.promisable for sku, x in lines.items()} == {"LAMP": 2, "SHADE": 6}
    assert lines["LAMP"].event == answers[1].event
    assert lines["LAMP"].recorded_at is not None
    (by_then,) = await reader.lines(Asked(["LAMP"], NOW, "web", group="north", until=date(2026, 12, 1)))
    assert by_then.numbers.promisable == 6
    assert await reader.lines(Asked(["LAMP"], NOW, "web", ["WH9"])) == []
    with pytest.raises(GroupUnknown, match="north"):
        await reader.lines(Asked(["LAMP"], NOW, group="south"))
    assert (await reader.inbox_lag()).deliveries == 0


@pytest.mark.parametrize(
    "harm",
    [
        "update stock set plans = jsonb_set(plans, '{fences,market}', '2')",
        "delete from plan_change",
        "update plan_change set change = change + 1",
        "update stock set owed = owed + 1",
        "update stock set sellable = 0",
    ],
)
async def test_a_plan_changed_by_hand_is_found(stand: Stand, harm: str) -> None:
    """Fences and owed units are proved from the facts: what somebody writes past the gate does not stand."""
    gate = await stand.gate()
    await flush(gate, receipt(5), fence("f1", 3, "market"))
    await proved(stand)
    await stand.sql.execute(harm)
    assert [p.name for p in await check_book(stand.url, stand.info) if not p.ok] != []
