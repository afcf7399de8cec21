"""`tally reconcile ledger`: the other ledger's trial balance beside ours, by account and day."""

from typing import TYPE_CHECKING, Any, Final

import typer

from tallystick.app import output
from tallystick.app.commands.ledger.sending import LEDGER, Ledger, Through, last_day, show_held_back
from tallystick.app.exits import Code
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.app.ledgers.comparing import LedgerCheck

DIFFERENCES_SHOWN_MAX: Final = 50


def register(app: typer.Typer) -> None:
    """Add the command."""
    group(app, "reconcile").command("ledger")(ledger_balances)


def ledger_balances(
    through: Through = None, ledger: Ledger = LEDGER, book: output.Book = None, as_json: output.Json = False
) -> None:
    """Lay the ledger's posted balances beside ours, by account and day, and name what explains each difference.

    Ends with exit code 1 when they differ. Nothing is changed on either side.

    Example: tally reconcile ledger --through 2011-03-31
    """
    from tallystick.app.ledgers.access import open_ledger
    from tallystick.app.ledgers.comparing import check_ledger
    from tallystick.app.ledgers.policy_file import load_policy
    from tallystick.app.running import in_house
    from tallystick.app.settings import read_settings

    rules = load_policy(read_settings().home, ledger)

    async def work(house: "House") -> "LedgerCheck":
        with open_ledger(read_settings()) as door:
            return await check_ledger(house, rules, door, last_day(through))

    found = in_house(book, work)
    if as_json:
        output.json(_as_json(found))
    else:
        _show(found)
    raise typer.Exit(Code.FINE if found.ok else Code.NOT_IN_ORDER)


def _as_json(found: "LedgerCheck") -> dict[str, Any]:
    return {
        "ok": found.ok,
        "ledger": found.ledger,
        "currency": found.currency,
        "through": found.through,
        "cells": found.comparison.cells,
        "entries": found.comparison.entries,
        "uncovered": found.uncovered,
        "held_back": [h.day for h in found.held_back],
        "differences": found.comparison.differences,
    }


def _show(found: "LedgerCheck") -> None:
    from tallystick.reconciliation.ledger_balances import MEANS

    compared = found.comparison
    what = f"{output.count(compared.cells, 'balance')} by account and day, {output.count(compared.entries, 'entry', 'entries')}"
    output.say(f"{found.ledger} through {found.through}: {what}.")
    if found.ok:
        output.say("Both hold the same.", "green")
        return
    show_held_back(found.held_back)
    for account in found.uncovered:
        output.note(f"{account}: the journals do not add up to the book: report this as a defect", "red")
    rows = [
        [d.day, d.code, *(output.amount(n, found.currency) for n in (d.ours, d.theirs, c.amount)), c.kind.value, c.name]
        for d in compared.differences
        for c in d.causes
    ]
    output.table(
        ("day", "account", ">ours", ">theirs", ">off by", "because", "journal or entry"), rows[:DIFFERENCES_SHOWN_MAX]
    )
    if len(rows) > DIFFERENCES_SHOWN_MAX:
        output.note(f"… and {len(rows) - DIFFERENCES_SHOWN_MAX} more; --json has all")
    for kind in sorted({c.kind for d in compared.differences for c in d.causes}):
        output.note(f"{kind.value}: {MEANS[kind]}", "")
