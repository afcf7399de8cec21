"""Pulling: nothing missed, nothing twice, the cursor with what was pulled, one puller at a time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct

from tallystick.app.connections.tending import pulls_of
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work, work_once
from tallystick.engine.partners.pulling import Due, LeaseLost, Puller
from tallystick.ports.connector import Misconfigured, Page, Rejected, Retryable
from tallystick.storage.connections.health import connection_health
from tallystick.storage.connections.pulls import Pulls
from tallystick.storage.inbox import Inbox
from tests.connections.conftest import Shopfloor, until
from tests.connections.tiny import Partner, delivery_of

KIND = "OrderPlaced"
STATE = "select cursor || ' ' || failures from connection_pull"


async def _puller(floor: Shopfloor, partner: Partner) -> Puller:
    known = await floor.connects("shop", partner)
    connection = await floor.house.connection()
    return await pulls_of(floor.house, await floor.door(known), connection)


async def test_everything_is_pulled_once_and_worked_off(floor: Shopfloor, partner: Partner) -> None:
    """Five orders over three pages become five events; pulling again brings nothing new."""
    await floor.connects("shop", partner)
    for n in range(5):
        partner.sells(f"T{n}")
    await work_once(floor.house, Way({}))
    assert await floor.one("select count(*) from event where subject like 'order/T%'") == 5
    assert await floor.one(STATE) == "5 0"
    await (await floor.register()).pause("shop", None)
    await work_once(floor.house, Way({}))
    assert await floor.one("select count(*) from delivery") == 5


async def test_an_outage_is_made_up_from_the_old_cursor(floor: Shopfloor, partner: Partner) -> None:
    """What happened while a partner could not be reached comes with the next pull that gets through."""
    puller = await _puller(floor, partner)
    partner.sells("T0")
    assert await puller.run_once() == 1
    partner.status = 503
    for n in range(1, 4):
        partner.sells(f"T{n}")
    await floor.one("update connection_pull set due = now() returning 1")
    assert await puller.run_once() == 0
    assert await floor.one(STATE) == "1 1"
    partner.status = 200
    await floor.one("update connection_pull set due = now() returning 1")
    assert await puller.run_once() == 3
    assert await floor.one(STATE) == "4 0"


async def test_deliveries_and_cursor_move_together(floor: Shopfloor, partner: Partner) -> None:
    """Who has lost the lease keeps neither: the cursor stays and so does the inbox; the new holder gets them."""
    known = await floor.connects("shop", partner)
    connection = await floor.house.connection()
    pulls = Pulls(connection, Inbox(connection, floor.house.names, floor.house.keyring), known.id)
    await pulls.know([KIND])
    now = datetime.now(UTC)
    first = await pulls.lease(now, now + timedelta(seconds=60))
    assert first is not None
    assert await pulls.lease(now, now + timedelta(seconds=60)) is None
    later = now + timedelta(seconds=61)
    second = await pulls.lease(later, later + timedelta(seconds=60))
    assert second == first + 1
    page = Page(
        [delivery_of("shop", {"number": "T1", "product": "LAMP", "at": "2026-11-23T12:00:00+00:00"})], "1", False
    )
    with pytest.raises(LeaseLost):
        await pulls.keep(first, Due(KIND, "", 0), page, later)
    assert await floor.one("select count(*) from delivery") == 0
    assert await floor.one(STATE) == " 0"
    assert await pulls.keep(second, Due(KIND, "", 0), page, later) == 1
    assert await floor.one(STATE) == "1 0"


async def test_a_cursor_kept_before_its_page_loses_what_a_crash_cuts_off(floor: Shopfloor, partner: Partner) -> None:
    """The broken twin: the cursor first, then the deliveries. A crash in between, and the orders never come again."""
    puller = await _puller(floor, partner)
    partner.sells("T0")

    async def cursor_first(token: int, due: Due, page: Page, until: datetime) -> int:
        await floor.one("update connection_pull set cursor = $1 returning 1", page.cursor)
        raise ConnectionError("the process dies here")

    honest, puller._store.keep = puller._store.keep, cursor_first  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        await puller.run_once()
    puller._store.keep = honest  # type: ignore[method-assign]
    await floor.one("update connection_poller set leased_until = null returning 1")
    assert await puller.run_once() == 0
    assert await floor.one("select count(*) from delivery") == 0


async def test_two_workers_pull_a_partner_once(floor: Shopfloor, partner: Partner) -> None:
    """However many workers there are, one of them pulls from a partner at a time."""
    await floor.connects("shop", partner)
    partner.sells("T0")
    partner.hangs = True
    stop = asyncio.Event()
    working = [asyncio.create_task(work(floor.house, Way({}), stop)) for _ in range(2)]
    await until(lambda: partner.hanging == 1)
    looked = await floor.one("select count(*) from connection_poller where leased_until > now()")
    connection = await floor.house.connection()
    known = await (await floor.register()).named("shop")
    third = await pulls_of(floor.house, await floor.door(known), connection)
    assert await third.run_once() == 0
    assert (looked, partner.hanging) == (1, 1)
    partner.hangs = False
    partner.let_go.set()
    stop.set()
    await asyncio.gather(*working)


@pytest.mark.parametrize(
    ("failure", "seconds"),
    [
        (Retryable("busy", 40), 40),
        (Rejected("cursor unknown"), 3600),
        (Misconfigured("no key"), 3600),
    ],
)
async def test_each_error_waits_as_its_remedy_says(
    floor: Shopfloor, partner: Partner, failure: Exception, seconds: int
) -> None:
    """A partner says when to come again; what takes a person is looked at once an hour, or when it was mended."""
    puller = await _puller(floor, partner)
    now = datetime.now(UTC)
    puller._clock = lambda: now

    def pull(kind: type[Struct], since: str) -> Page:
        raise failure

    puller._door.pull = pull  # type: ignore[method-assign]
    await floor.one("update connection_pull set due = $1 returning 1", now)
    assert await puller.run_once() == 0
    assert await floor.one("select due from connection_pull") == now + timedelta(seconds=seconds)
    await (await floor.register()).set_secret("shop", "api_key", "another")
    assert await floor.one("select due <= now() and failures = 0 from connection_pull")


@pytest.mark.parametrize(
    "page",
    [
        Page([delivery_of("somebody", {"number": "T1", "at": ""})], "1", False),
        Page([], "", True),
    ],
)
async def test_a_door_that_cannot_be_believed_is_told(floor: Shopfloor, partner: Partner, page: Page) -> None:
    """A door that speaks in another's name, or goes round in a circle, keeps nothing."""
    puller = await _puller(floor, partner)

    def pull(kind: type[Struct], since: str) -> Page:
        return page

    puller._door.pull = pull  # type: ignore[method-assign]
    assert await puller.run_once() == 0
    assert await floor.one("select count(*) from delivery") == 0
    assert await floor.one(STATE) == " 1"


async def test_health_says_how_a_connection_is(floor: Shopfloor, partner: Partner) -> None:
    """What worked last and when, what failed as which error, and how far behind its pulls are."""
    await floor.connects("shop", partner)
    await work_once(floor.house, Way({}))
    (well,) = await connection_health(await floor.house.connection())
    assert (well.ill, well.circuit, well.lag_seconds) == ((), "closed", 0)
    partner.status, partner.words = 401, "unknown key"
    await (await floor.register()).pause("shop", None)
    await work_once(floor.house, Way({}))
    (ill,) = await connection_health(await floor.house.connection())
    assert [(v.verb, v.failed_as) for v in ill.ill] == [(f"pull {KIND}", "Misconfigured")]
    assert "unknown key" in str(ill.ill[0].failure)


async def test_a_file_is_put_away_after_it_is_kept_and_not_before(floor: Shopfloor, partner: Partner) -> None:
    """A door of files archives what the book holds; what it could not archive comes again and is known."""
    puller = await _puller(floor, partner)
    partner.sells("T0")
    looking, away = await floor.house.connection(), []

    def kept(page: Page) -> None:
        away.append([d.id for d in page.deliveries])
        raise Retryable("the archive is full")

    puller._door.kept = kept  # type: ignore[attr-defined]
    assert await puller.run_once() == 1
    assert away == [["T0"]]
    assert await looking.fetchval("select count(*) from delivery") == 1
    assert await floor.one(STATE) == "1 0"
    assert puller._lane.heard["put away OrderPlaced"].failed == 1
