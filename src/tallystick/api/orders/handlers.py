"""Orders over HTTP: each handler turns a request into a message, or a family into an answer."""

from typing import Any

from msgspec import to_builtins

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.entering import REPLAYED, Entered, Entry, answer_of, detail_of, enter
from tallystick.api.kits.exploding import exploded
from tallystick.api.orders.shapes import (
    Address,
    CommandStanding,
    DueStanding,
    LineStanding,
    OrderStanding,
    OrderWanted,
    Placed,
)
from tallystick.api.orders.taxing import priced
from tallystick.api.problems import INVALID, KNOWN, NOT_COVERED, NOT_FOUND, OUT_OF_STOCK, TOO_LATE, Flaw, Problem
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.sales import (
    DeliveryChangeRequested,
    OrderCancellationRequested,
    OrderLineCancellationRequested,
    OrderPlaced,
)
from tallystick.messages.selling.gift_cards import CardTender
from tallystick.ports.reading import Standing
from tallystick.processes.family import Family, data_of, decode_family

ORDER = "order"


async def place_order(call: Call, desk: Desk) -> Reply:
    """Reserve an order's lines or refuse it."""
    apart = await exploded(call.body, desk)
    wanted = apart.wanted
    price = await priced(call, wanted, desk)
    recipient = await _recipient(wanted.order, wanted.delivery, desk) if wanted.delivery else ""
    placed = OrderPlaced(
        wanted.order,
        wanted.channel,
        wanted.location,
        wanted.currency or desk.currency,
        wanted.provider,
        price.lines,
        price.jurisdiction,
        wanted.customer,
        wanted.reservation or "",
        wanted.partial,
        recipient,
        wanted.payment_method,
        area=wanted.area,
        pick_up=wanted.pick_up,
        contact=await _contact(wanted, desk) or (recipient if wanted.delivery and wanted.delivery.email else ""),
        taxes=price.taxes,
        tax_source=price.source,
        cards=_cards(wanted, desk),
        kits=apart.kits,
    )
    subject = f"order/{wanted.order}"
    entered = await enter(call, desk, Entry(placed, subject, f"placed/{wanted.order}"))
    if entered.answer.outcome == "ignored":
        entered = await _told_before(desk, subject, placed)
    answer = entered.answer
    if answer.outcome == "refused":
        cards = detail_of(answer, "cards_refused")
        if cards:
            raise Problem(NOT_COVERED, headers=entered.headers, cards_refused=cards, state=answer.state)
        lacking = detail_of(answer, "lines_without_stock")
        raise Problem(OUT_OF_STOCK, headers=entered.headers, lines_without_stock=lacking, state=answer.state)
    where = (b"location", f"/v1/orders/{wanted.order}".encode())
    cut = list(detail_of(answer, "lines_without_stock") or ())
    sourced = dict(detail_of(answer, "sourced") or {})
    taxes = price.told() if wanted.tax == "calculate" else []
    return reply(
        Placed(wanted.order, answer.outcome, answer.state, cut, taxes, list(apart.kits), sourced),
        201,
        [where, *entered.headers],
    )


def _cards(wanted: OrderWanted, desk: Desk) -> tuple[CardTender, ...]:
    found = tuple(CardTender(desk.gift_cards.named(x.code), x.amount or 0) for x in wanted.gift_cards)
    if len({x.card for x in found}) < len(found):
        raise Problem(
            INVALID, errors=[Flaw("a card stands there twice: name it once, with all it is to pay", "/gift_cards")]
        )
    return found


async def _told_before(desk: Desk, subject: str, placed: OrderPlaced) -> Entered:
    """The order was placed under another key: the same content is told the same, other content is refused."""
    first = await desk.records.first_of(subject, CATALOGUE.of(OrderPlaced).type)
    if first is None or CATALOGUE.decode(first.type, first.body) != placed:
        raise Problem(KNOWN, f"{subject} is there with other content")
    return Entered(answer_of(first), REPLAYED)


async def show_order(call: Call, desk: Desk) -> Reply:
    """Say where an order stands."""
    found = await standing_of(call.where.order, desk)
    family = decode_family(found.family)
    data = data_of(family, ORDER) if ORDER in family else None
    lines = data.lines if data else ()
    body = OrderStanding(
        call.where.order,
        family[ORDER].state if ORDER in family else "NEW",
        {name: member.state for name, member in family.items()},
        data.channel if data else None,
        data.location if data else None,
        data.currency if data else None,
        [LineStanding(x.line, x.sku, x.open, x.net, x.tax, x.sent, x.sent_net, x.sent_tax) for x in lines],
        [CommandStanding(c.type, c.state, c.attempts, c.due) for c in found.commands],
        [DueStanding(d.process, d.by) for d in found.due],
    )
    return reply(body, headers=tagged(found.tag))


async def cancel_order(call: Call, desk: Desk) -> Reply:
    """Stop an order, or ask the location to stop what has not left."""
    order = call.where.order
    wanted = OrderCancellationRequested(order, call.body.reason)
    entered = await enter(call, desk, Entry(wanted, f"order/{order}", f"cancelled/{order}"))
    answer = entered.answer
    if answer.outcome == "too_late":
        raise Problem(TOO_LATE, headers=entered.headers, state=answer.state)
    return reply(Placed(order, answer.outcome, answer.state), headers=entered.headers)


async def cancel_line(call: Call, desk: Desk) -> Reply:
    """Do without units of a line, or ask the location to keep them."""
    order, line, said = call.where.order, call.where.line, call.body
    wanted = OrderLineCancellationRequested(order, line, said.quantity or 0, said.reason)
    key = f"line-cancelled/{order}/{line}/{said.quantity or 'all'}/{said.reference}"
    return await _changed(call, desk, Entry(wanted, f"order/{order}", key))


async def change_address(call: Call, desk: Desk) -> Reply:
    """Send an order elsewhere."""
    order = call.where.order
    recipient = await _recipient(order, call.body, desk)
    entry = Entry(DeliveryChangeRequested(order, recipient), f"order/{order}", f"redirected/{order}/{recipient}")
    return await _changed(call, desk, entry)


async def _changed(call: Call, desk: Desk, entry: Entry) -> Reply:
    entered = await enter(call, desk, entry)
    answer = entered.answer
    if answer.outcome == "too_late":
        raise Problem(TOO_LATE, headers=entered.headers, state=answer.state)
    return reply(Placed(call.where.order, answer.outcome, answer.state), headers=entered.headers)


async def _recipient(order: str, address: Address, desk: Desk) -> str:
    """Put an address into the vault under what it says: the same again is the same reference."""
    return await desk.remember(f"delivery/{order}", to_builtins(address))


async def _contact(wanted: OrderWanted, desk: Desk) -> str:
    """Put how the customer is written to into the vault, in the same way."""
    if wanted.contact is None:
        return ""
    return await desk.remember(f"contact/{wanted.order}", to_builtins(wanted.contact))


async def standing_of(order: str, desk: Desk) -> Standing:
    """Return an order's standing; raise `Problem` when there is no such order."""
    found = await desk.standing(f"order/{order}")
    if found is None:
        raise Problem(NOT_FOUND, f"there is no order {order}")
    return found


def member_of(family: Family, name: str) -> Any:
    """Return what a member of an order's family knows, None where it has not begun."""
    return data_of(family, name) if name in family else None
