"""Who owns a field: the closest rule of the document in force counts."""

from typing import Final

from tallystick.messages.stewardship.governing import ANY, FieldOwner, Ownership
from tallystick.messages.stewardship.records import FIELDS

DEFAULT: Final = Ownership((FieldOwner("tryton"),))
"""Where nobody declared anything, the ERP is the authority for all masters."""


def owner_of(ownership: Ownership, kind: str, field: str, channel: str = "") -> str:
    """Return the system that owns *field*: `*` where every system may say it, empty where nobody was named."""
    rules = [r for r in ownership.owners if _fits(r, kind, field, channel)]
    best = max(rules, key=lambda r: (r.field != ANY, r.channel != ANY, r.kind != ANY), default=None)
    return best.owner if best else ""


def _fits(rule: FieldOwner, kind: str, field: str, channel: str) -> bool:
    return rule.kind in {ANY, kind} and rule.field in {ANY, field} and rule.channel in {ANY, channel}


def flaw_of_ownership(ownership: Ownership) -> str:
    """Return what is wrong with a document, naming the rule; empty where nothing is."""
    seen: set[tuple[str, str, str]] = set()
    for place, rule in enumerate(ownership.owners):
        where = f"owners[{place}]"
        if rule.kind != ANY and rule.kind not in FIELDS:
            return f"{where}.kind: {rule.kind!r} is none of {', '.join(FIELDS)}"
        known = {f for kind, fields in FIELDS.items() if rule.kind in {ANY, kind} for f in fields}
        if rule.field != ANY and rule.field not in known:
            return f"{where}.field: {rule.field!r} is none of {', '.join(sorted(known))}"
        if rule.channel != ANY and rule.kind != "price":
            return f'{where}.channel: only prices have a channel: say kind = "price", or leave it out'
        key = (rule.kind, rule.field, rule.channel)
        if key in seen:
            return f"{where}: another rule says the same kind, field and channel: keep one"
        seen.add(key)
    return ""
