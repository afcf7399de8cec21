"""The posting rules and the chart of accounts, as an accountant would read and sign them."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tallystick.exports.docs_pages.markdown import code, link, page, prose, table
from tallystick.journal.chart import OPEN_TO_MANUAL_ENTRIES, Account
from tallystick.messages.catalogue import CATALOGUE
from tallystick.posting.rule import Rule, is_chosen, line_type
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
        ", ".join(link(fact.__name__, fact.__name__) for fact in facts)
        + f", {link('chart of accounts', 'Chart of accounts')}",
        *(_fact(fact, [(n, r) for n, r in numbered if r.fact is fact]) for fact in facts),
        _unposted(not_posted),
        _chart(chart, posting.rules),
        "Signed for version " + str(posting.version) + ": ____________________ (controller), date ____________",
    )


def _fact(fact: type[Struct], rows: Sequence[tuple[int, Rule]]) -> str:
    cells = [(str(n), r.each or "once", code(r.debit), code(r.credit), _amount(r), r.because) for n, r in rows]
    columns = ("row", "for each of", "debit", "credit", "amount", "because")
    name = code(CATALOGUE.of(fact).type)
    return "\n\n".join([f"## {fact.__name__}", name, prose(fact.__doc__), table(columns, cells)])


def _amount(rule: Rule) -> str:
    holder = line_type(rule) or rule.fact
    return f"{code(rule.amount)} of the {'line' if holder is not rule.fact else 'fact'}"


def _unposted(not_posted: Mapping[type[Struct], str]) -> str:
    rows = [(code(fact.__name__), because) for fact, because in not_posted.items()]
    said = table(("fact", "because"), rows) if rows else "None: every fact type is posted by at least one row."
    return f"## Facts declared not posted\n\n{said}"


def _chart(chart: Sequence[Account], rules: Sequence[Rule]) -> str:
    rows = [
        (
            code(a.address),
            str(a.type),
            str(a.holds),
            "yes" if a.may_go_below_zero else "**no**",
            "yes" if a.address in OPEN_TO_MANUAL_ENTRIES else "no",
            a.means,
            _used_by(a.address, rules) or "no row",
        )
        for a in chart
    ]
    columns = ("account", "type", "holds", "may go below zero", "open to manual entries", "means", "used by rows")
    note = (
        "Where an account may not go below zero, the database itself refuses the entry. Accounts that are proved against "
        "the world are closed to manual entries: who could move them by hand could hide there."
    )
    return f"## Chart of accounts\n\n{note}\n\n{table(columns, rows)}"


def _used_by(family: str, rules: Sequence[Rule]) -> str:
    """Return the numbers of the rows that may post to a family; a template may fit several."""
    return ", ".join(str(n) for n, r in enumerate(rules, 1) if _fits(r.debit, family) or _fits(r.credit, family))


def _fits(address: str, family: str) -> bool:
    if is_chosen(address):
        return family in OPEN_TO_MANUAL_ENTRIES
    ours, theirs = address.split(":"), family.split(":")
    return len(ours) == len(theirs) and all(a == b or "{" in a for a, b in zip(ours, theirs, strict=True))
