"""Control totals of a file feed: what the book made of its messages, to be laid beside what the sender counted.

Money and stock come out of the postings, counts out of the facts: neither looks at what was sent.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import asyncpg
from msgspec import Struct
from msgspec.structs import asdict

from tallystick.journal.chart import account_of
from tallystick.model.amount import decimals_of, format_decimal
from tallystick.posting.table import PostingTable
from tallystick.storage.reading.line_counts import Counted, count_facts
from tallystick.storage.reading.posting_rules import rules_of

_OF_FEED: Final = (
    "(select s.event from seen s join source o on o.id = s.source "
    "where o.name = $1 and s.ext_id in (select unnest($2::text[])) "
    "union select e.id from event e join source o on o.id = e.source where o.name = $1 and e.subject = any($3::text[]))"
)
_SUMS: Final = (
    "select x.ym, x.rules, x.rule, a.name, x.amount from (select to_char(e.effective_on, 'YYYY-MM') as ym, e.rules, "
    f"p.rule, p.debit, sum(p.amount)::bigint as amount from {_OF_FEED} f join event e on e.id = f.event "
    "join posting p on p.event = e.id group by 1, 2, 3, 4) x join account a on a.id = x.debit"
)
_FACTS: Final = (
    f"select to_char(e.effective_on, 'YYYY-MM') as ym, e.facts from {_OF_FEED} f join event e on e.id = f.event"
)
_FETCH: Final = 1000

_SOLD: Final = ("goods", "giveaways", "scans", "services", "charges", "vouchers")
_CREDITED: Final = ("matched", "blind", "services", "charges", "vouchers")
_VALUE: Final = "net"
_UNITS: Final = "quantity"


class Scope(Struct, frozen=True):
    """Which messages of *source*: those with *ids*, and all of the *subjects*."""

    source: str
    ids: Sequence[str] = ()
    subjects: Sequence[str] = ()


class Figures(Struct, frozen=True):
    """The figures of one month, or of all: money in minor units, the rest whole units, lines or invoices."""

    lines: int
    invoices: int
    sale_invoices: int
    canc_invoices: int
    sale_lines: int
    canc_lines: int
    gross_sales: int
    cancellations: int
    bad_debt: int
    net: int
    net_qty: int
    merch_sales: int
    merch_canc: int
    adj_out_qty: int
    adj_in_qty: int
    adj_out_n: int
    adj_in_n: int


_MONEY: Final = ("gross_sales", "cancellations", "bad_debt", "net", "merch_sales", "merch_canc")


class Totals(Struct, frozen=True):
    """The figures in total and by month (`2011-03`), money in *currency*."""

    currency: str
    total: Figures
    months: dict[str, Figures]

    def shown(self) -> dict[str, Any]:
        """Return `{"total": {…}, "months": [{"ym": …, …}]}` with money as decimal text."""
        months = [{"ym": ym, **self._shown(figures)} for ym, figures in sorted(self.months.items())]
        return {"total": self._shown(self.total), "months": months}

    def _shown(self, figures: Figures) -> dict[str, Any]:
        decimals = decimals_of(self.currency)
        values = asdict(figures)
        return values | {key: format_decimal(values[key], decimals) for key in _MONEY}


async def control_totals(connection: asyncpg.Connection, rules: PostingTable, scope: Scope) -> Totals:
    """Return the control totals of the messages in *scope*; ids the book does not hold count for nothing."""
    currency = await connection.fetchval("select value from setting where key = 'currency'")
    feed = (scope.source, list(scope.ids), list(scope.subjects))
    sums = await _sums(connection, rules, feed)
    counts = await _counts(connection, feed)
    months = {ym: _figures(sums.get(ym, {}), counts.get(ym, Counted())) for ym in sorted(sums.keys() | counts.keys())}
    everything: defaultdict[str, int] = defaultdict(int)
    for by_rule in sums.values():
        for name, amount in by_rule.items():
            everything[name] += amount
    return Totals(currency, _figures(everything, Counted.all(counts.values())), months)


async def _sums(
    connection: asyncpg.Connection, table: PostingTable, feed: tuple[str, list[str], list[str]]
) -> Mapping[str, Mapping[str, int]]:
    """Return by month and rule what the facts said, with the sign they said it with.

    A negative amount was posted with debit and credit swapped: the account on the debit side tells.
    """
    rules = await rules_of(connection, table)
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for ym, version, number, debit, amount in await connection.fetch(_SUMS, *feed):
        rule = rules[version, number]
        as_written = account_of(debit) == account_of(rule.debit)
        found[ym][rule.name] += amount if as_written else -amount
    return found


async def _counts(connection: asyncpg.Connection, feed: tuple[str, list[str], list[str]]) -> Mapping[str, Counted]:
    found: defaultdict[str, Counted] = defaultdict(Counted)
    async with connection.transaction(readonly=True):
        cursor = await connection.cursor(_FACTS, *feed)
        while rows := await cursor.fetch(_FETCH):
            for ym, facts in rows:
                count_facts(facts, found[ym])
    return found


def _figures(sums: Mapping[str, int], counted: Counted) -> Figures:
    def said(fact: str, lists: Sequence[str], field: str) -> int:
        return sum(sums.get(f"{fact}.{name}.{field}", 0) for name in lists)

    gross = said("sale_recorded", _SOLD, _VALUE) - said("sale_reversed", _SOLD, _VALUE)
    cancelled = said("sale_credited", _CREDITED, _VALUE)
    bad = said("bad_debt_adjusted", ("lines",), "written_off")
    out = said("stock_adjusted", ("lost", "lost_unstocked"), _UNITS)
    found = said("stock_adjusted", ("found", "found_unstocked"), _UNITS)
    sold = said("sale_recorded", _SOLD, _UNITS) - said("sale_reversed", _SOLD, _UNITS)
    sold += said("bad_debt_adjusted", ("lines",), _UNITS)
    return Figures(
        lines=counted.lines,
        invoices=len(counted.invoices),
        sale_invoices=len(counted.sale_invoices),
        canc_invoices=len(counted.canc_invoices),
        sale_lines=counted.sale_lines,
        canc_lines=counted.canc_lines,
        gross_sales=gross,
        cancellations=-cancelled,
        bad_debt=-bad,
        net=gross - cancelled - bad,
        net_qty=sold - said("sale_credited", _CREDITED, _UNITS) + found - out,
        merch_sales=said("sale_recorded", ("goods",), _VALUE) - said("sale_reversed", ("goods",), _VALUE),
        merch_canc=-said("sale_credited", ("matched", "blind"), _VALUE),
        adj_out_qty=-out,
        adj_in_qty=found,
        adj_out_n=counted.adj_out,
        adj_in_n=counted.adj_in,
    )
