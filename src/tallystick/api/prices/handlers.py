"""Prices over HTTP."""

from typing import Any

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.prices.shapes import PriceShown, PricesShown
from tallystick.api.problems import NOT_FOUND, Problem
from tallystick.api.words import sku_of
from tallystick.messages.masters import PriceDeclared
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.masters.price import price_at


async def show_price(call: Call, desk: Desk) -> Reply:
    """Say what a product costs."""
    sku, channel = sku_of(call.where.sku), call.query.channel
    found = await desk.standing(f"price/{channel}/{sku}")
    if found is None:
        raise Problem(NOT_FOUND, f"nobody has declared a price of {sku} in {channel}")
    data: Any = data_of(decode_family(found.family), "price")
    moment = call.query.at or call.at
    now = price_at(data.prices, moment)
    later = [_shown(p) for p in data.prices if p.valid_from > moment]
    return reply(PricesShown(sku, channel, _shown(now) if now else None, later), headers=tagged(found.tag))


def _shown(price: PriceDeclared) -> PriceShown:
    return PriceShown(
        price.amount, price.priced_in, price.includes_tax, price.valid_from, price.valid_until, price.system
    )
