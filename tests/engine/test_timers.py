"""Deadlines on real PostgreSQL: what stands too long is told so, once."""

from datetime import timedelta

from tallystick.engine.timers import Deadlines
from tallystick.messages.payments import PaymentAuthorised
from tallystick.storage.timers import Timers
from tests.engine.conftest import NOW, Stand, flush, order, receipt, unit

HALF_AN_HOUR = timedelta(minutes=30)


async def test_an_order_nobody_pays_is_let_go(stand: Stand) -> None:
    """After half an hour without money the goods are free again, and the timer is gone."""
    gate = await stand.gate()
    await flush(gate, receipt(5), order("W1", 2))
    deadlines = Deadlines(Timers(await stand.connection()), gate)

    assert await deadlines.run_once(NOW + HALF_AN_HOUR - timedelta(seconds=1)) == 0
    assert await stand.stock() == (3, 2)
    assert await deadlines.run_once(NOW + HALF_AN_HOUR) == 1
    assert await deadlines.run_once(NOW + HALF_AN_HOUR) == 0
    assert await stand.stock() == (5, 0)
    assert await stand.sql.fetchval("select state from process where subject = 'order/W1'") == "CANCELLED"


async def test_a_deadline_that_was_met_is_forgotten_without_a_word(stand: Stand) -> None:
    """The payment came: the deadline set before it means nothing, and leaves no event."""
    gate = await stand.gate()
    paid = unit("order/W1", PaymentAuthorised("W1", "stripe", 1440), "paid-1")
    await flush(gate, receipt(5), order("W1"), paid)
    before = await stand.sql.fetchval("select count(*) from event")

    deadlines = Deadlines(Timers(await stand.connection()), gate)
    assert await deadlines.run_once(NOW + HALF_AN_HOUR) == 0
    assert await stand.sql.fetchval("select count(*) from event") == before
    assert await stand.sql.fetchval("select count(*) from timer where due <= $1", NOW + HALF_AN_HOUR) == 0
