"""Products that are probably one under two codes. They are proposed to a steward; nothing is ever merged by guess."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from tallystick.decisions.masters.golden import Golden
from tallystick.decisions.masters.record import Record

GTIN_LENGTHS: Final = (8, 12, 13, 14)
"""The lengths of a GTIN, GS1 General Specifications 1.1; written with zeros before it, it is the same number."""


class Candidate(Struct, frozen=True):
    """*code* and *other* may be one thing: both say *value* of *field*."""

    code: str
    other: str
    field: str
    value: str


def candidates(known: Iterable[tuple[Record, Golden]]) -> list[Candidate]:
    """Return pairs of products that may be one, in the order of their codes, without those a steward has ruled on.

    A product of many under one number is proposed with the first of them: whatever is ruled, the rest follows.
    """
    first: dict[tuple[str, str], tuple[Record, Golden]] = {}
    found: dict[tuple[str, str], Candidate] = {}
    for record, golden in sorted(known, key=lambda both: both[0].code):
        for field, value in _marks(golden):
            other = first.setdefault((field, value), (record, golden))[0]
            pair = (other.code, record.code)
            if other is record or pair in found or _is_ruled(record, other):
                continue
            found[pair] = Candidate(*pair, field, value)
    return list(found.values())


def _is_ruled(one: Record, other: Record) -> bool:
    return other.code in one.pairs or one.code in other.pairs or bool(one.same_as or other.same_as)


def _marks(golden: Golden) -> Iterator[tuple[str, str]]:
    number = gtin(golden.value("gtin"))
    if number:
        yield "gtin", number
    supplier, code = golden.value("supplier"), golden.value("supplier_code")
    if supplier and code:
        yield "supplier_code", f"{supplier}: {code}"


def gtin(text: str) -> str:
    """Return a GTIN in its fourteen digits; empty where it is none: its length or its check digit is wrong (GS1 7.9)."""
    digits = text.replace(" ", "").replace("-", "")
    if not digits.isdecimal() or not digits.isascii() or len(digits) not in GTIN_LENGTHS or not int(digits):
        return ""
    full = digits.zfill(GTIN_LENGTHS[-1])
    total = sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(full))
    return full if total % 10 == 0 else ""
