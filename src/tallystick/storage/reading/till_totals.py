"""What tills sold, took and counted by shop and day, out of the postings: to be laid beside the source's own sums."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import asyncpg
from msgspec import Struct
from msgspec.structs import asdict

from tallystick.journal.chart import account_of
from tallystick.model.amount import decimals_of, format_decimal
from tallystick.posting.table import PostingTable
from tallystick.storage.reading.control_totals import Scope
from tallystick.storage.reading.posting_rules import rules_of

TILL: Final = "till/"
_ROWS_AT_ONCE: Final = 5000
_SUMS: Final = (
    "select e.subject, e.rules, p.rule, a.name, sum(p.amount)::bigint from event e join posting p on p.event = e.id "
    "join account a on a.id = p.debit where e.subject = any($1::text[]) group by 1, 2, 3, 4"
)
_KNOWN: Final = "select subject from process where subject = any($1::text[])"
_SIGNS: Final = {"sale_recorded": 1, "sale_reversed": -1, "cash_counted": 1}
_FIGURES: Final = {"quantity": "units", "net": "net", "loyalty": "loyalty", "match": "match", "coupon": "coupon"} | {
    name: name for name in ("taken", "counted", "short")
}


class TillFigures(Struct):
    """One shop's day, or all: units, and money in minor units.

    `net` is what was earned, `coupon` the part of it that manufacturers owe, `taken` the rest; `loyalty` and `match`
    came off the shelf price before. `counted` and `short` are what the cash-up made of what was taken.
    """

    units: int = 0
    net: int = 0
    loyalty: int = 0
    match: int = 0
    coupon: int = 0
    taken: int = 0
    counted: int = 0
    short: int = 0

    @property
    def shelf_price(self) -> int:
        """What all of it would have cost without any discount."""
        return self.net + self.loyalty + self.match

    def add(self, other: "TillFigures") -> None:
        """Add another's figures to these."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    def shown(self, decimals: int) -> dict[str, Any]:
        """Return the figures with money as decimal text."""
        money = {"shelf_price": self.shelf_price} | {k: v for k, v in asdict(self).items() if k != "units"}
        return {"units": self.units} | {name: format_decimal(n, decimals) for name, n in money.items()}


class TillTotals(Struct, frozen=True):
    """The figures in total, and by shop and day (ISO), money in *currency*. Empty where nothing came from a till."""

    currency: str
    total: TillFigures
    days: dict[tuple[str, str], TillFigures]

    def shown(self, *, by_day: bool) -> dict[str, Any]:
        """Return `{"total": {…}}` and, *by_day*, `"days": [{"shop": …, "day": …, …}]`."""
        decimals = decimals_of(self.currency)
        total = {"total": self.total.shown(decimals)}
        if not by_day:
            return total
        days = [
            {"shop": shop, "day": day, **figures.shown(decimals)} for (shop, day), figures in sorted(self.days.items())
        ]
        return total | {"days": days}


async def till_totals(connection: asyncpg.Connection, table: PostingTable, scope: Scope) -> TillTotals:
    """Return the figures of the shop-days in *scope*, whose subjects end in shop and day."""
    currency = await connection.fetchval("select value from setting where key = 'currency'")
    days: defaultdict[tuple[str, str], TillFigures] = defaultdict(TillFigures)
    if scope.subjects:
        # A day on which nothing but empty lines were rung up posts nothing, and is a day all the same.
        for (subject,) in await connection.fetch(_KNOWN, list(scope.subjects)):
            _ = days[_place(subject)]
        names = {key: (rule.name, rule.debit) for key, rule in (await rules_of(connection, table)).items()}
        async with connection.transaction(readonly=True):
            cursor = await connection.cursor(_SUMS, list(scope.subjects))
            while rows := await cursor.fetch(_ROWS_AT_ONCE):
                _add(rows, names, days)
    total = TillFigures()
    for figures in days.values():
        total.add(figures)
    return TillTotals(currency, total, dict(days))


def _add(
    rows: Iterable[Any],
    names: Mapping[tuple[int, int], tuple[str, str]],
    days: defaultdict[tuple[str, str], TillFigures],
) -> None:
    for subject, version, number, debit, amount in rows:
        name, wanted = names[version, number]
        fact, *_, field = name.split(".")
        figure, sign = _FIGURES.get(field), _SIGNS.get(fact)
        if figure is None or sign is None:
            continue
        of_day = days[_place(subject)]
        as_written = _family(debit) == _family(wanted)
        setattr(of_day, figure, getattr(of_day, figure) + (sign if as_written else -sign) * amount)


def _place(subject: str) -> tuple[str, str]:
    _, shop, day = subject.rsplit("/", 2)
    return shop, day


@cache
def _family(address: str) -> str:
    return account_of(address).address
