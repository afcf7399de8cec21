"""Channels over HTTP."""

from tallystick.api.call import Call, Reply, reply
from tallystick.api.channels.shapes import ChannelQuery, ChannelShown, ChannelsShown, ChannelStock, ProductAtChannel
from tallystick.api.desk import Desk
from tallystick.api.problems import NOT_FOUND, Problem
from tallystick.api.words import sku_of
from tallystick.ports.channels import ChannelState, NoChannel, ProductsAsked, ProductState


async def list_channels(_call: Call, desk: Desk) -> Reply:
    """Say how every channel stands."""
    return reply(ChannelsShown([_channel(c) for c in await desk.channels.channels()]))


async def show_channel_stock(call: Call, desk: Desk) -> Reply:
    """Say how the products of a channel stand, page by page."""
    query: ChannelQuery = call.query
    sku, after = (sku_of(x) if x else "" for x in (query.sku, query.after))
    asked = ProductsAsked(call.where.channel, sku, query.odd, after, query.limit)
    try:
        found = [_product(p) for p in await desk.channels.products(asked)]
    except NoChannel as unknown:
        raise Problem(NOT_FOUND, str(unknown)) from None
    following = found[-1].sku if len(found) == query.limit else None
    return reply(ChannelStock(call.where.channel, found, following))


def _channel(c: ChannelState) -> ChannelShown:
    return ChannelShown(
        channel=c.channel,
        connection=c.connection,
        products=c.products,
        waiting=c.waiting,
        waiting_since=c.oldest,
        failing=c.failing,
        differing=c.differing,
        told_at=c.told_at,
        acknowledged_at=c.acknowledged_at,
        lag_p50_ms=c.lag_p50_ms,
        lag_p99_ms=c.lag_p99_ms,
        compared_at=c.compared_at,
    )


def _product(p: ProductState) -> ProductAtChannel:
    return ProductAtChannel(
        sku=p.sku,
        should_show=p.wanted,
        told=p.told,
        told_at=p.told_at,
        acknowledged=p.shown,
        acknowledged_at=p.acknowledged_at,
        lag_ms=p.lag_ms,
        waiting_since=p.waiting_since,
        failure=p.failure,
        seen=p.seen,
    )
