"""How a row of the posting table is written, checked at import and numbered."""

from typing import get_args, get_type_hints

from msgspec import Meta, Struct

from tallystick.journal.chart import CHART, Account, Holds, account_of, holes
from tallystick.messages.catalogue import snake


class RuleError(ValueError):
    """A row that cannot be posted: a wrong account, field or measure."""


class Rule(Struct, frozen=True):
    """When *fact* is true, debit and credit *amount*, once or for *each* of its lines, *because*.

    Holes in the addresses are filled from the line, then from the fact. An address that is one hole, `{debit}`, is
    chosen by a person: the report that leads to the fact is held against the chart before it is folded.
    """

    fact: type[Struct]
    each: str
    debit: str
    credit: str
    amount: str
    because: str

    @property
    def name(self) -> str:
        """A readable key, such as `goods_dispatched.lines.net`."""
        return ".".join(filter(None, (snake(self.fact.__name__), self.each, self.amount)))


def is_chosen(address: str) -> bool:
    """Say whether *address* is a single hole: no family of the chart, but what the line says."""
    return address.startswith("{") and ":" not in address


def line_type(rule: Rule) -> type[Struct] | None:
    """Return the type of the lines a rule runs over, None when it posts once a fact."""
    if not rule.each:
        return None
    hints = get_type_hints(rule.fact)
    if rule.each not in hints:
        raise RuleError(f"{rule.name}: {rule.fact.__name__} has no lines called {rule.each!r}")
    found: type[Struct] = get_args(hints[rule.each])[0]
    return found


def measure_of(rule: Rule) -> Holds:
    """Say whether the amount of *rule* is units or money, by the annotation of the field it names."""
    holder = line_type(rule) or rule.fact
    hint = get_type_hints(holder, include_extras=True).get(rule.amount)
    for meta in get_args(hint):
        if isinstance(meta, Meta) and meta.extra:
            return Holds(meta.extra["measure"])
    raise RuleError(f"{rule.name}: {holder.__name__} has no amount called {rule.amount!r}")


def check(rule: Rule, chart: tuple[Account, ...] = CHART) -> None:
    """Raise `RuleError` unless both accounts are in the chart and hold what the amount measures.

    A rule that touches `inventory:` must run over lines with a product, so that each layer keeps its own value.
    """
    measure, lines = measure_of(rule), line_type(rule)
    known = set(rule.fact.__struct_fields__) | set(lines.__struct_fields__ if lines else ())
    for address in (rule.debit, rule.credit):
        if not is_chosen(address) and account_of(address, chart).holds is not measure:
            raise RuleError(f"{rule.name}: {address} does not hold {measure}")
        unfilled = set(holes(address)) - known
        if unfilled:
            raise RuleError(f"{rule.name}: nothing fills {sorted(unfilled)} in {address}")
        valued = address.startswith(("inventory:", "unexplained_stock:"))
        if (valued or measure is Holds.UNITS) and "sku" not in (lines.__struct_fields__ if lines else ()):
            raise RuleError(f"{rule.name}: {address} is kept per product, so the rule needs lines with a sku")
    if measure is Holds.UNITS and (is_chosen(rule.debit) or is_chosen(rule.credit)):
        raise RuleError(f"{rule.name}: a person chooses accounts of money only")
    if measure is Holds.MONEY and "currency" not in rule.fact.__struct_fields__:
        raise RuleError(f"{rule.name}: {rule.fact.__name__} names no currency")
    if rule.debit == rule.credit:
        raise RuleError(f"{rule.name}: debit and credit are the same account")
