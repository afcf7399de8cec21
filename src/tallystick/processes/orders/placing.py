"""An order at its placing: what is looked at beside its stock, whichever way it comes."""

from typing import Final

from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.reservations import OfferHeld
from tallystick.messages.sales import OrderPlaced
from tallystick.processes.orders import order_steps, oversold
from tallystick.processes.orders.order_data import OrderData
from tallystick.processes.table import Break, Decision, Step

NOT_COVERED: Final = "a gift card does not cover it"
TAX_TOLERANCE: Final = 1
"""Minor units a line: the tax of a document rounded once and spread, and that of each line rounded, differ by no more."""


def place(_: None, step: Step, view: View) -> Decision:
    """Promise the order or refuse it."""
    placed: OrderPlaced = step.data
    if placed.cards and not placed.already_sold and (short := _short_cards(placed, step, view)):
        return order_steps.refusal(placed, NOT_COVERED, (), {"cards_refused": short})
    decision = oversold.place(None, step, view)
    return _tax_held_against(placed, decision) if placed.taxes else decision


def place_offered(_: None, step: Step, view: View) -> Decision:
    """Take over what a reservation holds, and promise the rest."""
    told: OfferHeld = step.data
    if told.placed.cards and (short := _short_cards(told.placed, step, view)):
        return order_steps.refusal(told.placed, NOT_COVERED, (), {"cards_refused": short})
    decision = oversold.place_offered(None, step, view)
    return _tax_held_against(told.placed, decision) if told.placed.taxes else decision


def _short_cards(placed: OrderPlaced, step: Step, view: View) -> list[int]:
    """Return which cards, counted from 1, cannot pay what they are to: unknown, blocked, over, or too little on them."""
    day = step.cause.recorded_at.date()
    there = [view.card(x.card).usable(day, placed.currency) for x in placed.cards]
    return [n for n, (x, most) in enumerate(zip(placed.cards, there, strict=True), 1) if most < max(x.amount, 1)]


def _tax_held_against(placed: OrderPlaced, decision: Decision) -> Decision:
    """Tell of a tax that is not what the rules make of it: it stays as it was sold, for the customer was told so."""
    sold = {x.line: x.tax for x in placed.lines}
    off = {t.line: sold[t.line] - t.computed for t in placed.taxes if t.computed is not None and t.line in sold}
    wrong = {line: n for line, n in off.items() if abs(n) > TAX_TOLERANCE}
    data = decision.data
    if not wrong or not isinstance(data, OrderData) or not data.held:
        return decision
    lines = ", ".join(f"line {line} {n:+}" for line, n in sorted(wrong.items()))
    detail = f"{placed.order}: {lines} minor units of tax against the rates of {placed.tax_source or 'its engine'}"
    found = Break("tax_differs", detail, sum(wrong.values()), placed.currency)
    return replace(decision, breaks=(*decision.breaks, found))
