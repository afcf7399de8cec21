"""Reservations over HTTP."""

from typing import Any

from msgspec import Struct

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.entering import Entered, Entry, detail_of, enter
from tallystick.api.orders.handlers import member_of, standing_of
from tallystick.api.problems import ENDED, KNOWN, NOT_FOUND, OUT_OF_STOCK, Problem
from tallystick.api.reservations.shapes import HeldShown, ReservationMoved, ReservationShown, ReservationWanted
from tallystick.api.words import sku_of
from tallystick.messages.reservations import (
    ReservationConfirmed,
    ReservationExtended,
    ReservationReleased,
    ReservationRequested,
    ReservationTransferRequested,
    WantedLine,
)
from tallystick.processes.family import decode_family
from tallystick.processes.members import reservation_member


async def place_reservation(call: Call, desk: Desk) -> Reply:
    """Hold units, or say which lines lack stock."""
    wanted: ReservationWanted = call.body
    where = call.where
    lines = tuple(WantedLine(n, sku_of(x.sku), x.quantity) for n, x in enumerate(wanted.lines, 1))
    data = ReservationRequested(
        where.order, where.reservation, wanted.channel, wanted.location, lines, wanted.seconds, wanted.partial
    )
    entered = await _entered(call, desk, data, "reserved")
    if entered.answer.outcome == "ignored":
        raise Problem(KNOWN, f"the order has a reservation {where.reservation} already", entered.headers)
    return _told(call, entered, 201)


async def confirm_reservation(call: Call, desk: Desk) -> Reply:
    """Hold it until somebody says otherwise."""
    data = ReservationConfirmed(call.where.order, call.where.reservation)
    return _told(call, await _entered(call, desk, data, "confirmed"))


async def extend_reservation(call: Call, desk: Desk) -> Reply:
    """Hold it for longer."""
    data = ReservationExtended(call.where.order, call.where.reservation, call.body.seconds)
    return _told(call, await _entered(call, desk, data, f"extended/{call.correlation}"))


async def release_reservation(call: Call, desk: Desk) -> Reply:
    """Let the units go."""
    data = ReservationReleased(call.where.order, call.where.reservation, call.body.reason)
    return _told(call, await _entered(call, desk, data, "released"))


async def transfer_reservation(call: Call, desk: Desk) -> Reply:
    """Hold the same units elsewhere, or for another channel."""
    said, where = call.body, call.where
    data = ReservationTransferRequested(where.order, where.reservation, said.channel or "", said.location or "")
    return _told(call, await _entered(call, desk, data, f"transferred/{call.correlation}"))


async def show_reservation(call: Call, desk: Desk) -> Reply:
    """Say what is held, where, and until when."""
    where = call.where
    found = await standing_of(where.order, desk)
    name = reservation_member(where.reservation)
    family = decode_family(found.family)
    data: Any = member_of(family, name)
    if data is None:
        raise Problem(NOT_FOUND, f"the order has no reservation {where.reservation}")
    lines = [HeldShown(x.line, x.sku, x.held, x.owed, x.fenced) for x in data.lines]
    until = next((due.by for due in found.due if due.process == name), None)
    body = ReservationShown(
        where.order, where.reservation, family[name].state, data.channel, data.location, lines, until
    )
    return reply(body, headers=tagged(found.tag))


async def _entered(call: Call, desk: Desk, data: Struct, natural_key: str) -> Entered:
    where = call.where
    key = f"reservation/{where.order}/{where.reservation}/{natural_key}"
    return await enter(call, desk, Entry(data, f"order/{where.order}", key))


def _told(call: Call, entered: Entered, status: int = 200) -> Reply:
    """Say what became of it; what holds nothing any more, or cannot be held, is a refusal."""
    answer, where = entered.answer, call.where
    lacking = list(detail_of(answer, "lines_without_stock") or ())
    if answer.outcome == "refused":
        raise Problem(OUT_OF_STOCK, headers=entered.headers, lines_without_stock=lacking, state=answer.state)
    if answer.outcome == "ignored" and answer.state != "CONFIRMED":
        raise Problem(ENDED, headers=entered.headers, state=answer.state)
    body = ReservationMoved(
        where.order,
        where.reservation,
        answer.outcome,
        answer.state,
        detail_of(answer, "held") or {},
        detail_of(answer, "owed") or {},
        lacking,
        detail_of(answer, "expires_at"),
    )
    return reply(body, status, entered.headers)
