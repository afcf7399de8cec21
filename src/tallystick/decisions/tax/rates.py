"""The rate table: rates by jurisdiction, class and day, what is known of states, and the law of each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.decisions.tax.asked import Code, Country, TaxClass
from tallystick.decisions.tax.quoted import Rate

Text = Annotated[str, Meta(min_length=1, max_length=300)]


class RatesError(ValueError):
    """A rate table that cannot be used; the text names the row and the remedy."""


class RateRow(Struct, frozen=True, forbid_unknown_fields=True, rename={"tax_class": "class"}):
    """A rate and the first and last day it is in force; no last day: until further notice. *law* is its source."""

    jurisdiction: Code
    tax_class: TaxClass
    rate: Rate
    first_day: date
    law: Text
    last_day: date | None = None

    def holds(self, on: date) -> bool:
        """Say whether the rate is in force on a day."""
        return self.first_day <= on and (self.last_day is None or on <= self.last_day)


class StateRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A state of the United States: how sales within it are sourced, whether it has local rates, who collects.

    *facilitator_from* is the day since which a marketplace collects; none where it has no such law.
    """

    state: Code
    sourcing: Literal["origin", "destination"]
    has_local_rates: bool
    law: Text
    facilitator_from: date | None = None


class RateData(Struct, frozen=True, forbid_unknown_fields=True):
    """A table as it stands in a file.

    *rate_of_supply* names countries where what was paid on account is in the end taxed at the rate of the day of supply
    (Art. 95 of the VAT Directive), with the law that says so.
    """

    version: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]
    rates: tuple[RateRow, ...] = ()
    states: tuple[StateRow, ...] = ()
    rate_of_supply: dict[Country, Text] = {}


class RateTable:
    """A table, looked up. Nothing is guessed: what is not in it is None."""

    def __init__(self, data: RateData) -> None:
        """Index *data*; raises `RatesError` for two rates on one day, or a last day before the first."""
        self.data, self.version = data, data.version
        self._states = {s.state: s for s in data.states}
        self._rows: dict[tuple[str, str], list[RateRow]] = defaultdict(list)
        for row in data.rates:
            self._rows[row.jurisdiction, row.tax_class].append(row)
        for rows in self._rows.values():
            rows.sort(key=lambda r: r.first_day)
            _refuse_overlap(rows)

    def rate(self, jurisdiction: str, tax_class: str, on: date) -> RateRow | None:
        """Return what is in force."""
        return next((r for r in self._rows.get((jurisdiction, tax_class), ()) if r.holds(on)), None)

    def state(self, code: str) -> StateRow | None:
        """Return what is known of a state."""
        return self._states.get(code)

    def classes(self, jurisdiction: str, on: date) -> list[str]:
        """Return the classes that have a rate there on that day."""
        return sorted({c for j, c in self._rows if j == jurisdiction and self.rate(j, c, on)})


def laid_over(ours: RateData, theirs: RateData) -> RateData:
    """Return a retailer's table laid over the built-in one; its version names both.

    What it says of a jurisdiction and class replaces all that ours says of it, and likewise of a state.
    """
    told = {(r.jurisdiction, r.tax_class) for r in theirs.rates}
    states = {s.state for s in theirs.states}
    return RateData(
        f"{ours.version}+{theirs.version}",
        (*(r for r in ours.rates if (r.jurisdiction, r.tax_class) not in told), *theirs.rates),
        (*(s for s in ours.states if s.state not in states), *theirs.states),
        {**ours.rate_of_supply, **theirs.rate_of_supply},
    )


def _refuse_overlap(rows: Sequence[RateRow]) -> None:
    for row in rows:
        if row.last_day is not None and row.last_day < row.first_day:
            raise RatesError(f"{_said(row)}: last_day is before it, {row.last_day}: correct one of the two")
    for earlier, later in pairwise(rows):
        if earlier.last_day is None or earlier.last_day >= later.first_day:
            raise RatesError(f"{_said(later)} begins while {_said(earlier)} is in force: give that one a last_day")


def _said(row: RateRow) -> str:
    return f"the rate of {row.jurisdiction} {row.tax_class} from {row.first_day}"
