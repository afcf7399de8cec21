"""Providers and marketplaces, line by line; and what of their payouts came to the bank."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from tallystick.messages.statements import BankStatementReported, ProviderLine, ProviderStatementReported
from tallystick.reconciliation.book_side import (
    CAPTURE,
    CHARGEBACK,
    FEE,
    REFUND,
    SETTLEMENT,
    dispute_key,
    settled_key,
)
from tallystick.reconciliation.comparison import Comparison
from tallystick.reconciliation.limits import PAYOUTS, rules
from tallystick.reconciliation.matching import Matching, MatchingRule, Record, match

MONEY: Final = (CAPTURE, REFUND, CHARGEBACK, SETTLEMENT, FEE)


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
