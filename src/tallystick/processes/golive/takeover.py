"""The takeover: what a book begins with, declared once for each old ledger. Its balances can be taken back and declared anew."""

import hashlib
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.journal.posting import PostingError
from tallystick.messages.golive.facts import OpeningBalancesDeclared, OpeningBalancesReversed, OpeningStockDeclared
from tallystick.messages.golive.reports import (
    MappedAccount,
    OpeningBalance,
    OpeningStock,
    TakeoverApproved,
    TakeoverReversalApproved,
)
from tallystick.messages.stock import ValuedLine
from tallystick.processes.records.recorded_sales import shortage_breaks
from tallystick.processes.table import NEW, Decision, Early, Ignored, Process, Row, Step

TAKEN, REVERSED = "TAKEN", "REVERSED"
SUBJECT: Final = "takeover/"


class TakeoverData(Struct, frozen=True, omit_defaults=True):
    """What was taken over from *ledger*, and how its accounts stand in ours. `stock` is its digest, by which it is known again.

    `value` is in minor units, of the stock; `reversed_by` the proposal that took the balances back, 0 for none.
    """

    ledger: str
    proposal: int
    accounts: tuple[MappedAccount, ...]
    balances: tuple[OpeningBalance, ...]
    stock: str
    units: int
    value: int
    orders: int
    reversed_by: int = 0


def declare(_: None, step: Step, view: View) -> Decision:
    """Put stock and balances into the book."""
    report: TakeoverApproved = step.data
    opening, shelf = report.opening, Shelf(view)
    facts: list[Struct] = []
    for location in dict.fromkeys(x.location for x in opening.stock):
        lines = _of(opening.stock, location)
        for line in lines:
            shelf.put(line, location)
        declared = OpeningStockDeclared(opening.ledger, location, opening.currency, lines)
        facts.extend(shelf.facts(location, (declared,)))
    return Decision(
        "declared",
        _known(report),
        (*facts, _balances(report)),
        breaks=shortage_breaks(shelf, view),
        answer=_told(report),
    )


def declare_anew(data: TakeoverData, step: Step, view: View) -> Decision:
    """Put corrected balances into the book; the stock was taken in before and is not taken in again."""
    report: TakeoverApproved = step.data
    if digest_of(report.opening.stock) != data.stock:
        raise PostingError(
            f"{step.cause.subject}: its stock is in the book already and cannot be another: count it instead"
        )
    return Decision("declared", _known(report), (_balances(report),), answer=_told(report))


def reverse(data: TakeoverData, step: Step, view: View) -> Decision:
    """Take the balances back: their own lines, the other way round. Stock and orders have begun to live, and stay."""
    report: TakeoverReversalApproved = step.data
    opening = report.opening
    if (opening.reverses, opening.balances) != (data.proposal, data.balances):
        raise PostingError(f"proposal {report.proposal} does not name the balances that {step.cause.subject} has")
    people = (report.prepared_by, report.approved_by)
    fact = OpeningBalancesReversed(
        data.ledger, report.proposal, data.proposal, opening.currency, *people, data.balances
    )
    after = msgspec.structs.replace(data, reversed_by=report.proposal)
    return Decision("reversed", after, (fact,), answer={"takeover": data.ledger, "reversed_by": report.proposal})


def digest_of(stock: tuple[OpeningStock, ...]) -> str:
    """Return what an opening stock is known again by."""
    return hashlib.sha256(msgspec.json.encode(stock)).hexdigest()


def _of(stock: tuple[OpeningStock, ...], location: str) -> tuple[ValuedLine, ...]:
    return tuple(ValuedLine(x.line, x.sku, x.quantity, x.value) for x in stock if x.location == location)


def _balances(report: TakeoverApproved) -> OpeningBalancesDeclared:
    opening = report.opening
    people = (report.prepared_by, report.approved_by)
    return OpeningBalancesDeclared(opening.ledger, report.proposal, opening.currency, *people, opening.balances)


def _known(report: TakeoverApproved) -> TakeoverData:
    opening = report.opening
    return TakeoverData(
        opening.ledger,
        report.proposal,
        opening.accounts,
        opening.balances,
        digest_of(opening.stock),
        sum(x.quantity for x in opening.stock),
        sum(x.value for x in opening.stock),
        opening.orders,
    )


def _told(report: TakeoverApproved) -> dict[str, object]:
    return {"takeover": report.opening.ledger, "balances": len(report.opening.balances)}


TAKEOVER: Final = Process(
    "takeover",
    TakeoverData,
    (
        Row(NEW, TakeoverApproved, declare, "declared", TAKEN),
        Row(TAKEN, TakeoverReversalApproved, reverse, "reversed", REVERSED),
        Row(REVERSED, TakeoverApproved, declare_anew, "declared", TAKEN),
    ),
    (
        Ignored(
            (TAKEN,), TakeoverApproved, "it was declared already: take its balances back before others are declared"
        ),
        Ignored((REVERSED,), TakeoverReversalApproved, "it is reversed already"),
        Early((NEW,), TakeoverReversalApproved, "what it reverses is not in the book yet"),
    ),
)
