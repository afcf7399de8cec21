"""A channel that drifts or lies is found, told of to a person, and put right; a sale on its way is no lie."""

from datetime import UTC, datetime

from tallystick.app.connections.feeding import Feed
from tallystick.app.working.work import work_off
from tallystick.engine.partners.comparing import KIND, judged
from tallystick.engine.partners.showing import Shown
from tests.channels.conftest import Market
from tests.channels.window import Window
from tests.engine.conftest import order, receipt

OPEN = "select count(*) from break where kind = $1 and closed_at is null"


async def compared(market: Market, feed: Feed) -> int:
    """Compare now, whatever the time, and work off what that found."""
    assert feed.comparer is not None
    await market.one("update stock_feed set compare_due = now() returning 1")
    found = await feed.comparer.run_once()
    await work_off(market.house)
    return found


async def test_a_drifting_counter_is_found_and_put_right(market: Market, window: Window) -> None:
    """A counter that shows something else twice, with nothing told between, is a break and a fresh word; then it closes."""
    await market.takes(receipt(10))
    door = await market.connects("web", window)
    await market.tells(door)
    feed = await market.feed(door)
    window.shows["LAMP"] = 13
    assert [await compared(market, feed), await compared(market, feed)] == [0, 1]
    assert await market.one(OPEN, KIND) == 1
    assert await market.one("select detail from break") == "web LAMP: they say 13, the book says 10"
    await feed.shower.run_once()
    assert window.shows == {"LAMP": 10}
    assert await compared(market, feed) == 0
    assert await market.one(OPEN, KIND) == 0


async def test_a_product_that_vanished_there_is_found(market: Market, window: Window) -> None:
    """A channel that does not name a product shows none of it."""
    await market.takes(receipt(10))
    door = await market.connects("web", window)
    await market.tells(door)
    feed = await market.feed(door)
    window.shows.clear()
    assert [await compared(market, feed), await compared(market, feed)] == [0, 1]


async def test_a_sale_on_its_way_is_no_drift(market: Market, window: Window) -> None:
    """The shop sold one and its order is not here yet: no break, and no number that would sell it twice."""
    await market.takes(receipt(10))
    door = await market.connects("web", window)
    await market.tells(door)
    feed = await market.feed(door)
    window.shows["LAMP"] = 9
    assert await compared(market, feed) == 0
    await market.takes(order("W1"))
    await feed.following.run_once(datetime.now(UTC))
    await feed.shower.run_once()
    assert await compared(market, feed) == 0
    assert (await market.one(OPEN, KIND), window.shows["LAMP"]) == (0, 9)


async def test_a_liar_stays_an_open_break(market: Market, window: Window) -> None:
    """A channel that acknowledges and does nothing is told again and again; the person is told once."""
    window.lies = True
    await market.takes(receipt(10))
    door = await market.connects("web", window)
    await market.tells(door)
    feed = await market.feed(door)
    window.shows["LAMP"] = 3
    for _ in range(3):
        await compared(market, feed)
        await compared(market, feed)
        await feed.shower.run_once()
    assert len(window.heard) == 4
    assert await market.one("select count(*) from break") == await market.one(OPEN, KIND) == 1


def test_what_is_seen_is_judged() -> None:
    """The same other number at the same version is drift; another number, or a word in between, is doubt."""
    fresh = Shown(1, "LAMP", 10, 4, None, None, differs=False)
    doubt = Shown(1, "LAMP", 10, 4, 9, 4, differs=False)
    assert not judged(fresh, 10).tells
    assert (judged(fresh, 9).tells, judged(fresh, 9).seen) == (False, 9)
    assert judged(doubt, 9).tells
    assert not judged(doubt, 8).tells
    assert not judged(Shown(1, "LAMP", 10, 5, 9, 4, differs=False), 9).tells
