"""Tax that a marketplace collects, set apart from what a parcel, a return, a loss or an allowance is worth to us."""

from collections.abc import Iterable
from typing import Any, TypeVar

from msgspec.structs import replace

from tallystick.messages.marketplaces.terms import CollectedTax, MarketplaceTerms

Priced = TypeVar("Priced")


def set_apart(terms: MarketplaceTerms | None, *lists: Iterable[Priced]) -> tuple[Any, ...]:
    """Return *lists* of priced lines without the tax that is not ours, and that tax as the last list.

    Without a marketplace all tax is the seller's, and the lists come back as they are.
    """
    if terms is None or not terms.collects_tax_of:
        return (*(tuple(x) for x in lists), ())
    found: list[CollectedTax] = []
    return (*[tuple(_untaxed(x, terms, found) for x in lines) for lines in lists], tuple(found))


def _untaxed(line: Any, terms: MarketplaceTerms, found: list[CollectedTax]) -> Any:
    if line.line not in terms.collects_tax_of:
        return line
    if line.tax:
        found.append(CollectedTax(line.line, line.tax))
    return replace(line, tax=0)
