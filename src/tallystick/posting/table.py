"""The posting table: all rules, numbered, checked at import, compiled once into functions.

Every fact type is posted by some row; one that is not would have to be declared in `NOT_POSTED` with its reason.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

from msgspec import UNSET, Struct

from tallystick.journal.chart import CHART, Account, Holds, holes
from tallystick.journal.posting import Posting, PostingError
from tallystick.messages.availability import AvailabilityRulesSet, FenceChanged, IncomingChanged
from tallystick.messages.books.documents import DocumentIssued
from tallystick.messages.books.ledger import JournalIssued
from tallystick.messages.catalogue import TYPES, MessageType, Role
from tallystick.messages.masters import LedgerAccountKnown, PriceSet, ProductKnown, SupplierKnown
from tallystick.messages.oversells import OrderOversold
from tallystick.messages.partners.parcels import ParcelDelivered
from tallystick.messages.returning.policies import ReturnPoliciesSet
from tallystick.messages.selling.gift_cards import GiftCardHeld, GiftCardStopped
from tallystick.messages.selling.kits import KitSet
from tallystick.messages.sourcing.decided import OrderSourced
from tallystick.messages.sourcing.policy import SourcingPolicySet
from tallystick.messages.stewardship.types import FACTS as STEWARDSHIP
from tallystick.model.amount import units
from tallystick.posting import (
    buying,
    entries,
    gift_cards,
    golive,
    marketplaces,
    orders,
    returning,
    sales,
    stock,
    stocking,
    tills,
)
from tallystick.posting.rule import Rule, RuleError, check, line_type, measure_of

RULES_VERSION: Final = 2
RULES: Final[tuple[Rule, ...]] = (
    *sales.RULES,
    *stock.RULES,
    *orders.RULES,
    *tills.RULES,
    *entries.RULES,
    *buying.RULES,
    *stocking.RULES,
    *marketplaces.RULES,
    *golive.RULES,
    *gift_cards.RULES,
    *returning.RULES,
)
NOT_POSTED: Final[dict[type[Struct], str]] = {
    AvailabilityRulesSet: "rules of what may be promised move nothing",
    FenceChanged: "units kept for a channel stay where they stand",
    IncomingChanged: "what is announced is neither here nor owed for yet",
    OrderOversold: "what a shop sold beyond stock is a promise or none: units owed are posted as such",
    OrderSourced: "where goods will come from moves nothing: what is reserved there is posted as such",
    SourcingPolicySet: "a policy moves nothing",
    ParcelDelivered: "revenue is recognised when goods leave: that they arrive moves nothing",
    GiftCardHeld: "what waits for an order is owed to its holder until goods leave",
    GiftCardStopped: "a blocked card is owed as before",
    KitSet: "a kit is declared, nothing moves",
    ReturnPoliciesSet: "a policy of returns is declared, nothing moves",
    PriceSet: "a price is declared, nothing moves",
    ProductKnown: "a product is described, nothing moves",
    SupplierKnown: "a supplier is described, nothing moves",
    LedgerAccountKnown: "another ledger's account is described, nothing moves",
    **dict.fromkeys(STEWARDSHIP, "what things are, and who says so, moves nothing"),
    DocumentIssued: "a document repeats for another ledger what our book holds already",
    JournalIssued: "a journal repeats for another ledger what our book holds already",
}

Emit = Callable[[Struct], list[Posting]]


def check_table(
    rules: tuple[Rule, ...], chart: tuple[Account, ...] = CHART, types: tuple[MessageType, ...] = TYPES
) -> None:
    """Raise `RuleError` when a row is wrong, two rows are the same, or a fact is neither posted nor declared.

    *types* are those that must be: an older table knows nothing of younger facts, and is given none.
    """
    for rule in rules:
        check(rule, chart)
    keys = [(r.fact, r.each, r.amount, r.debit, r.credit) for r in rules]
    twice = {k for k in keys if keys.count(k) > 1}
    if twice:
        raise RuleError(f"the same row twice: {sorted(f'{f.__name__}.{e}.{a}' for f, e, a, _, _ in twice)}")
    posted = {r.fact for r in rules}
    silent = [t.struct.__name__ for t in types if t.role is Role.FACT and t.struct not in posted | set(NOT_POSTED)]
    if silent:
        raise RuleError(f"neither posted nor declared as not posted: {', '.join(silent)}")


def _filled(template: str, values: dict[str, Any]) -> str:
    """Fill the holes of an address; raise `PostingError` where that would leave a part of it empty."""
    address = template.format_map(values)
    if "" in address.split(":"):
        raise PostingError(f"{address!r} is no account: the fact leaves a part of {template} empty")
    return address


def _filler(template: str, lines: type[Struct] | None) -> Callable[[Any, Any], str]:
    """Return a function of (fact, line) giving the filled address; each combination is formatted once."""
    names = holes(template)
    if not names:
        return lambda _fact, _line: template
    on_line = [name for name in names if lines is not None and name in lines.__struct_fields__]
    on_fact = [name for name in names if name not in on_line]
    filled: dict[Any, str] = {}
    if not on_line and len(names) == 1:
        read = attrgetter(names[0])

        def from_fact(fact: Any, _line: Any) -> str:
            key = read(fact)
            return filled.get(key) or filled.setdefault(key, _filled(template, {names[0]: key}))

        return from_fact

    def from_both(fact: Any, line: Any) -> str:
        values = {n: _of(line, fact, n) for n in on_line} | {n: getattr(fact, n) for n in on_fact}
        key = tuple(values.values())
        return filled.get(key) or filled.setdefault(key, _filled(template, values))

    return from_both


def _of(line: Any, fact: Any, name: str) -> Any:
    """Read what a line says, or where it leaves it open, its fact."""
    said = getattr(line, name)
    return getattr(fact, name) if said is UNSET else said


def _compiled(number: int, rule: Rule) -> Emit:
    """Turn one row into a function from fact to postings. Zero posts nothing, a negative amount swaps debit and credit."""
    lines, is_units = line_type(rule), measure_of(rule) is Holds.UNITS
    debit, credit, amount = _filler(rule.debit, lines), _filler(rule.credit, lines), attrgetter(rule.amount)
    each = attrgetter(rule.each) if rule.each else None
    has_item = lines is not None and "sku" in lines.__struct_fields__
    by_line = lines is not None and bool({*holes(rule.debit), *holes(rule.credit)} & set(lines.__struct_fields__))

    def emit(fact: Any) -> list[Posting]:
        found: list[Posting] = []
        a = b = ""
        for line in each(fact) if each else (fact,):
            n = amount(line)
            if n == 0:
                continue
            commodity = units(line.sku) if is_units else fact.currency
            item = line.sku if has_item else ""
            if by_line or not a:
                a, b = debit(fact, line), credit(fact, line)
            found.append(
                Posting(number, a, b, commodity, n, item) if n > 0 else Posting(number, b, a, commodity, -n, item)
            )
        return found

    return emit


class PostingTable:
    """Rules by fact type, ready to post. Row numbers start at 1 and stand in every posting."""

    def __init__(self, rules: tuple[Rule, ...] = RULES, version: int = RULES_VERSION) -> None:
        """Check and compile *rules*; raise `RuleError` where a row is wrong.

        An older version may be silent of facts that came after it.
        """
        check_table(rules, types=TYPES if version == RULES_VERSION else ())
        self.rules, self.version = rules, version
        self._emitters: dict[type[Struct], list[Emit]] = {}
        for number, rule in enumerate(rules, 1):
            self._emitters.setdefault(rule.fact, []).append(_compiled(number, rule))

    def post(self, fact: Struct) -> list[Posting]:
        """Return the postings of *fact*, in the order of the table: the one way from a fact to the book."""
        found: list[Posting] = []
        for emit in self._emitters.get(type(fact), ()):
            found += emit(fact)
        return found

    def numbers(self, *names: str) -> list[int]:
        """Return the row numbers of rules by name, such as `sale_recorded.goods.net`."""
        by_name = {rule.name: number for number, rule in enumerate(self.rules, 1)}
        return [by_name[name] for name in names]


TABLE: Final = PostingTable()
