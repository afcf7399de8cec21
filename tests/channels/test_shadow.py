"""A channel in the shadow is shown nothing; with the switch it is shown everything, and nobody falls between."""

import asyncio

from tallystick.engine.answer import Unit
from tallystick.messages.golive.reports import ChannelSwitched, ShadowBegun
from tallystick.processes.members import CHANNELS_SUBJECT
from tests.channels.conftest import Market
from tests.channels.window import Window
from tests.engine.conftest import order, receipt, unit

SHADOW = unit(CHANNELS_SUBJECT, ShadowBegun("web", "old", "user:1", 3), "s1")
SWITCH = unit(CHANNELS_SUBJECT, ChannelSwitched("web", "user:1", 3), "s2")
COUNT = "select (select count(*) from outbox), (select count(*) from kept_command)"


async def counts(market: Market) -> tuple[int, int]:
    """Commands to be told, and commands kept."""
    ((told, kept),) = await (await market.house.connection()).fetch(COUNT)
    return told, kept


async def test_stock_is_not_shown_in_the_shadow(market: Market, window: Window) -> None:
    """The numbers are followed all the while, so that the switch shows the newest at once."""
    await market.takes(SHADOW, receipt(10))
    door = await market.connects("web", window)
    assert (await market.tells(door), window.shows) == (0, {})
    await market.takes(order("W1", 4))
    assert (await market.tells(door), window.shows) == (0, {})
    await market.takes(SWITCH)
    assert (await market.tells(door), window.shows) == (1, {"LAMP": 6})
    assert await counts(market) == (0, 1)


async def test_within_one_batch_the_switch_parts_what_is_told(market: Market) -> None:
    """Before it a command is kept, after it the next one is told."""
    await market.takes(receipt(10), SHADOW, order("W1"), SWITCH, order("W2"))
    assert await counts(market) == (1, 1)
    assert await market.one("select subject from outbox") == "order/W2"
    assert str(await market.one("select closed_as from kept_command")).startswith("done by the old system")


async def test_a_switch_waits_for_batches_under_way(market: Market) -> None:
    """A batch of another gate that began in the shadow ends in it; the one after it, begun while it waited, does not."""
    await market.takes(receipt(10), SHADOW)
    slow = await market.house.gate(number=1)
    batch = await slow._store.begin()
    assert batch.shadow == {"web"}
    switching = asyncio.create_task(market.takes(SWITCH))
    await _somebody_waits(market)
    later: asyncio.Task[None] = asyncio.create_task(market.takes(order("W2"), gate=1))
    await _somebody_waits(market, 2)
    assert not switching.done()
    await batch.rollback()
    await asyncio.gather(switching, later)
    assert await counts(market) == (1, 0)


async def test_what_two_gates_fold_around_a_switch_is_told_or_kept_once(market: Market) -> None:
    """Forty orders at two gates, the switch among them: each asks for its payment once, or the old system does."""
    await market.takes(receipt(100), SHADOW)
    orders = [order(f"W{n}") for n in range(40)]
    one: list[Unit] = [*orders[:10], SWITCH, *orders[10:20]]
    await asyncio.gather(
        *(market.takes(u) for u in one),
        *(market.takes(u, gate=1) for u in orders[20:]),
    )
    told, kept = await counts(market)
    assert told + kept == 40
    assert told >= 1
    assert await market.one("select count(*) from kept_command where closed_at is null") == 0


async def _somebody_waits(market: Market, count: int = 1) -> None:
    """Return once so many sessions wait for a lock of this database."""
    sql = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    while await market.one(sql) < count:  # noqa: ASYNC110 - the server tells nobody that somebody waits
        await asyncio.sleep(0.01)
