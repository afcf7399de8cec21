"""Beancount as an outside reader: `python outside_beancount.py LEDGER` tells in JSON what it makes of a ledger.

It runs as a program of its own and nothing imports it: Beancount is GPL, a tool beside our tests and no part of them.
"""

import json
import sys
from collections import defaultdict
from typing import Any

from beancount.core.data import Balance, Transaction
from beancount.core.inventory import Inventory
from beancount.loader import load_file


def read(path: str) -> dict[str, Any]:
    """Return its errors, the daily balances it comes to (day, account, symbol, number) and how many it was told to check."""
    entries, errors, _ = load_file(path)
    held: defaultdict[str, Inventory] = defaultdict(Inventory)
    found = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            held[posting.account].add_position(posting)
            assert posting.units is not None
            symbol = posting.units.currency
            amount = held[posting.account].get_currency_units(symbol)  # type: ignore[no-untyped-call]
            found[str(entry.date), posting.account, symbol] = str(amount.number)
    balances = [[*key, number] for key, number in found.items()]
    checked = sum(isinstance(entry, Balance) for entry in entries)
    return {"errors": [error.message for error in errors], "balances": balances, "checked": checked}


if __name__ == "__main__":
    json.dump(read(sys.argv[1]), sys.stdout)
