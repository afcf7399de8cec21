"""The decisions of an order's tenders: how much each pays, gives back and lets go."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.journal.card import Card, CardState
from tallystick.messages.payments import (
    CollectPayment,
    CreditPayment,
    ForgoPayment,
    LowerPayment,
    PaymentSecured,
    ReleasePayment,
    RequestPayment,
)
from tallystick.messages.selling.gift_cards import GiftCardCredited, GiftCardHeld, GiftCardRedeemed
from tallystick.processes.gift_cards.moves import redeeming
from tallystick.processes.members import PAYMENT, TENDERS
from tallystick.processes.table import Break, Decision, Step

ORDER = "order"


class Part(Struct, frozen=True, gc=False, omit_defaults=True):
    """One tender, in minor units: *wanted* of it in all, *paid* so far for goods that left, *credited* of that. No *card*: the provider's."""

    card: str
    wanted: int = 0
    paid: int = 0
    credited: int = 0

    @property
    def open(self) -> int:
        """What it is still to pay."""
        return self.wanted - self.paid

    @property
    def kept(self) -> int:
        """What it has paid and was not given back."""
        return self.paid - self.credited


class TendersData(Struct, frozen=True, gc=False, omit_defaults=True):
    """Whose order it is, and its tenders in their declared order; the provider's stands last, also where it pays nothing."""

    order: str
    channel: str
    provider: str
    currency: str
    parts: tuple[Part, ...] = ()

    @property
    def outside(self) -> Part:
        """The provider's part."""
        return self.parts[-1]


def ask(_: None, step: Step, view: View) -> Decision:
    """Hold of each card what it is to pay, in the declared order; the rest is asked of the provider."""
    told: RequestPayment = step.data
    data = _begun(told, step)
    left, day = told.amount, step.cause.recorded_at.date()
    parts, facts, breaks = [], [], []
    for tender in told.cards:
        due = min(left, tender.amount or left)
        takes = min(due, view.card(tender.card).usable(day, told.currency))
        if takes < due and tender.amount:
            text = f"{data.order}: gift card {tender.card} pays {takes}, not {due}"
            breaks.append(Break("gift_card_short", text, due - takes, told.currency))
        if takes:
            facts.append(GiftCardHeld(tender.card, data.order, takes))
        parts.append(Part(tender.card, takes))
        left -= takes
    data = replace(data, parts=(*parts, Part("", left)))
    if left:
        request = replace(told, amount=left, cards=(), answers_to=TENDERS)
        return Decision("asked", data, tuple(facts), tells=((PAYMENT, request),), breaks=tuple(breaks))
    nothing = ForgoPayment(told.channel, told.provider, told.currency, 0)
    return Decision("covered", data, tuple(facts), tells=((PAYMENT, nothing), (ORDER, PaymentSecured())))


def forgo(_: None, step: Step, view: View) -> Decision:
    """The order was refused: nothing is held, and what the provider takes all the same is given back."""
    return Decision("forgone", replace(_begun(step.data, step), parts=(Part(""),)), tells=((PAYMENT, step.data),))


def pass_on(data: TendersData, step: Step, view: View) -> Decision:
    """Tell the order what the provider's payment says. What cards hold stays until the order has ended."""
    return Decision("told", data, tells=((ORDER, step.data),))


def collect(data: TendersData, step: Step, view: View) -> Decision:
    """Goods left: cards pay what they hold, in the declared order, and the provider all else."""
    told: CollectPayment = step.data
    pays = _split(told.amount, [x.open for x in data.parts[:-1]])
    facts = [_redeemed(data, x, n, view) for x, n in zip(data.parts, pays, strict=True) if n and x.card]
    parts = tuple(replace(x, paid=x.paid + n) for x, n in zip(data.parts, pays, strict=True))
    tells = ((PAYMENT, replace(told, amount=pays[-1])),) if pays[-1] else ()
    return Decision("collected", replace(data, parts=parts), tuple(facts), tells=tells)


def credit(data: TendersData, step: Step, view: View) -> Decision:
    """Goods came back: what they were paid with goes back in the declared order, no more to any tender than it has paid."""
    told: CreditPayment = step.data
    back = _split(told.amount, [x.kept for x in data.parts[:-1]])
    facts, breaks = [], []
    for x, n in zip(data.parts[:-1], back, strict=False):
        if n:
            card = view.card(x.card)
            worth = redeeming(card, -n)
            place = (card.channel, data.channel, card.jurisdiction, data.currency)
            facts.append(GiftCardCredited(x.card, data.order, *place, -worth.net, -worth.tax, -worth.breakage))
            breaks += _unusable(data, x.card, card, n)
    parts = tuple(replace(x, credited=x.credited + n) for x, n in zip(data.parts, back, strict=True))
    tells = ((PAYMENT, replace(told, amount=back[-1])),) if back[-1] else ()
    return Decision("credited", replace(data, parts=parts), tuple(facts), tells=tells, breaks=tuple(breaks))


def lower(data: TendersData, step: Step, view: View) -> Decision:
    """Less is wanted: first of the provider, whose money is let go where it is to pay nothing, then of the cards, the last first."""
    told: LowerPayment = step.data
    off = _split(told.amount, [x.open for x in reversed(data.parts)], rest=False)[::-1]
    parts = tuple(replace(x, wanted=x.wanted - n) for x, n in zip(data.parts, off, strict=True))
    freed = tuple(GiftCardHeld(x.card, data.order, -n) for x, n in zip(data.parts, off, strict=True) if n and x.card)
    tells: tuple[tuple[str, Struct], ...] = ((PAYMENT, LowerPayment(off[-1])),) if off[-1] else ()
    if off[-1] and not parts[-1].wanted:
        tells = (*tells, (PAYMENT, ReleasePayment()))
    return Decision("lowered", replace(data, parts=parts), freed, tells=tells)


def lower_what_is_asked(data: TendersData, step: Step, view: View) -> Decision:
    """The same while the provider is asked: where its part is gone, the cards cover the order."""
    decision = lower(data, step, view)
    after: Any = decision.data
    if after.outside.wanted:
        return decision
    tells = (*decision.tells, (ORDER, PaymentSecured()))
    return replace(decision, outcome="covered", tells=tells)


def release(data: TendersData, step: Step, view: View) -> Decision:
    """Nothing more will leave: cards are free of what they still hold, and the provider's payment sees to its own part."""
    freed = tuple(GiftCardHeld(x.card, data.order, -x.open) for x in data.parts[:-1] if x.open)
    parts = tuple(replace(x, wanted=x.paid) if x.card else x for x in data.parts)
    return Decision("released", replace(data, parts=parts), freed, tells=((PAYMENT, ReleasePayment()),))


def _begun(told: RequestPayment | ForgoPayment, step: Step) -> TendersData:
    order = step.cause.subject.partition("/")[2]
    return TendersData(order, told.channel, told.provider, told.currency)


def _split(amount: int, rooms: Sequence[int], *, rest: bool = True) -> list[int]:
    """Fill *rooms* one after another; with *rest*, what is left over stands behind them."""
    found = []
    for room in rooms:
        takes = min(amount, max(0, room))
        found.append(takes)
        amount -= takes
    return [*found, amount] if rest else found


def _redeemed(data: TendersData, part: Part, amount: int, view: View) -> GiftCardRedeemed:
    card = view.card(part.card)
    worth = redeeming(card, amount)
    place = (card.channel, data.channel, card.jurisdiction, data.currency)
    return GiftCardRedeemed(part.card, data.order, *place, worth.net, worth.tax, worth.breakage)


def _unusable(data: TendersData, name: str, card: Card, amount: int) -> list[Break]:
    """What stands on a card that is over its holder cannot use: somebody must see to it."""
    if card.state != CardState.EXPIRED:
        return []
    text = f"{data.order}: {amount} went back to gift card {name}, whose time is over"
    return [Break("credit_to_expired_card", text, amount, data.currency)]
