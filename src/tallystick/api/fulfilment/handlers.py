"""Fulfilment over HTTP."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.entering import Entry, enter
from tallystick.api.fulfilment.shapes import FulfilmentMoved, FulfilmentStanding, LineSent, LineWaiting
from tallystick.api.orders.handlers import member_of, standing_of
from tallystick.api.orders.shapes import CommandStanding
from tallystick.api.words import sku_of
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.stock import HeldLine
from tallystick.processes.family import decode_family
from tallystick.processes.members import FULFILMENT

AREA = "tallystick.fulfilment."
PARTS = FULFILMENT.partition("/")[0] + "/"
"""What every location's part of an order is called by."""


async def show_fulfilment(call: Call, desk: Desk) -> Reply:
    """Say what was asked of the location, what left, and what is waited for."""
    found = await standing_of(call.where.order, desk)
    family = decode_family(found.family)
    parts: list[Any] = [member_of(family, name) for name in family if name.startswith(PARTS)]
    body = FulfilmentStanding(
        call.where.order,
        family[FULFILMENT].state if FULFILMENT in family else "NEW",
        [LineWaiting(line, sku, units) for x in parts for line, (sku, units) in x.waiting.items()],
        {name: [LineWaiting(*line) for line in content] for x in parts for name, content in x.shipments.items()},
        [CommandStanding(c.type, c.state, c.attempts, c.due) for c in found.commands if c.type.startswith(AREA)],
    )
    return reply(body, headers=tagged(found.tag))


async def note_dispatch(call: Call, desk: Desk) -> Reply:
    """Goods left."""
    said = call.body
    data = DispatchReported(
        call.where.order, said.shipment, _held(said.lines), said.carrier, said.tracking, said.location
    )
    return await _told(call, desk, data, f"dispatched/{call.where.order}/{said.shipment}")


async def note_refusal(call: Call, desk: Desk) -> Reply:
    """The location will not send what is open, or a part of it."""
    said, order = call.body, call.where.order
    data = DispatchRefused(order, said.reason, _held(said.lines), said.location)
    part = ",".join(f"{x.line}x{x.quantity}" for x in data.lines)
    part = f"{said.location}:{part}" if said.location else part
    return await _told(call, desk, data, f"not-dispatched/{order}/{part}" if part else f"not-dispatched/{order}")


def _held(lines: Iterable[LineSent]) -> tuple[HeldLine, ...]:
    return tuple(HeldLine(x.line, sku_of(x.sku), x.quantity) for x in lines)


async def _told(call: Call, desk: Desk, data: Struct, natural_key: str) -> Reply:
    order = call.where.order
    entered = await enter(call, desk, Entry(data, f"order/{order}", natural_key))
    body = FulfilmentMoved(order, entered.answer.outcome, entered.answer.state)
    return reply(body, headers=entered.headers)
