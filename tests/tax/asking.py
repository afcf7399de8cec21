"""How tests ask about tax: a question in a few words, the table of rates, and a second way to reckon, in fractions."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

import msgspec

from tallystick.app.taxing.rates_file import built_in_rates
from tallystick.decisions.tax.asked import TaxAsked
from tallystick.decisions.tax.rates import RateData, RateTable, laid_over

LOCAL: Final = {
    "version": "local-1",
    "rates": [
        {"jurisdiction": "US-TX-AUSTIN", "class": "standard", "rate": 82_500, "first_day": "2021-07-01", "law": "own"},
        {"jurisdiction": "US-TX-WACO", "class": "standard", "rate": 77_500, "first_day": "2021-07-01", "law": "own"},
    ],
}
"""Two cities as a retailer's own file would give them; the numbers are made up."""
TABLE: Final = RateTable(laid_over(built_in_rates(), msgspec.convert(LOCAL, RateData)))
DAY: Final = "2026-03-02"


def place(text: str) -> dict[str, str]:
    """Read `DE` or `US-TX-AUSTIN`."""
    return dict(zip(("country", "region", "locality"), text.split("-", 2), strict=False))


def asked(way: str, *amounts: Any, **more: Any) -> TaxAsked:
    """Ask about goods on a *way* such as `DE>FR`; amounts are lines of one unit, or whole lines as they are sent.

    Prices are inclusive, the seller is at home where the goods leave, and it happens on a day in March 2026, unless
    *more* says otherwise.
    """
    leaves, arrives = way.split(">")
    lines = [a if isinstance(a, dict) else {"amount": a} for a in amounts]
    question = {
        "on": DAY,
        "currency": "EUR/2",
        "prices": "inclusive",
        "seller": {"established": leaves[:2]},
        "ship_from": place(leaves),
        "ship_to": place(arrives),
        "lines": [{"line": n, **line} for n, line in enumerate(lines, 1)],
        **more,
    }
    return msgspec.convert(question, TaxAsked)


def fraction_of_tax(base: int, percent: Fraction, *, included: bool) -> Fraction:
    """The exact tax in an amount, or on it."""
    return Fraction(base) * percent / (100 + percent) if included else Fraction(base) * percent / 100


def nearest(exact: Fraction) -> int:
    """The nearest whole number; a half goes up."""
    below = exact.numerator // exact.denominator
    return below + (exact - below >= Fraction(1, 2))


def shared_out(exact: Sequence[Fraction]) -> list[int]:
    """Whole numbers that add up to the rounded sum, handed out one by one to whoever is owed most, the first among equals."""
    given = [e.numerator // e.denominator for e in exact]
    while sum(given) < nearest(sum(exact, Fraction(0))):
        owed = [e - g for e, g in zip(exact, given, strict=True)]
        given[owed.index(max(owed))] += 1
    return given


def reckoned(question: TaxAsked, bases: Sequence[tuple[int, Fraction]]) -> list[int]:
    """The tax of each (base, rate in percent), all due on one day, by the second way."""
    included = question.prices == "inclusive"
    exact = [fraction_of_tax(base, percent, included=included) for base, percent in bases]
    if question.rounding == "line":
        return [nearest(e) for e in exact]
    found = [0] * len(bases)
    for rate in {percent for _, percent in bases}:
        at = [i for i, (_, percent) in enumerate(bases) if percent == rate]
        for i, tax in zip(at, shared_out([exact[i] for i in at]), strict=True):
            found[i] = tax
    return found


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)
