"""What a report about master data must be before it is folded."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from tallystick.decisions.masters.ownership import flaw_of_ownership
from tallystick.decisions.masters.publication import flaw_of_publication
from tallystick.decisions.masters.stating import PRICE, price_word, statement_of
from tallystick.messages.stewardship.governing import ANY, OwnershipDeclared, PublicationDeclared
from tallystick.messages.stewardship.records import (
    CODE_LENGTH_MAX,
    FIELDS,
    VALUE_LENGTH_MAX,
    ConflictSettled,
    MasterStated,
    PairJudged,
    subject_of_record,
)
from tallystick.processes.members import OWNERSHIP_SUBJECT, PUBLICATION_SUBJECT


def _named(data: Any) -> str:
    if data.kind not in FIELDS:
        return f"kind: {data.kind!r} is none of {', '.join(FIELDS)}"
    if not 0 < len(data.code) <= CODE_LENGTH_MAX or not data.code.isprintable():
        return f"code: 1 to {CODE_LENGTH_MAX} characters that can be printed"
    return ""


def _value(kind: str, field: str, value: str) -> str:
    if field not in FIELDS[kind]:
        known = ", ".join(FIELDS[kind])
        return f"{field}: no field of a {kind}, which has {known}; what tells who a person is goes to the vault"
    if len(value) > VALUE_LENGTH_MAX or "\0" in value:
        return f"{field}: at most {VALUE_LENGTH_MAX} characters, none of them NUL"
    if field == PRICE and value and price_word(value) is None:
        return f"{field}: {value[:50]!r} is no price: minor units, currency, and net or gross, such as 1440 EUR/2 gross"
    return ""


def _stated(data: MasterStated) -> str:
    flaw = _named(data)
    if flaw:
        return flaw
    if not data.system or data.system == ANY or not data.system.isprintable():
        return "system: say which one says so, by its name"
    names = [f.field for f in data.fields]
    if not names or len(set(names)) < len(names):
        return "fields: at least one, and each once"
    for moment in (data.valid_from, data.valid_until):
        if moment is not None and moment.tzinfo is None:
            return f"valid_from, valid_until: {moment.isoformat()} names no time zone: add one, such as Z"
    return next((flaw for f in data.fields if (flaw := _value(data.kind, f.field, f.value))), "")


def stated_by(data: Struct) -> MasterStated | None:
    """Return what a report of a master says field by field; None where it says nothing that a record could keep.

    A master is taken as it is reported: what no record can keep of it (a text too long, say) keeps nothing back.
    """
    said = statement_of(data)
    return said if said is not None and not _stated(said) else None


def _settled(data: ConflictSettled) -> str:
    flaw = _named(data) or _value(data.kind, data.field, data.value)
    if flaw:
        return flaw
    if not data.value:
        return "value: say what counts"
    return "" if data.by else "by: say who rules"


def _judged(data: PairJudged) -> str:
    return _named(data) or ("" if data.other not in {"", data.code} else "other: another code of the same kind")


def _home(data: Any) -> str:
    return subject_of_record(data.kind, data.code)


CHECKS: Final[dict[type[Struct], Callable[[Any], str]]] = {
    MasterStated: _stated,
    ConflictSettled: _settled,
    PairJudged: _judged,
    OwnershipDeclared: lambda data: flaw_of_ownership(data.ownership),
    PublicationDeclared: lambda data: flaw_of_publication(data.publication),
}
HOMES: Final[dict[type[Struct], Callable[[Any], str]]] = {
    MasterStated: _home,
    ConflictSettled: _home,
    PairJudged: _home,
    OwnershipDeclared: lambda _: OWNERSHIP_SUBJECT,
    PublicationDeclared: lambda _: PUBLICATION_SUBJECT,
}
