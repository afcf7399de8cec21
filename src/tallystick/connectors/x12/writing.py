"""Writing interchanges: ISA of fixed width, one group, its sets, and counts and numbers that agree."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from tallystick.connectors.x12.coverage import NAME
from tallystick.ports.connector import Misconfigured, Rejected

PARTS, ENDS, INNER = "*", "~", ">"
VERSION, RELEASE = "00401", "004010"
ID_LENGTH: Final = 15
Elements = Sequence[str]


class Address(Struct, frozen=True):
    """An interchange id: its qualifier (ISA05, ISA07) and the id."""

    qualifier: str
    id: str

    @classmethod
    def of(cls, name: str, told: str) -> "Address":
        """Read the setting *name*, written `ZZ:RETAILER`; raise `Misconfigured`."""
        qualifier, _, id_ = told.partition(":")
        if len(qualifier) != 2 or not 0 < len(id_) <= ID_LENGTH or not f"{qualifier}{id_}".isascii():
            raise Misconfigured(
                f"setting `{name}`: {told!r} is no id of {NAME}; write it as ZZ:RETAILER, 15 characters at most"
            )
        return cls(qualifier, id_)


class Envelope(Struct, frozen=True):
    """Who writes to whom, under which number, when (local to the partner), and whether it is a test (`T`) or not (`P`)."""

    us: Address
    them: Address
    usage: str
    number: int
    at: datetime


def interchange(envelope: Envelope, functional: str, sets: Iterable[tuple[str, Iterable[Elements]]]) -> bytes:
    """Return an interchange of one group of *sets*: each its code and its segments between ST and SE."""
    number, at = envelope.number, envelope.at
    us, them = envelope.us, envelope.them
    isa = (
        *("ISA", "00", " " * 10, "00", " " * 10, us.qualifier, us.id.ljust(ID_LENGTH)),
        *(them.qualifier, them.id.ljust(ID_LENGTH), f"{at:%y%m%d}", f"{at:%H%M}", "U", VERSION, f"{number:09}"),
        *("0", envelope.usage, INNER),
    )
    head = ("GS", functional, us.id, them.id, f"{at:%Y%m%d}", f"{at:%H%M%S}", str(number), "X", RELEASE)
    body, count = list[Elements](), 0
    for count, (code, segments) in enumerate(sets, 1):
        within = [("ST", code, f"{count:04}"), *segments]
        body += [*within, ("SE", str(len(within) + 1), f"{count:04}")]
    tails = (("GE", str(count), str(number)), ("IEA", "1", f"{number:09}"))
    return b"".join(_written(s) for s in (isa, head, *body, *tails))


def _written(elements: Elements) -> bytes:
    last = max(n for n, element in enumerate(elements) if element or not n)
    if elements[0] != "ISA":
        for element in elements:
            _check(element)
    return (PARTS.join(elements[: last + 1]) + ENDS + "\n").encode()


def _check(element: str) -> None:
    """A separator within an element would be read as one (X12.6): such a text cannot be sent."""
    wrong = [c for c in element if c in (PARTS, ENDS, INNER) or not c.isprintable()]
    if wrong:
        raise Rejected(f"{element!r} holds {wrong[0]!r}, which X12 cannot say: name it otherwise")
