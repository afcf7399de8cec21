"""The takeover as a proposal: what is approved to the letter, and the reports it becomes, each of which names it."""

from datetime import UTC, datetime, time
from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.messages.books.entries import ManualEntry, ManualLine
from tallystick.messages.buying.reports import PurchasePlaced
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.golive.reports import (
    Opening,
    OpenOrder,
    OrderTakenOver,
    TakeoverApproved,
    TakeoverReversalApproved,
)
from tallystick.processes.golive.soundness import opening_is_flawed
from tallystick.security.proposals import EXPIRY_DAYS_DEFAULT, AccessRefused, NewProposal, Proposal

TAKEOVER: Final = "takeover"
OPENING: Final = "opening_balances:"


class Takeover(Struct, frozen=True):
    """All that comes from an old system: what the book begins with, open orders, and goods still to come from suppliers."""

    opening: Opening
    orders: tuple[OpenOrder, ...] = ()
    purchases: tuple[PurchasePlaced, ...] = ()


_takeover = msgspec.json.Decoder(Takeover).decode


def takeover_of(proposal: Proposal) -> Takeover:
    """Return the takeover that *proposal* is."""
    return _takeover(proposal.body)


def propose_takeover(takeover: Takeover, expires_days: int = EXPIRY_DAYS_DEFAULT) -> NewProposal:
    """Return the proposal to take *takeover* over; raise `AccessRefused` naming what makes it impossible to book.

    Its amount, which an approver's limit is held against, is that of all balances and the stock, whichever their sign.
    """
    opening = takeover.opening
    flaw = opening_is_flawed(opening)
    if flaw:
        raise AccessRefused(flaw)
    if opening.orders != len(takeover.orders):
        raise AccessRefused(f"orders: {len(takeover.orders)} of them, the opening says {opening.orders}")
    amount = sum(abs(x.amount) for x in opening.balances) + sum(x.value for x in opening.stock)
    return NewProposal(TAKEOVER, msgspec.json.encode(takeover), amount, opening.currency, expires_days)


def reports_of_takeover(proposal: Proposal, source: str) -> list[Envelope]:
    """Return what an approved takeover becomes at the front door: first what the book begins with, then what follows it."""
    takeover = takeover_of(proposal)
    opening = takeover.opening
    kind = TakeoverReversalApproved if opening.reverses else TakeoverApproved
    first = kind(opening.ledger, proposal.id, opening, proposal.prepared_by, proposal.decided_by)
    made: list[tuple[str, str, Struct]] = [("", proposal.subject, first)]
    for order in takeover.orders:
        told = OrderTakenOver(opening.ledger, proposal.id, opening.currency, order)
        made.append((f"/order/{order.order}", f"order/{order.order}", told))
    made.extend((f"/purchase/{x.purchase}", f"purchase/{x.purchase}", x) for x in takeover.purchases)
    name = f"proposal-{proposal.id}"
    return [
        Envelope(
            id=f"{name}{suffix}",
            source=source,
            type=CATALOGUE.of(type(data)).type,
            subject=subject,
            time=datetime.combine(opening.effective_on, time(), UTC),
            data=Raw(msgspec.json.encode(data)),
            correlationid=name,
        )
        for suffix, subject, data in made
    ]


def as_entry(takeover: Takeover) -> ManualEntry:
    """Show a takeover as an entry: its balances line by line, the stock of each location, and its orders, as far as they have worth."""
    opening, other = takeover.opening, f"{OPENING}{takeover.opening.ledger}"
    moved = [(x.account, x.amount, f"{x.code} of {opening.ledger}") for x in opening.balances]
    if not opening.reverses:
        for location in dict.fromkeys(x.location for x in opening.stock):
            lines = [x for x in opening.stock if x.location == location]
            text = f"{sum(x.quantity for x in lines)} units of {len(lines)} products"
            moved.append((f"inventory:{location}", sum(x.value for x in lines), text))
    found = [
        ManualLine(n, *((account, other) if amount > 0 else (other, account)), abs(amount), text)
        for n, (account, amount, text) in enumerate((m for m in moved if m[1]), 1)
    ]
    reason = f"{opening.reason} ({len(takeover.orders)} orders, {len(takeover.purchases)} purchases)"
    return ManualEntry(opening.currency, opening.effective_on, reason, tuple(found), opening.reverses)
