"""What going live puts into the book: opening stock, opening balances, and orders with the money behind them."""

from msgspec import Struct

from tallystick.messages.golive.reports import OpeningBalance
from tallystick.messages.stock import ValuedLine
from tallystick.model.amount import Minor


class OpeningStockDeclared(Struct, frozen=True, gc=False):
    """Fact: these units were here when the book took over from *ledger*."""

    ledger: str
    location: str
    currency: str
    lines: tuple[ValuedLine, ...]


class OpeningBalancesDeclared(Struct, frozen=True, gc=False):
    """Fact: these balances stood in *ledger* when the book took over; prepared by one person, approved by another."""

    ledger: str
    proposal: int
    currency: str
    prepared_by: int
    approved_by: int
    lines: tuple[OpeningBalance, ...]


class OpeningBalancesReversed(Struct, frozen=True, gc=False):
    """Fact: the balances declared as proposal *reverses* are taken back: their own lines, the other way round."""

    ledger: str
    proposal: int
    reverses: int
    currency: str
    prepared_by: int
    approved_by: int
    lines: tuple[OpeningBalance, ...]


class OpenOrderDeclared(Struct, frozen=True, gc=False):
    """Fact: an order came from *ledger* with money behind it.

    *receivable* is what its customer owes for goods that left (below zero: a deposit for goods that did not), *clearing*
    what the provider has taken and not paid out.
    """

    order: str
    channel: str
    provider: str
    ledger: str
    currency: str
    receivable: Minor
    clearing: Minor
