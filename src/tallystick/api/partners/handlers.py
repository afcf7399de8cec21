"""Partners beside the trade over HTTP."""

import hashlib
from typing import Any

from msgspec import Struct

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.entering import Entered, Entry, enter
from tallystick.api.orders.handlers import member_of, standing_of
from tallystick.api.partners.shapes import CaseStanding, ParcelStanding, PartnerMoved, ScreeningStanding
from tallystick.api.problems import NOT_FOUND, TOO_LATE, Problem
from tallystick.messages.partners.cases import CaseClosed, CaseMessageReceived, CaseOpened
from tallystick.messages.partners.parcels import LabelCancellationRequested, LabelRequested, Size
from tallystick.messages.partners.screening import ScreeningRuled
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.members import CASE, SCREENING, parcel_member


async def show_screening(call: Call, desk: Desk) -> Reply:
    """Say how an order was judged."""
    order = call.where.order
    found = await standing_of(order, desk)
    family = decode_family(found.family)
    data: Any = member_of(family, SCREENING)
    if data is None:
        raise Problem(NOT_FOUND, f"order {order} is not held: its channel has no rule of screening")
    state = family[SCREENING].state
    body = ScreeningStanding(order, state, data.verdict, data.by, data.score, data.reasons)
    return reply(body, headers=tagged(found.tag))


async def rule_on_order(call: Call, desk: Desk) -> Reply:
    """Let a held order go, or refuse it."""
    order, said = call.where.order, call.body
    await show_screening(call, desk)
    data = ScreeningRuled(order, said.ruling, said.reason)
    return _moved(order, await enter(call, desk, Entry(data, f"order/{order}", f"ruled/{order}/{said.ruling}")))


async def request_label(call: Call, desk: Desk) -> Reply:
    """Ask a carrier for a label."""
    order, said = call.where.order, call.body
    found: Any = member_of(decode_family((await standing_of(order, desk)).family), "order")
    size = Size(said.weight_grams, said.length_mm, said.width_mm, said.height_mm)
    recipient = found.recipient if found else ""
    data = LabelRequested(order, said.parcel, said.carrier, size, said.service, recipient, said.rma)
    key = f"label/{order}/{said.parcel}/{said.carrier}"
    return _moved(said.parcel, await enter(call, desk, Entry(data, f"order/{order}", key)))


async def cancel_label(call: Call, desk: Desk) -> Reply:
    """Cancel a label that was not used."""
    order, parcel = call.where.order, call.where.parcel
    await show_parcel(call, desk)
    data = LabelCancellationRequested(order, parcel, call.body.reason)
    return _moved(parcel, await enter(call, desk, Entry(data, f"order/{order}", f"label-cancelled/{order}/{parcel}")))


async def show_parcel(call: Call, desk: Desk) -> Reply:
    """Say where a parcel is."""
    order, parcel = call.where.order, call.where.parcel
    found = await standing_of(order, desk)
    family = decode_family(found.family)
    x: Any = member_of(family, parcel_member(parcel))
    if x is None:
        raise Problem(NOT_FOUND, f"order {order} has no parcel {parcel} with a label or a carrier's word")
    state = family[parcel_member(parcel)].state
    label = (x.carrier, x.label, x.tracking, x.document)
    return reply(ParcelStanding(order, parcel, state, *label, x.status, x.reason, x.said_at), headers=tagged(found.tag))


async def open_case(call: Call, desk: Desk) -> Reply:
    """Open a case."""
    said = call.body
    message = await _kept(said.case, said.message, desk) if said.message else ""
    about = (said.channel, said.topic, said.order, said.rma)
    data = CaseOpened(said.case, *about, said.customer, message, said.because)
    entered = await enter(call, desk, Entry(data, f"case/{said.case}", f"case/{said.case}"))
    where = (b"location", f"/v1/cases/{said.case}".encode())
    body = PartnerMoved(said.case, entered.answer.outcome, entered.answer.state)
    return reply(body, 201, [where, *entered.headers])


async def show_case(call: Call, desk: Desk) -> Reply:
    """Say where a case stands."""
    case = call.where.case
    found = await desk.standing(f"case/{case}")
    family = decode_family(found.family) if found else {}
    if found is None or CASE not in family:
        raise Problem(NOT_FOUND, f"there is no case {case}")
    x: Any = data_of(family, CASE)
    about = (x.channel, x.topic, x.order, x.rma, x.customer, x.because)
    state: Any = family[CASE].state
    return reply(CaseStanding(case, state, *about, x.said, x.reason), headers=tagged(found.tag))


async def add_message(call: Call, desk: Desk) -> Reply:
    """Keep what a customer wrote, and tell the desk."""
    case = call.where.case
    await show_case(call, desk)
    message = await _kept(case, call.body.message, desk)
    return await _case(call, desk, CaseMessageReceived(case, message), f"case-message/{case}/{message}")


async def close_case(call: Call, desk: Desk) -> Reply:
    """Settle a case."""
    case = call.where.case
    await show_case(call, desk)
    return await _case(call, desk, CaseClosed(case, call.body.reason), f"case-closed/{case}")


async def _case(call: Call, desk: Desk, data: Struct, key: str) -> Reply:
    case = call.where.case
    return _moved(case, await enter(call, desk, Entry(data, f"case/{case}", key)))


async def _kept(case: str, text: str, desk: Desk) -> str:
    """Put what was said into the vault, under what it says: the same again is the same reference."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return await desk.remember(f"case/{case}/{digest}", {"message": text})


def _moved(name: str, entered: Entered) -> Reply:
    answer = entered.answer
    if answer.outcome == "too_late":
        raise Problem(TOO_LATE, headers=entered.headers, state=answer.state)
    return reply(PartnerMoved(name, answer.outcome, answer.state), headers=entered.headers)
