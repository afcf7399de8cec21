"""A partner that was away for six hours is told what counts now: near its limit, in order, and nothing twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tallystick.engine.partners.showing import REST_SECONDS_MAX, SHARE
from tests.channels.conftest import Market
from tests.channels.outage import BEGAN, OUTAGE, TOGETHER, WANT, Clock, Limited, drained

CALLS_PER_SECOND = 10.0
CHANGES = 5
Record = Callable[[str, object], None]


async def six_hours(market: Market, products: int, record: Record) -> None:
    """Every product changes five times while the partner is away; the worker goes on trying."""
    connection = await market.house.connection()
    await connection.execute(
        "insert into commodity (name) select 'sku:P' || n from generate_series(1, $1::int) n", products
    )
    first = await connection.fetchval("select min(id) from commodity where name like 'sku:P%'")
    assert await connection.fetchval("select max(id) - $1 from commodity", first) == products - 1
    want = WANT.replace("select 'web', n,", f"select 'web', n + {first - 1},")
    clock = Clock()
    partner = Limited(clock, CALLS_PER_SECOND)
    for change in range(CHANGES):
        await connection.execute(want, products, change, BEGAN + change * OUTAGE / CHANGES)
    took = await drained(connection, clock, partner, CALLS_PER_SECOND)
    at_limit = timedelta(seconds=products / TOGETHER / CALLS_PER_SECOND)
    reached = at_limit / took if took else 0.0
    record(
        "drained",
        f"{products} products, {partner.calls} calls, {took.total_seconds():.1f} s, {reached:.1%} of the limit",
    )
    assert (partner.words, partner.refused, partner.out_of_order) == (products, 0, 0)
    assert set(partner.shows.values()) == {CHANGES - 1}
    # Virtual time, not this machine's: at the share of the limit that stock may have, and soon after the partner is back.
    assert took <= at_limit / SHARE * 1.01 + timedelta(seconds=1)
    assert partner.first_at is not None
    assert partner.first_at - partner.up_at <= timedelta(seconds=REST_SECONDS_MAX)


async def test_an_outage_of_six_hours_drains_near_the_limit(market: Market, record_property: Record) -> None:
    """Twenty-five thousand changes of five thousand products are five thousand words."""
    await six_hours(market, 5_000, record_property)


@pytest.mark.soak
async def test_half_a_million_products_drain_near_the_limit(market: Market, record_property: Record) -> None:
    """The whole of it."""
    await six_hours(market, 500_000, record_property)
