"""What events sold or gave back, as documents for another ledger. Pure.

The posting table says it: a line is billed where its *net* moves between the customers' account and what a sale earns. So a
document moves nothing that the table does not, and what the table gains tomorrow is billed without a word here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final
from urllib.parse import quote

from msgspec import UNSET, Struct
from msgspec.structs import asdict

from tallystick.decisions.journal_lines import DaySum
from tallystick.decisions.ledger_policy import LedgerPolicy, PolicyError
from tallystick.journal.chart import account_of
from tallystick.messages.books.documents import DocumentItem, LedgerDocument
from tallystick.model.amount import decimals_of
from tallystick.posting.rule import Rule
from tallystick.posting.table import TABLE

RECEIVABLE: Final = "receivable:{channel}"
TAX: Final = "tax_payable:{jurisdiction}"
BILLED: Final = ("revenue:{channel}", "service_revenue:{service}", "sales_credits:{channel}", "allowances:{channel}")
"""What a line of an invoice or credit note may earn or take back: vouchers and charges stay in the journal."""


class EventTold(Struct, frozen=True):
    """An event of a channel that is told in documents, with the facts it became."""

    event: int
    day: date
    subject: str
    facts: tuple[Struct, ...]


class Billed(Struct, frozen=True):
    """One line of an event: amounts for all its units in the book's minor units, below zero where they are given back."""

    sku: str
    quantity: int
    is_goods: bool
    net: int
    tax: int
    account: str
    tax_account: str
    jurisdiction: str


def billed(fact: Struct) -> Iterator[Billed]:
    """Yield the lines of *fact* that belong on an invoice or a credit note; none where it has none."""
    for net in _rules(fact, "net", BILLED):
        tax = next((r for r in _rules(fact, "tax", (TAX,)) if r.each == net.each), None)
        for line in getattr(fact, net.each):
            values = asdict(fact) | {name: said for name, said in asdict(line).items() if said is not UNSET}
            yield Billed(
                line.sku,
                max(getattr(line, "quantity", 1), 1),
                "quantity" in line.__struct_fields__ and "service" not in line.__struct_fields__,
                _signed(net, line.net),
                _signed(tax, line.tax) if tax else 0,
                _other(net).format_map(values),
                TAX.format_map(values) if tax else "",
                str(values.get("jurisdiction", "")),
            )


def documents(
    events: Iterable[EventTold], channel: str, policy: LedgerPolicy, book: tuple[str, Mapping[str, str]]
) -> list[LedgerDocument]:
    """Return the document of each event of *channel* that has one; *book* is its currency, and names of products by code.

    Raises `PolicyError` where the policy cannot tell it.
    """
    currency, names = book
    ledger_currency, told = policy.counted_in(currency), policy.told(channel)
    ups = decimals_of(ledger_currency) - decimals_of(currency)
    if ups < 0:
        raise PolicyError(
            f"channels: {channel} is told in documents, which are never rounded: {policy.ledger} must count "
            f"in the decimals of {currency}, or leave {channel} to journals"
        )
    receivable = RECEIVABLE.format(channel=channel)
    found = []
    for event in events:
        lines = [x for fact in event.facts for x in billed(fact)]
        document = LedgerDocument(
            policy.ledger,
            channel,
            event.day,
            f"{quote(_order(event), safe='')}.{event.event:x}",
            _order(event),
            ledger_currency,
            told.customer,
            receivable,
            _code(policy, receivable),
            tuple(_item(n, x, policy, (10**ups, names)) for n, x in enumerate(lines, 1)),
            tuple(dict.fromkeys(name for x in lines for name in told.taxes.get(x.jurisdiction, ()))),
        )
        if document.lines:
            found.append(document)
    return found


def less(sums: Iterable[DaySum], told: Collection[LedgerDocument], down: int) -> list[DaySum]:
    """Return what is left for journals when *told* goes in documents, whose minor units are the book's times *down*."""
    gone: dict[tuple[date, str, str], int] = {}
    for document in told:
        for x in document.lines:
            key = (document.day, document.channel, x.account)
            gone[key] = gone.get(key, 0) + x.amount // down
    return [DaySum(s.day, s.channel, s.account, s.amount - gone.get((s.day, s.channel, s.account), 0)) for s in sums]


def _rules(fact: Struct, amount: str, families: Collection[str]) -> list[Rule]:
    mine = [r for r in TABLE.rules if r.fact is type(fact) and r.each and r.amount == amount]
    return [r for r in mine if RECEIVABLE in (r.debit, r.credit) and _other(r) in families]


def _other(rule: Rule) -> str:
    return rule.credit if rule.debit == RECEIVABLE else rule.debit


def _signed(rule: Rule, amount: int) -> int:
    return amount if rule.debit == RECEIVABLE else -amount


def _order(event: EventTold) -> str:
    return event.subject.partition("/")[2] or event.subject


def _code(policy: LedgerPolicy, account: str) -> str:
    code = policy.code(account)
    if code is None:
        raise PolicyError(f"accounts: no account of {policy.ledger} for {account_of(account).address}: give it one")
    return code


def _item(number: int, x: Billed, policy: LedgerPolicy, scale: tuple[int, Mapping[str, str]]) -> DocumentItem:
    up, names = scale
    is_taxed = bool(x.tax)
    return DocumentItem(
        number,
        names.get(x.sku, x.sku),
        x.quantity,
        x.net * up,
        x.tax * up,
        x.account,
        _code(policy, x.account),
        x.sku if x.is_goods else "",
        x.tax_account if is_taxed else "",
        _code(policy, x.tax_account) if is_taxed else "",
    )
