"""The comparisons of the house: which statement is laid beside which side of the book, by which rule."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from tallystick.messages.statements import (
    BankStatementReported,
    LedgerStatementReported,
    ProviderLine,
    ProviderStatementReported,
    StockStatementReported,
    TillJournalReported,
)
from tallystick.model.amount import units
from tallystick.reconciliation.book_side import (
    CAPTURE,
    CHARGEBACK,
    FEE,
    REFUND,
    SETTLEMENT,
    BookSide,
    dispute_key,
    settled_key,
)
from tallystick.reconciliation.levels import levels
from tallystick.reconciliation.matching import Difference, Matching, MatchingRule, Record, match, name_of

STOCK, PROMISED, PAYOUTS = "stock", "promised", "bank"
TILL, LEDGER = "till", "ledger"
MONEY: Final = (CAPTURE, REFUND, CHARGEBACK, SETTLEMENT, FEE)


class Statement(Struct, frozen=True):
    """A statement as it was kept: what it says, and of which moment."""

    said: Struct
    at: datetime


class Limits(Struct, frozen=True):
    """How long things may be on their way before a difference is anybody's case; see docs/how-to/operations.md.

    A count is judged *stock_settling_hours* after it was made. Movements within *clock_hours_max* of a location's count,
    or *channel_hours_max* of a channel's, may lie on either side of it; days by two clocks may be *clock_days* apart.
    """

    stock_settling_hours: int = 48
    clock_hours_max: int = 26
    channel_hours_max: int = 40
    provider_settling_days: int = 3
    bank_settling_days: int = 4
    till_settling_days: int = 3
    ledger_settling_days: int = 1
    clock_days: int = 1


AT_ONCE: Final = Limits(0, 0, 0, 0, 0, 0, 0, 0)
"""Judge everything now, also what may still be on its way: for who knows that nothing is."""


class Comparison(Struct, frozen=True):
    """One comparison under way: what the book says, what was stated, and as of when both are judged."""

    book: BookSide
    statements: Sequence[Statement]
    as_of: datetime
    limits: Limits = Limits()

    def said(self, kind: type[Struct]) -> list[Statement]:
        """Return the statements of one kind in the order they were kept."""
        return [s for s in self.statements if isinstance(s.said, kind)]


def rules(limits: Limits = Limits()) -> dict[str, MatchingRule]:  # noqa: B008 - frozen
    """Return the matching rules by name."""
    days = limits.provider_settling_days
    found = [
        MatchingRule(name, f"{name}_not_at_provider", f"{name}_not_booked", f"{name}_differs", settling_days=days)
        for name in (CAPTURE, REFUND, CHARGEBACK, SETTLEMENT)
    ]
    found += [
        MatchingRule(FEE, differs="fee_differs", settling_days=days),
        MatchingRule(
            PAYOUTS,
            "payout_not_at_bank",
            "bank_line_unknown",
            "payout_over",
            "payout_short",
            "bank_line_doubled",
            settling_days=limits.bank_settling_days,
            by_amount_days_max=limits.bank_settling_days,
        ),
        MatchingRule(
            TILL,
            "till_sale_unlisted",
            "till_sale_not_booked",
            "till_sale_differs",
            doubled="till_number_doubled",
            unique=True,
            settling_days=limits.till_settling_days,
        ),
        MatchingRule(LEDGER, *("ledger_differs",) * 3, settling_days=limits.ledger_settling_days),
    ]
    return {r.name: r for r in found}


def ripe_counts(c: Comparison) -> list[Statement]:
    """Return the newest count of each keeper and measure that is old enough to be judged."""
    newest: dict[tuple[str, str], Statement] = {}
    for statement in c.said(StockStatementReported):
        said: StockStatementReported = statement.said  # type: ignore[assignment]
        known = newest.get((said.measure, said.keeper))
        is_ripe = statement.at + timedelta(hours=c.limits.stock_settling_hours) <= c.as_of
        if is_ripe and (known is None or known.at <= statement.at):
            newest[said.measure, said.keeper] = statement
    return [newest[key] for key in sorted(newest)]


def compare_stock(c: Comparison) -> Matching:
    """Lay the newest count of each keeper that can be judged beside the book of that moment."""
    found = Matching()
    for statement in ripe_counts(c):
        _compare_count(c, statement, found)
    return found


def _compare_count(c: Comparison, statement: Statement, found: Matching) -> None:
    said: StockStatementReported = statement.said  # type: ignore[assignment]
    on_hand = said.measure == "on_hand"
    moves = c.book.on_hand if on_hand else c.book.promised
    hours = c.limits.clock_hours_max if on_hand else c.limits.channel_hours_max
    known = levels((m for m in moves if m.keeper == said.keeper), statement.at, timedelta(hours=hours))
    counted = {x.sku: x.units for x in said.lines}
    name, kind = (STOCK, "warehouse_stock_differs") if on_hand else (PROMISED, "channel_stock_differs")
    for sku in sorted(known.keys() | counted.keys()):
        level, number = known.get(sku), counted.get(sku, 0)
        ours = level.units if level else 0
        if number == ours:
            found.matched += 1
        elif level and level.explains(number):
            found.pending.append(name_of(name, said.keeper, sku))
        else:
            line = Difference(
                name, kind, said.keeper, sku, units(sku), ours, number, statement.at.date(), (said.statement,)
            )
            found.differences.append(line)


def compare_providers(c: Comparison) -> Matching:
    """Lay each provider's lines beside the money the book has with it, kind by kind and order by order."""
    found, by_name = Matching(), rules(c.limits)
    theirs, through = _provider_lines(c)
    for provider, last in sorted(through.items()):
        for name in MONEY:
            rule = by_name[name]
            mine = [r for r in c.book.money.get(name, ()) if r.party == provider]
            other = [r for kind, r in theirs if kind == name and r.party == provider]
            found.add(match(mine, other, rule, _judged(c, last, rule)))
    return found


def _judged(c: Comparison, through: date, rule: MatchingRule) -> date:
    """What lies behind the last statement, or on its last day by a clock that is off, waits for the next statement."""
    return min(c.as_of.date(), through + timedelta(days=rule.settling_days - c.limits.clock_days))


def _provider_lines(c: Comparison) -> tuple[list[tuple[str, Record]], dict[str, date]]:
    """Return the lines of all provider statements by kind, each once, and up to which day each provider has spoken."""
    lines: dict[tuple[str, str], tuple[ProviderStatementReported, ProviderLine]] = {}
    through: dict[str, date] = {}
    for statement in c.said(ProviderStatementReported):
        said: ProviderStatementReported = statement.said  # type: ignore[assignment]
        through[said.provider] = max(said.through, through.get(said.provider, said.through))
        lines.update({(said.provider, x.key): (said, x) for x in said.lines})
    return [told for said, line in lines.values() for told in _told(said, line)], through


def _told(said: ProviderStatementReported, line: ProviderLine) -> Iterator[tuple[str, Record]]:
    key = {SETTLEMENT: settled_key(line.payout, line.order), "payout": line.payout}.get(line.kind, line.order)
    reference = f"{said.statement}#{line.key}"
    yield line.kind, Record(said.provider, key, said.currency, line.amount, line.on, reference)
    if line.kind in {SETTLEMENT, CHARGEBACK}:
        fee_key = key if line.kind == SETTLEMENT else dispute_key(line.order)
        yield FEE, Record(said.provider, fee_key, said.currency, line.fee, line.on, reference)


def compare_bank(c: Comparison) -> Matching:
    """Lay the payouts that were announced beside what came to the bank; lines of other parties are left alone."""
    spoken = [(s, s.said) for s in c.said(BankStatementReported)]
    if not spoken:
        return Matching()
    rule, found = rules(c.limits)[PAYOUTS], Matching()
    stated, through = _provider_lines(c)
    announced = [r for kind, r in stated if kind == "payout"]
    announced += [r for r in c.book.payouts if r.party not in through]
    came = [
        Record(x.party, x.reference, said.currency, x.amount, x.on, f"{said.statement}#{x.key}")
        for _, said in spoken
        if isinstance(said, BankStatementReported)
        for x in said.lines
    ]
    last = max(said.through for _, said in spoken if isinstance(said, BankStatementReported))
    for party in sorted({r.party for r in announced} | through.keys()):
        mine, other = ([r for r in side if r.party == party] for side in (announced, came))
        found.add(match(mine, other, rule, _judged(c, last, rule)))
    return found


def compare_tills(c: Comparison) -> Matching:
    """Lay each till's journals beside the sales in the book, number by number, and look for holes in the numbering."""
    found, rule = Matching(), rules(c.limits)[TILL]
    ripe = c.as_of.date() - timedelta(days=rule.settling_days)
    journals: dict[str, dict[str, TillJournalReported]] = {}
    for statement in c.said(TillJournalReported):
        said: TillJournalReported = statement.said  # type: ignore[assignment]
        if said.on <= ripe:
            journals.setdefault(said.till, {})[said.journal] = said
    for till in sorted(journals):
        found.add(_compare_till(c, till, list(journals[till].values()), rule))
    return found


def _compare_till(c: Comparison, till: str, journals: list[TillJournalReported], rule: MatchingRule) -> Matching:
    covered = range(min(j.first for j in journals), max(j.last for j in journals) + 1)
    printed = [Record(till, str(x.number), j.currency, x.gross, j.on, j.journal) for j in journals for x in j.receipts]
    mine = [r for r in c.book.till_sales if r.party == till and r.key.isdigit() and int(r.key) in covered]
    found = match(mine, printed, rule, c.as_of.date())
    known = {int(r.key) for r in (*printed, *mine)}
    for number in covered:
        if number not in known:
            on = max((j.on for j in journals if j.first <= number), default=journals[0].on)
            hole = Difference(TILL, "till_number_missing", till, str(number), journals[0].currency, 0, 0, on)
            found.differences.append(hole)
    return found


def compare_ledgers(c: Comparison) -> Matching:
    """Lay the newest trial balance of another ledger beside ours, account by account, as it stood when handed over."""
    found, rule = Matching(), rules(c.limits)[LEDGER]
    newest: dict[str, LedgerStatementReported] = {}
    for statement in c.said(LedgerStatementReported):
        said: LedgerStatementReported = statement.said  # type: ignore[assignment]
        is_ripe = said.through + timedelta(days=rule.settling_days) <= c.as_of.date()
        if is_ripe and (said.ledger not in newest or newest[said.ledger].through <= said.through):
            newest[said.ledger] = said
    for ledger, said in sorted(newest.items()):
        theirs = [Record(ledger, x.account, said.currency, x.balance, said.through, said.statement) for x in said.lines]
        ours = [
            Record(ledger, r.key, r.commodity, r.number, said.through)
            for r in c.book.ledger
            if r.day <= said.through and r.commodity == said.currency
        ]
        found.add(match(ours, theirs, rule, c.as_of.date()))
    return found


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
