"""Payments over HTTP."""

from typing import Any

from msgspec import Struct

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.entering import Entered, Entry, detail_of, enter
from tallystick.api.orders.handlers import member_of, standing_of
from tallystick.api.orders.shapes import CommandStanding
from tallystick.api.payments.shapes import CardPart, PaymentMoved, PaymentStanding, RefundPromised, RefundStanding
from tallystick.api.problems import BEYOND, Problem
from tallystick.messages.payments import (
    AuthorisationRequested,
    CaptureReported,
    CaptureRequested,
    PaymentAuthorised,
    PaymentDeclined,
    RefundReported,
    VoidReported,
    VoidRequested,
)
from tallystick.messages.sales import RefundRequested
from tallystick.processes.family import Family, decode_family
from tallystick.processes.members import PAYMENT, TENDERS

AREA = "tallystick.payments."


async def show_payment(call: Call, desk: Desk) -> Reply:
    """Say where an order's payment stands."""
    found = await standing_of(call.where.order, desk)
    family = decode_family(found.family)
    data: Any = member_of(family, PAYMENT)
    sums = (data.requested, data.owed, data.captured, data.settled, data.given_back) if data else (0,) * 5
    body = PaymentStanding(
        call.where.order,
        family[PAYMENT].state if data else "NEW",
        data.provider if data else None,
        data.currency if data else None,
        sums[0],
        sums[1],
        sums[2],
        sums[3],
        sums[4],
        _refunds(family),
        [CommandStanding(c.type, c.state, c.attempts, c.due) for c in found.commands if c.type.startswith(AREA)],
        _cards(family),
    )
    return reply(body, headers=tagged(found.tag))


def _cards(family: Family) -> list[CardPart]:
    data: Any = member_of(family, TENDERS)
    return [CardPart(x.card, x.wanted, x.paid, x.credited) for x in data.parts if x.card] if data else []


def _refunds(family: Family) -> list[RefundStanding]:
    found = []
    for name, member in family.items():
        if name.startswith("refund/"):
            data: Any = member_of(family, name)
            found.append(RefundStanding(data.number, member.state, data.amount, data.paid))
    return found


async def note_authorisation(call: Call, desk: Desk) -> Reply:
    """The provider holds the money."""
    said = call.body
    data = PaymentAuthorised(call.where.order, said.provider, said.amount, said.reference)
    return await _told(call, desk, data, f"authorised/{call.where.order}/{said.reference}")


async def note_decline(call: Call, desk: Desk) -> Reply:
    """The provider will not hold the money."""
    data = PaymentDeclined(call.where.order, call.body.reason)
    return await _told(call, desk, data, f"declined/{call.where.order}")


async def note_capture(call: Call, desk: Desk) -> Reply:
    """The provider took money."""
    said = call.body
    data = CaptureReported(call.where.order, said.provider, said.amount, said.reference)
    return await _told(call, desk, data, f"captured/{call.where.order}/{said.reference}")


async def note_void(call: Call, desk: Desk) -> Reply:
    """The provider let the money go."""
    return await _told(call, desk, VoidReported(call.where.order), f"voided/{call.where.order}")


async def note_refund(call: Call, desk: Desk) -> Reply:
    """The provider paid money back."""
    said, where = call.body, call.where
    data = RefundReported(where.order, where.number, said.provider, said.amount, said.reference)
    return await _told(call, desk, data, f"refunded/{where.order}/{where.number}/{said.reference}")


async def authorise_payment(call: Call, desk: Desk) -> Reply:
    """Ask the provider once more."""
    said, order = call.body, call.where.order
    key = f"authorisation-wanted/{order}/{said.reference}"
    return await _asked(call, desk, Entry(AuthorisationRequested(order, said.method), f"order/{order}", key))


async def capture_payment(call: Call, desk: Desk) -> Reply:
    """Have the provider take money now."""
    said, order = call.body, call.where.order
    key = f"capture-wanted/{order}/{said.reference}"
    return await _asked(call, desk, Entry(CaptureRequested(order, said.amount or 0), f"order/{order}", key))


async def void_payment(call: Call, desk: Desk) -> Reply:
    """Have the provider let the money go."""
    order = call.where.order
    return await _asked(call, desk, Entry(VoidRequested(order), f"order/{order}", f"void-wanted/{order}"))


async def refund_payment(call: Call, desk: Desk) -> Reply:
    """Lower the price of what has left, and have the provider give the difference back."""
    said, order = call.body, call.where.order
    wanted = RefundRequested(order, said.amount, said.reason)
    entered = await _within(call, desk, Entry(wanted, f"order/{order}", f"refund-wanted/{order}/{said.reference}"))
    answer = entered.answer
    body = RefundPromised(order, detail_of(answer, "number"), answer.outcome, answer.state)
    return reply(body, headers=entered.headers)


async def _asked(call: Call, desk: Desk, entry: Entry) -> Reply:
    entered = await _within(call, desk, entry)
    body = PaymentMoved(call.where.order, entered.answer.outcome, entered.answer.state)
    return reply(body, headers=entered.headers)


async def _within(call: Call, desk: Desk, entry: Entry) -> Entered:
    """Raise `Problem` for more than can be; nothing was asked of anybody then."""
    entered = await enter(call, desk, entry)
    answer = entered.answer
    if answer.outcome == "refused":
        raise Problem(BEYOND, headers=entered.headers, at_most=detail_of(answer, "at_most"), state=answer.state)
    return entered


async def _told(call: Call, desk: Desk, data: Struct, natural_key: str) -> Reply:
    order = call.where.order
    entered = await enter(call, desk, Entry(data, f"order/{order}", natural_key))
    body = PaymentMoved(order, entered.answer.outcome, entered.answer.state)
    return reply(body, headers=entered.headers)
