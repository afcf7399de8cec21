"""Availability over HTTP."""

from collections.abc import Sequence

from tallystick.api.availability.shapes import LocationStock, ProductStock, StockShown, StockWanted
from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.problems import NOT_FOUND, Problem
from tallystick.api.words import sku_of
from tallystick.ports.reading import StockLayer


async def show_stock(call: Call, desk: Desk) -> Reply:
    """Say what of one product can be promised."""
    sku = sku_of(call.where.sku)
    layers = await desk.stock_of(sku)
    if layers is None:
        raise Problem(NOT_FOUND, f"there is no product {sku}")
    return reply(_product(sku, layers, call.query.location))


async def query_stock(call: Call, desk: Desk) -> Reply:
    """Say the same of many products."""
    wanted: StockWanted = call.body
    skus = list(dict.fromkeys(map(sku_of, wanted.skus)))
    found = await desk.stock.layers(skus)
    products = [_product(sku, found[sku], wanted.location) for sku in skus if sku in found]
    return reply(StockShown(products, [sku for sku in skus if sku not in found]))


def _product(sku: str, layers: Sequence[StockLayer], location: str | None) -> ProductStock:
    places = [_place(x) for x in layers if location in {None, x.location}]
    return ProductStock(
        sku,
        sum(p.on_hand for p in places),
        sum(p.available for p in places),
        sum(p.committed for p in places),
        places,
    )


def _place(x: StockLayer) -> LocationStock:
    unavailable = {"quarantine": x.quarantine, "damaged": x.damaged}
    return LocationStock(
        x.location, x.sellable + x.reserved + x.quarantine + x.damaged, x.sellable, x.reserved, unavailable
    )
