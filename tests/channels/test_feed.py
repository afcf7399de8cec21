"""What a channel is told of stock: the newest number, once, whatever changed it."""

from datetime import UTC, datetime, timedelta

import pytest

from tallystick.engine.answer import Unit
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
from tallystick.processes.members import RULES_SUBJECT
from tallystick.storage.channels.following import Following
from tests.channels.conftest import Market
from tests.channels.window import Window
from tests.engine.conftest import order, receipt, unit

TODAY = datetime.now(UTC).date()


def rules(*, key: str, safety: int = 0, incoming_days: int = 0) -> Unit:
    """Rules for every product."""
    said = Rules((SafetyRule(safety),), (ChannelRule("web", incoming_days=incoming_days),))
    return unit(RULES_SUBJECT, AvailabilityRulesDeclared(said), key)


async def test_a_new_channel_is_told_of_everything(market: Market, window: Window) -> None:
    """What was there before the channel was connected is shown as well."""
    await market.takes(receipt(10), receipt(7, "DESK", "R2"))
    assert await market.tells(await market.connects("web", window)) == 2
    assert window.shows == {"LAMP": 10, "DESK": 7}


@pytest.mark.parametrize(
    ("change", "shows"),
    [
        pytest.param(receipt(5, name="R9"), 15, id="goods come in"),
        pytest.param(order("W1", 4), 6, id="an order reserves"),
        pytest.param(
            unit(
                "allocation/A1",
                AllocationRequested("A1", "WH1", (AllocationLine(1, "LAMP", 3),), to_channel="market"),
                "a1",
            ),
            7,
            id="units are fenced for another channel",
        ),
        pytest.param(rules(key="r1", safety=2), 8, id="rules keep some back"),
    ],
)
async def test_whatever_changes_a_promise_is_told(market: Market, window: Window, change: Unit, shows: int) -> None:
    """Stock, reservations, fences and rules: the channel shows what it may promise now."""
    await market.takes(receipt(10))
    door = await market.connects("web", window)
    await market.tells(door)
    await market.takes(change)
    assert await market.tells(door) == 1
    assert window.shows == {"LAMP": shows}


async def test_announced_goods_count_and_expire_with_their_day(market: Market, window: Window) -> None:
    """Goods announced count where the rules say so, and no more when their day has passed without them."""
    announced = InboundAnnounced("I1", "WH1", TODAY + timedelta(days=1), (InboundLine(1, "LAMP", 5),))
    await market.takes(receipt(10), rules(key="r1", incoming_days=3), unit("inbound/I1", announced, "i1"))
    door = await market.connects("web", window)
    await market.tells(door)
    assert window.shows == {"LAMP": 15}
    feed = await market.feed(door)
    await feed.following.run_once(datetime.now(UTC) + timedelta(days=2))
    assert await market.one("select wanted from stock_told") == 10


async def test_only_what_differs_is_told(market: Market, window: Window) -> None:
    """Rules that change nothing, and a number that goes and comes back before anybody was told, cost no call."""
    await market.takes(receipt(10))
    door = await market.connects("web", window)
    feed = await market.feed(door)
    await market.tells(door)
    calls = window.calls
    await market.takes(rules(key="r1"))
    await market.takes(order("W1", 4))
    await feed.following.run_once(datetime.now(UTC))
    assert await market.one("select version - shown_version from stock_told") == 1
    await market.takes(receipt(4, name="R9"))
    assert await market.tells(door) == 0
    assert window.calls == calls


async def test_a_rush_is_one_word(market: Market, window: Window) -> None:
    """Fifty orders while the shop is closed are one number when it opens: the last one."""
    await market.takes(receipt(100))
    door = await market.connects("web", window)
    await market.tells(door)
    window.status = 503
    for n in range(50):
        await market.takes(order(f"W{n}"))
        await market.tells(door)
    window.status = 200
    await market.one("update stock_told set due = now() returning 1")
    await market.tells(await market.connects("web", window))
    assert [units for _, _, units in window.heard] == [100, 50]
    assert window.versions()["LAMP"] == sorted(window.versions()["LAMP"])


async def test_what_a_shop_refuses_holds_up_nothing(market: Market, window: Window) -> None:
    """A product the shop does not sell is told again in an hour; the others are shown."""
    window.sells = {"LAMP"}
    await market.takes(receipt(10), receipt(7, "DESK", "R2"))
    door = await market.connects("web", window)
    await market.tells(door)
    assert window.shows == {"LAMP": 10}
    assert await market.one("select failure from stock_told where failure is not null") == "we sell no DESK"
    assert await market.tells(door) == 0


async def test_a_channel_may_show_what_stands_at_its_locations_only(market: Market, window: Window) -> None:
    """A connection that names its location shows nothing of another."""
    await market.takes(receipt(10))
    door = await market.connects("web", window, location="SHOP7")
    await market.tells(door)
    assert window.shows == {"LAMP": 0}


class OneCursor(Following):
    """The broken twin: one position over the events of all gates."""

    async def run_once(self, now: datetime) -> int:
        """Believe that nothing new has a smaller number than what was seen."""
        connection = self._connection
        await connection.execute(
            "update stock_feed_position p set event = greatest(p.event, least((select max(event) from stock_feed_position), "
            "(p.gate + 1)::bigint << 52))"
        )
        return await super().run_once(now)


@pytest.mark.parametrize(("kind", "shows"), [(Following, 6), (OneCursor, 10)])
async def test_what_commits_late_at_another_gate_is_told(
    market: Market, window: Window, kind: type[Following], shows: int
) -> None:
    """Events of a lower gate have smaller numbers: a position for each gate misses none; one cursor over all does."""
    await market.takes(receipt(10), gate=1)
    await market.takes(receipt(10, "DESK", "R2"), gate=2)
    door = await market.connects("web", window)
    await market.tells(door)
    await market.takes(order("W1", 4, "DESK"), gate=2)
    following = kind(await market.house.connection(), "web")
    await following.run_once(datetime.now(UTC))
    await market.takes(order("W2", 4, "LAMP"), gate=1)
    await following.run_once(datetime.now(UTC))
    await (await market.feed(door)).shower.run_once()
    assert window.shows["LAMP"] == shows


async def test_workers_side_by_side_tell_each_word_once(market: Market, window: Window) -> None:
    """Two workers share a channel: every product is told by one of them, in the order of its versions."""
    import asyncio

    await market.takes(*(receipt(10, f"P{n}", f"R{n}") for n in range(300)))
    door = await market.connects("web", window)
    await asyncio.gather(*(market.tells(door) for _ in range(3)))
    assert len(window.heard) == len(window.shows) == 300
    assert await market.one("select count(*) from stock_told where version > shown_version") == 0
