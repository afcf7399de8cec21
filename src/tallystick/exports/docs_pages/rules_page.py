"""The posting rules and the chart of accounts, as an accountant would read and sign them."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tallystick.exports.docs_pages.markdown import code, link, page, prose, table
from tallystick.journal.chart import Account, account_of
from tallystick.messages.catalogue import CATALOGUE
from tallystick.posting.rule import Rule, line_type
from tallystick.posting.table import PostingTable

HEAD = (
    "Rules choose accounts; they never compute. When a fact is true, each of its rows below posts the amount named, once "
    "or for each line, both legs at the same number. A zero posts nothing, a negative amount swaps debit and credit. "
    "Names in braces are filled from the line, then from the fact. Every posting in the book carries the number of the "
    "row that wrote it."
)


def rules_page(posting: PostingTable, chart: Sequence[Account], not_posted: Mapping[type[Struct], str]) -> str:
    """Return the page of the posting table in force, its chart, and what is declared not posted."""
    numbered = list(enumerate(posting.rules, 1))
    facts = dict.fromkeys(rule.fact for _, rule in numbered)
    return page(
        "Posting rules",
        f"Version **{posting.version}** of the rules: {len(numbered)} rows for {len(facts)} facts.",
        HEAD,
        ", ".join(link(fact.__name__, fact.__name__) for fact in facts) + f", {link('chart of accounts', 'Chart of accounts')}",
        *(_fact(fact, [(n, r) for n, r in numbered if r.fact is fact]) for fact in facts),
        _unposted(not_posted),
        _chart(chart, posting.rules),
        "Signed for version " + str(posting.version) + ": ____________________ (controller), date ____________",
    )


def _fact(fact: type[Struct], rows: Sequence[tuple[int, Rule]]) -> str:
    cells = [
        (str(n), r.each or "once", code(r.debit), code(r.credit), _amount(r), r.because) for n, r in rows
    ]
    name = code(CATALOGUE.of(fact).type)
    columns = ("row", "for each of", "debit", "credit", "amount", "because")
    return f"## {fact.__name__}\n\n{prose(fact.__doc__)} ({name})\n\n{table(columns, cells)}"


def _amount(rule: Rule) -> str:
    holder = line_type(rule) or rule.fact
    return f"{code(rule.amount)} of the {'line' if holder is not rule.fact else 'fact'}"


def _unposted(not_posted: Mapping[type[Struct], str]) -> str:
    rows = [(code(fact.__name__), because) for fact, because in not_posted.items()]
    said = table(("fact", "because"), rows) if rows else "None: every fact type is posted by at least one row."
    return f"## Facts declared not posted\n\n{said}"


def _chart(chart: Sequence[Account], rules: Sequence[Rule]) -> str:
    families = [account_of(address, tuple(chart)).address for r in rules for address in (r.debit, r.credit)]
    rows = [
        (
            code(a.address),
            str(a.type),
            str(a.holds),
            "yes" if a.may_go_below_zero else "**no**",
            a.means,
            str(families.count(a.address) or "none"),
        )
        for a in chart
    ]
    columns = ("account", "type", "holds", "may go below zero", "means", "rows that use it")
    note = "Where the answer is no, the database itself refuses the entry."
    return f"## Chart of accounts\n\n{note}\n\n{table(columns, rows)}"
