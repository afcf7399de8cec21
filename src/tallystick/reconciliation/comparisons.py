"""The comparisons of the house by name: which statement is laid beside which side of the book."""

from collections.abc import Iterable
from typing import Final

from tallystick.reconciliation.comparison import Comparison
from tallystick.reconciliation.counts import compare_stock
from tallystick.reconciliation.journals import compare_ledgers, compare_tills
from tallystick.reconciliation.limits import LEDGER, PAYOUTS, STOCK, TILL
from tallystick.reconciliation.matching import Matching
from tallystick.reconciliation.money import compare_bank, compare_providers

COMPARISONS: Final = {
    STOCK: compare_stock,
    "provider": compare_providers,
    PAYOUTS: compare_bank,
    TILL: compare_tills,
    LEDGER: compare_ledgers,
}


def reconcile(c: Comparison, only: Iterable[str] = tuple(COMPARISONS)) -> Matching:
    """Make the comparisons named in *only*, all by default, and return what came of them together."""
    found = Matching()
    for name in only:
        found.add(COMPARISONS[name](c))
    return found
