"""Journals of tills, number by number; trial balances of other ledgers, account by account."""

from datetime import timedelta

from tallystick.messages.statements import LedgerStatementReported, TillJournalReported
from tallystick.reconciliation.comparison import Comparison
from tallystick.reconciliation.limits import LEDGER, TILL, rules
from tallystick.reconciliation.matching import Difference, Matching, MatchingRule, Record, match


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
