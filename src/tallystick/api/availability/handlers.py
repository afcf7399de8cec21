"""Availability over HTTP."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tallystick.api.availability.shapes import (
    Explained,
    Freshness,
    LocationExplained,
    LocationStock,
    OneShown,
    ProductStock,
    StepShown,
    StockShown,
    StockWanted,
)
from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.problems import INVALID, NOT_FOUND, Flaw, Problem
from tallystick.api.words import sku_of
from tallystick.ports.reading import GroupNotKnown, StockAsked, StockLine


async def show_stock(call: Call, desk: Desk) -> Reply:
    """Say what of one product can be promised."""
    sku = sku_of(call.where.sku)
    try:
        lines = await desk.stock_of((sku, _asked(call.query)))
    except GroupNotKnown as unknown:
        raise _no_group(unknown) from None
    if lines is None:
        raise _no_product(sku)
    return reply(OneShown(_product(sku, lines), await _freshness(desk)))


async def query_stock(call: Call, desk: Desk) -> Reply:
    """Say the same of many products."""
    wanted: StockWanted = call.body
    skus = list(dict.fromkeys(map(sku_of, wanted.skus)))
    try:
        found = await desk.stock.lines(skus, _asked(wanted))
    except GroupNotKnown as unknown:
        raise Problem(INVALID, errors=[Flaw(str(unknown), "/group")]) from None
    products = [_product(sku, found[sku]) for sku in skus if sku in found]
    return reply(StockShown(products, [sku for sku in skus if sku not in found], await _freshness(desk)))


async def explain_stock(call: Call, desk: Desk) -> Reply:
    """Say how the numbers came about, now or at a past moment."""
    sku, asked, at = sku_of(call.where.sku), _asked(call.query), call.query.as_of
    if at is None:
        try:
            lines = await desk.stock.explained(sku, asked)
        except GroupNotKnown as unknown:
            raise _no_group(unknown) from None
        if not lines:
            raise _no_product(sku)
        return reply(Explained(sku, None, _explained(lines), None, None))
    moment = at.astimezone(UTC)
    if moment > datetime.now(UTC):
        raise Problem(INVALID, errors=[Flaw("is still to come", parameter="as_of")])
    then = await desk.stock.past(sku, asked, moment)
    if then is None:
        raise _no_product(sku)
    return reply(Explained(sku, moment, None, _explained(then["recorded"]), _explained(then["effective"])))


def _asked(said: Any) -> StockAsked:
    return StockAsked(said.channel or "", said.location or "", said.group or "", said.date)


def _product(sku: str, lines: Sequence[StockLine]) -> ProductStock:
    places = [_place(x) for x in lines]
    return ProductStock(
        sku,
        sum(p.on_hand for p in places),
        sum(p.available for p in places),
        sum(p.committed for p in places),
        sum(p.incoming for p in places),
        sum(p.available_to_promise for p in places),
        places,
    )


def _place(x: StockLine) -> LocationStock:
    n = x.numbers
    return LocationStock(
        x.location,
        n.on_hand,
        n.available,
        n.committed,
        n.owed,
        dict(x.unavailable),
        n.incoming,
        n.overdue,
        n.promisable,
        str(x.event),
        x.recorded_at,
    )


def _explained(lines: Sequence[StockLine]) -> list[LocationExplained]:
    return [
        LocationExplained(
            x.location,
            x.numbers.available,
            x.numbers.promisable,
            [StepShown(s.what, s.units, s.because, s.is_sum) for s in x.steps],
        )
        for x in lines
    ]


async def _freshness(desk: Desk) -> Freshness:
    lag = await desk.stock.lag()
    return Freshness(lag.deliveries, lag.oldest)


def _no_product(sku: str) -> Problem:
    return Problem(NOT_FOUND, f"there is no product {sku}")


def _no_group(unknown: GroupNotKnown) -> Problem:
    return Problem(INVALID, errors=[Flaw(str(unknown), parameter="group")])
