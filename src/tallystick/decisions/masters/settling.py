"""What a steward may rule: which word counts where systems differ, said so that it is clear what was seen."""

from typing import Any, Final

from msgspec import Struct

from tallystick.decisions.masters.golden import Conflict, Golden
from tallystick.messages.stewardship.records import ConflictSettled

OWNER, OTHER, VALUE = "owner", "other", "value"
TAKES: Final = (OWNER, OTHER, VALUE)


class Wish(Struct, frozen=True):
    """What a steward takes for *field*: the word that stands (`owner`), the `other` one, or a `value` of their own.

    *against* names the other system where several contradict; *by* rules, because of *reason*.
    """

    field: str
    take: str
    by: str
    value: str = ""
    against: str = ""
    reason: str = ""


class NothingToSettle(LookupError):
    """A field cannot be settled as it was wished; the text says what is wrong, and `remedy` what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        """Keep both."""
        super().__init__(what)
        self.remedy = remedy


def ruling_of(found: Golden, wish: Wish) -> ConflictSettled:
    """Return the report that settles a field of *found* as wished; raise `NothingToSettle`."""
    mine = [c for c in found.conflicts if c.field == wish.field]
    if not mine:
        named = ", ".join(sorted({c.field for c in found.conflicts})) or "none"
        raise NothingToSettle(
            f"field: nobody contradicts {wish.field} of {found.kind}/{found.code}", f"fields in conflict: {named}"
        )
    value = _value(mine, wish)
    judged = found.said[wish.field]
    kind: Any = found.kind
    return ConflictSettled(kind, found.code, wish.field, value, judged, wish.by, wish.reason)


def _value(mine: list[Conflict], wish: Wish) -> str:
    others = [c for c in mine if wish.against in {"", c.other}]
    if wish.take == OWNER:
        return mine[0].value
    if wish.take == OTHER:
        if len(others) != 1:
            who = ", ".join(c.other for c in mine)
            raise NothingToSettle(f"against: {len(others)} systems could be meant", f"name one of {who}")
        return others[0].other_value
    if wish.take != VALUE or not wish.value:
        raise NothingToSettle("take: a value is needed", f"take {OWNER}, {OTHER}, or {VALUE} with the value")
    return wish.value
