"""Goods that came back to an order, or never arrived: credited at the price, and valued at the cost, they left with."""

from collections.abc import Iterator
from typing import TypeVar

from msgspec import UnsetType
from msgspec.structs import replace

from tallystick.decisions.kits import taken_apart
from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.payments import CreditPayment
from tallystick.messages.returns import (
    CreditedReturnLine,
    CreditLoss,
    GoodsLost,
    GoodsReturned,
    LossCredited,
    LostLine,
    ReturnedLine,
    ReturnSettled,
    TakeBack,
)
from tallystick.messages.stock import HeldLine, ValuedLine
from tallystick.processes.members import claim_member, return_member
from tallystick.processes.orders.facilitated import set_apart
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.table import Break, Decision, Step

Line = TypeVar("Line", ReturnedLine, HeldLine)


def take_back(data: OrderData, step: Step, view: View) -> Decision:
    """Take the goods in and credit what they were sold for; units never sent come in without a price.

    What was paid of it the payment gives back: the order does not know.
    """
    told: TakeBack = step.data
    by_line = {(x.line, x.sku): x for x in data.lines}
    shelf, back = Shelf(view), []
    surplus = 0
    for came in _apart(data, told.lines):
        key = (came.line, came.sku)
        line = by_line.get(key) or OpenLine(came.line, came.sku, 0, 0, 0)
        by_line[key], parts, extra = _credit((line, data.taxed_in(came.line)), came, shelf, told.location)
        back += parts
        surplus += extra
    amount = sum(x.net + x.tax for x in back)
    refunds = data.refunds + (1 if amount else 0)
    tells = ((data.payer, CreditPayment(refunds, amount)),) if amount else ()
    place = (data.channel, told.location, data.jurisdiction, data.currency)
    fact = GoodsReturned(data.order, told.rma, *place, *set_apart(data.marketplace, back))
    found = Break("return_exceeds_sale", f"{data.order}: {surplus} units came back that never left under it")
    return Decision(
        "taken",
        replace(data, lines=tuple(by_line.values()), refunds=refunds),
        shelf.facts(told.location, (fact,)),
        tells=(*tells, (return_member(told.rma), ReturnSettled())),
        breaks=(found,) if surplus else (),
    )


def credit_loss(data: OrderData, step: Step, view: View) -> Decision:
    """Credit what the customer never got; the goods are gone, and their cost is a loss. What never left is not credited."""
    told: CreditLoss = step.data
    by_line = {(x.line, x.sku): x for x in data.lines}
    lost: list[LostLine] = []
    surplus = 0
    for claimed in _apart(data, told.lines):
        line = by_line.get((claimed.line, claimed.sku)) or OpenLine(claimed.line, claimed.sku, 0, 0, 0)
        known = min(claimed.quantity, line.away)
        surplus += claimed.quantity - known
        if known:
            by_line[claimed.line, claimed.sku], (net, tax, cost) = line.comes_back(known)
            lost.append(LostLine(line.line, line.sku, known, net, tax, cost, data.taxed_in(line.line)))
    amount = sum(x.net + x.tax for x in lost)
    refunds = data.refunds + (1 if amount else 0)
    place = (data.channel, data.location, data.jurisdiction, data.currency)
    found = Break("claim_exceeds_sale", f"{data.order}: {surplus} units claimed as lost that never left under it")
    return Decision(
        "credited",
        replace(data, lines=tuple(by_line.values()), refunds=refunds),
        (GoodsLost(data.order, told.claim, *place, *set_apart(data.marketplace, lost)),) if lost else (),
        tells=(
            *(((data.payer, CreditPayment(refunds, amount)),) if amount else ()),
            (claim_member(told.claim), LossCredited()),
        ),
        breaks=(found,) if surplus else (),
    )


def _apart(data: OrderData, lines: tuple[Line, ...]) -> Iterator[Line]:
    """Yield what came back or was lost, a kit as its components."""
    for x in lines:
        kit = taken_apart(data.kits, x.line, x.sku) if data.kits else None
        if kit is None:
            yield x
            continue
        skus = {line.line: line.sku for line in data.lines}
        for part in kit.parts:
            yield replace(x, line=part.line, sku=skus[part.line], quantity=part.quantity * x.quantity)


def _credit(
    sold: tuple[OpenLine, str | UnsetType], came: ReturnedLine, shelf: Shelf, location: str
) -> tuple[OpenLine, list[CreditedReturnLine], int]:
    line, whose = sold
    known, parts = min(came.quantity, line.away), []
    if known:
        line, (net, tax, cost) = line.comes_back(known)
        parts.append(CreditedReturnLine(line.line, line.sku, known, came.disposition, net, tax, cost, whose))
    extra = came.quantity - known
    if extra:
        cost = shelf.known_cost(line.sku, location, extra)
        parts.append(CreditedReturnLine(line.line, line.sku, extra, came.disposition, 0, 0, cost))
    for part in parts:
        shelf.put(ValuedLine(part.line, part.sku, part.quantity, part.cost), location, part.disposition)
    return line, parts, extra
