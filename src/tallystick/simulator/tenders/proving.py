"""What must hold of gift cards, told from facts, families and postings, and never from the rows that are to be proved."""

from collections import Counter
from typing import Any

from tallystick.journal.card import Card
from tallystick.messages.selling.gift_cards import (
    GiftCardCredited,
    GiftCardExpired,
    GiftCardGranted,
    GiftCardRedeemed,
    GiftCardSold,
)
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import TENDERS
from tallystick.simulator.invariants import StepCheck


def paid_by_cards(family: Family) -> int:
    """What gift cards have paid of an order and were not given back."""
    if TENDERS not in family:
        return 0
    return sum(x.kept for x in data_of(family, TENDERS).parts if x.card)


def check_cards(check: StepCheck, *, at_rest: bool = True) -> None:
    """Hold each card's row against what was issued and what orders know of it; and what is owed for all against the ledger.

    *at_rest*: every order has ended, so that none holds anything any more.
    """
    held, had = Counter[str](), Counter[str]()
    for family in check.book.loaded.families.values():
        for x in data_of(family, TENDERS).parts if TENDERS in family else ():
            held[x.card] += x.open
            had[x.card] += x.kept
            if x.card and not 0 <= x.credited <= x.paid <= x.wanted:
                check.found(
                    "tender_off", f"{x}: no tender pays more than it is to, or gives back more than it has paid"
                )
    face, expired, taxed = _told(check)
    for name, card in check.book.loaded.cards.items():
        if (card.face, card.redeemed, card.expired, card.held) != (face[name], had[name], expired[name], held[name]):
            check.found(
                "card_off", f"{name}: {card}; orders have had {had[name]} and hold {held[name]} of {face[name]}"
            )
        if min(card.available, card.owed, card.held) < 0:
            check.found("card_below_zero", f"{name}: {card}")
        if card.tax and not card.expired and card.tax - card.tax_left != taxed[name]:
            check.found("card_tax_off", f"{name}: {card}; {taxed[name]} of its tax is taken off what its goods owe")
        if at_rest and card.held:
            check.found("card_held", f"{name}: {card.held} is held, and no order is under way")
    _check_owed(check, check.book.loaded.cards.values())


def _told(check: StepCheck) -> tuple[Counter[str], ...]:
    """What facts say of each card: what it is good for, what ran out, and what tax it has paid that was owed before."""
    face, expired, taxed = Counter[str](), Counter[str](), Counter[str]()
    for folded in check.book.entries:
        for fact in folded.facts:
            if isinstance(fact, GiftCardSold):
                face[fact.card] += fact.net + fact.tax
            elif isinstance(fact, GiftCardGranted):
                face[fact.card] += fact.amount
            elif isinstance(fact, GiftCardExpired):
                expired[fact.card] += fact.amount
            elif isinstance(fact, GiftCardRedeemed):
                taxed[fact.card] += fact.tax
            elif isinstance(fact, GiftCardCredited):
                taxed[fact.card] -= fact.tax
    return face, expired, taxed


def _check_owed(check: StepCheck, cards: Any) -> None:
    owed, booked = Counter[str](), Counter[str]()
    card: Card
    for card in cards:
        owed[card.channel] += card.owed
    for folded in check.book.entries:
        for p in folded.postings:
            for address, number in ((p.credit, p.number), (p.debit, -p.number)):
                if address.startswith("gift_cards:"):
                    booked[address.partition(":")[2]] += number
    for channel in sorted({*owed, *booked}):
        if owed[channel] != booked[channel]:
            check.found(
                "cards_owed_off", f"{channel}: cards come to {owed[channel]}, the ledger owes {booked[channel]}"
            )
