"""Tills: what a shop's day took, and what was counted when it ended."""

from datetime import date

from msgspec import Struct

from tallystick.model.amount import Minor, SignedMinor


class TenderCount(Struct, frozen=True, gc=False):
    """What was counted of one tender: notes in a drawer, slips of a card terminal."""

    tender: str
    amount: SignedMinor


class CashUpReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a shop counted its tills for *day*. *baskets* are those the till knows of, by number.

    A later report of the same day replaces an earlier one; a *supplement* adds to it (a receipt found, a line mended).
    """

    location: str
    day: date
    currency: str
    counted: tuple[TenderCount, ...]
    baskets: tuple[str, ...] = ()
    supplement: bool = False


class TakingsMoved(Struct, frozen=True, gc=False):
    """Tell from a basket to its day's cash-up: *amount* more (or less) was taken by *tender*."""

    basket: str
    location: str
    day: date
    currency: str
    tender: str
    amount: Minor


class CountedLine(Struct, frozen=True, gc=False):
    """What a cash-up clears of one tender: *counted*, and *short*, by which the count lies below the takings.

    Both are signed: a later count posts the difference to an earlier one.
    """

    tender: str
    counted: Minor
    short: Minor


class CashCounted(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: takings of a shop's day are cleared: *cash* into the safe, *cashless* tenders to who owes them."""

    location: str
    day: date
    currency: str
    cash: tuple[CountedLine, ...] = ()
    cashless: tuple[CountedLine, ...] = ()
