"""What systems say of a thing, field by field, and what a steward rules where they differ."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

Kind = Literal["product", "price", "customer", "supplier", "location", "account"]
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "product": (
        *("name", "unit", "type", "is_active", "gtin", "supplier", "supplier_code"),
        *("title", "description", "brand", "category"),
    ),
    "price": ("price",),
    "customer": ("group", "language", "country", "price_list", "payment_terms", "is_active"),
    "supplier": ("name", "is_active", "payment_terms", "currency"),
    "location": ("name", "type", "country", "zone", "is_active"),
    "account": ("name", "takes_entries", "is_closed", "needs_party"),
}
"""The fields of each kind. Those of a customer are what trade needs of one; nothing that tells who it is may join them.

A price is `1440 EUR/2 gross`: minor units of a currency, `net` or `gross` of tax; its code is `CHANNEL/SKU`, an account's
`SYSTEM:CODE`. What holds or not is `true` or `false`.
"""
CODE_LENGTH_MAX: Final = 150
VALUE_LENGTH_MAX: Final = 5000


class StatedField(Struct, frozen=True, gc=False):
    """A field and its value; an empty value says that there is none any more."""

    field: str
    value: str


class MasterStated(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: *system* says this of the thing we call *code*. Fields it does not name stay as it said them last.

    *version* is its last change there: of two words of a system on a field the later counts. `record` is the system's own
    id. A word may hold from *valid_from* until *valid_until* only (UTC); then it stands beside those of other times.
    """

    kind: Kind
    code: str
    system: str
    version: str
    fields: tuple[StatedField, ...]
    record: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class Word(Struct, frozen=True, gc=False):
    """What a system says of a field."""

    system: str
    value: str


class ConflictSettled(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: *by* rules that *field* is *value*, having seen what each system says of it.

    It holds until one of them says something else: then the question is open again, unless they agree.
    """

    kind: Kind
    code: str
    field: str
    value: str
    judged: tuple[Word, ...]
    by: str
    reason: str = ""


class PairJudged(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: *by* says whether *code* is the same thing as *other*, which is the one that stays; nothing is merged."""

    kind: Kind
    code: str
    other: str
    is_same: bool
    by: str


class FieldsStated(Struct, frozen=True, gc=False):
    """Fact: what *system* says of these fields is new, or another than before."""

    kind: str
    code: str
    system: str
    fields: tuple[StatedField, ...]
    valid_from: datetime | None = None


class ConflictRuled(Struct, frozen=True, gc=False):
    """Fact: a steward settled a field on which systems differ."""

    ruling: ConflictSettled


class PairRuled(Struct, frozen=True, gc=False):
    """Fact: a steward said whether two codes are one thing."""

    pair: PairJudged


def subject_of_record(kind: str, code: str) -> str:
    """Return the subject under which all that is said of a thing stands."""
    return f"master/{kind}/{code}"
