"""Turns on real PostgreSQL: what waits is kept beside its shelf, served in order, and proved with the book."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tallystick.engine.answer import Unit
from tallystick.engine.timers import Turns
from tallystick.messages.availability import AvailabilityRulesDeclared, Rules
from tallystick.messages.envelope import Message
from tallystick.messages.oversells import OversellRule, Policy
from tallystick.messages.payments import PaymentAuthorised
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced
from tallystick.storage.reading.proofs import check_book
from tallystick.storage.waiting.orders import WaitingOrders
from tallystick.storage.waiting.oversells import oversells
from tests.engine.conftest import NOW, Stand, flush, receipt, unit


def rule(policy: Policy, rank_seconds: int = 0) -> Unit:
    """What becomes of the web shop's oversells."""
    declared = AvailabilityRulesDeclared(Rules(oversells=(OversellRule("web", policy, rank_seconds),)))
    return unit("rules/availability", declared, f"rule-{policy}-{rank_seconds}")


def sold(name: str, quantity: int, minutes_ago: int = 0) -> Unit:
    """The shop sold lamps so many minutes ago."""
    lines = (OrderLine(1, "LAMP", quantity, 1200 * quantity),)
    placed = OrderPlaced(name, "web", "WH1", "EUR/2", "stripe", lines, already_sold=True)
    now, subject = datetime.now(UTC), f"order/{name}"
    at, body = now - timedelta(minutes=minutes_ago), msgspec.json.encode(placed)
    return Unit((Message("web", f"{name}/placed", subject, placed, body, at, at.date(), now),), subject)


def paid(name: str, units: int) -> Unit:
    """The money is held."""
    return unit(f"order/{name}", PaymentAuthorised(name, "stripe", 1200 * units), f"paid-{name}")


async def states(stand: Stand, *names: str) -> list[str]:
    """How orders stand."""
    return [await stand.sql.fetchval("select state from process where subject = $1", f"order/{n}") for n in names]


async def served(stand: Stand, at: datetime | None = None) -> int:
    """Let the clock look once whose turn it is."""
    return await Turns(WaitingOrders(stand.sql), await stand.gate(0)).run_once(at or datetime.now(UTC))


async def waiting(stand: Stand) -> list[tuple[str, int]]:
    """What is kept of those who wait."""
    rows = await stand.sql.fetch("select subject, units from waiting_order where units > 0 order by since, subject")
    return [(row[0].removeprefix("order/"), row[1]) for row in rows]


async def proved(stand: Stand) -> None:
    """Every proof of the book holds."""
    assert [p for p in await check_book(stand.url, stand.info) if not p.ok] == []


async def test_goods_go_to_those_who_wait_by_the_time_they_were_sold(stand: Stand) -> None:
    """Three wait for six lamps; four come: the first has two, the second two of three, and nobody is told twice."""
    gate = await stand.gate(0)
    await flush(gate, rule("backorder"), sold("B", 3, 1), sold("A", 2, 9), sold("C", 1), paid("A", 2), paid("B", 3))
    assert await waiting(stand) == [("A", 2), ("B", 3), ("C", 1)]
    assert await served(stand) == 0
    await flush(gate, receipt(4))
    assert await served(stand) == 2
    assert await waiting(stand) == [("B", 1), ("C", 1)]
    assert await states(stand, "A", "B", "C") == ["RELEASED", "WAITING", "RESERVED"]
    assert await served(stand) == 0
    await flush(gate, receipt(9, name="R2"))
    assert (await served(stand), await waiting(stand)) == (2, [])
    await proved(stand)


async def test_an_order_that_ends_waits_no_more(stand: Stand) -> None:
    """A cancelled backorder stands behind nothing: the goods are free for everybody."""
    gate = await stand.gate(0)
    await flush(gate, rule("backorder"), sold("A", 2))
    await flush(gate, unit("order/A", OrderCancellationRequested("A", "regret"), "cancel-A"))
    assert await waiting(stand) == []
    await flush(gate, receipt(5))
    assert await served(stand) == 0
    await proved(stand)


@pytest.mark.parametrize("gates", [1, 2])
async def test_ranks_are_settled_by_the_shops_time_over_all_gates(stand: Stand, gates: int) -> None:
    """Two lamps, three sales over one gate or two; when the time is over the two sold first have them, whoever came first."""
    one = await stand.gate(0)
    other = await stand.gate(1) if gates == 2 else one
    await flush(one, receipt(2), rule("refuse", 60), sold("C", 1, 1))
    await flush(other, sold("B", 1, 5))
    await flush(one, sold("A", 1, 9))
    assert await served(stand) == 0
    assert await states(stand, "A", "B", "C") == ["RANKED"] * 3
    assert await served(stand, datetime.now(UTC) + timedelta(seconds=61)) == 3
    assert await states(stand, "A", "B", "C") == ["RESERVED", "RESERVED", "REFUSED"]
    await proved(stand)


async def test_the_next_rank_wakes_the_worker(stand: Stand) -> None:
    """The clock knows when the next rank is due, and that none is."""
    orders = WaitingOrders(stand.sql)
    assert await orders.next_due() is None
    await flush(await stand.gate(0), rule("refuse", 60), sold("A", 1))
    due = await orders.next_due()
    assert due is not None
    assert timedelta(seconds=50) < due - datetime.now(UTC) <= timedelta(seconds=60)


async def test_oversells_are_listed_with_what_was_done(stand: Stand) -> None:
    """Units that lacked, their worth, how long nobody knew, and how the order stands."""
    gate = await stand.gate(0)
    await flush(gate, receipt(1), rule("cancel"), sold("A", 3, 2), rule("backorder"), sold("B", 1))
    found = await oversells(stand.sql, NOW - timedelta(days=1), "web")
    assert [(x.order, x.policy, x.units, x.amount, x.stands) for x in sorted(found, key=lambda x: x.order)] == [
        ("A", "cancel", 2, 2400, "RESERVED"),
        ("B", "backorder", 1, 1200, "RESERVED"),
    ]
    assert {x.order for x in found if x.known_after_seconds > 100} == {"A"}
    assert await oversells(stand.sql, NOW - timedelta(days=1), "market") == []
    await proved(stand)
