"""Reading X12: interchanges, groups and sets with what is wrong with each. Nothing is thrown away, nothing is guessed.

Follows X12.5 (interchange control), X12.6 (application control) and X12.20 (997). One wrong count costs one set or group, not
its file: that is why no parser of others does this here (decision 36).
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tallystick.connectors.x12.coverage import NO_ISA
from tallystick.kit.boxes.coverage import Left

ISA_LENGTH: Final = 106
ISA_SEPARATORS: Final = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
"""Where the element separator stands in an ISA of fixed width (X12.5)."""
SEGMENTS_MAX: Final = 200_000
REMEDY: Final = "have the partner send the interchange again, whole"
FLAWS_MAX: Final = 3
_BLANKS: Final = re.compile("[\ufeff \\r\\n\\t\\0\\x1a]*")


class Segment(tuple[str, ...]):
    """A segment: its name and its elements, numbered from 1 as in the standard; one that is not there is empty."""

    __slots__ = ()

    def __call__(self, number: int) -> str:
        """Return element *number* without the blanks around it."""
        return self[number].strip() if number < len(self) else ""

    @property
    def name(self) -> str:
        """The segment's name."""
        return self[0]


class TransactionSet(Struct, frozen=True):
    """A set from ST to SE: its code and control number, its segments, and what is wrong with it (997's AK502)."""

    code: str
    control: str
    segments: tuple[Segment, ...]
    flaw: str = ""
    error: str = ""


class Group(Struct, frozen=True):
    """A functional group: its GS, its sets, its GE, and what is wrong with it (997's AK905)."""

    head: Segment
    sets: tuple[TransactionSet, ...]
    tail: Segment | None = None
    flaw: str = ""
    error: str = ""

    @property
    def functional(self) -> str:
        """The functional identifier, such as `SW`."""
        return self.head(1)

    @property
    def control(self) -> str:
        """The group's control number."""
        return self.head(6)


class Interchange(Struct, frozen=True):
    """An interchange: its ISA, its groups, what is wrong with it, its text, and its separators of segments and elements."""

    head: Segment
    groups: tuple[Group, ...]
    text: str
    ends: str
    parts: str
    flaw: str = ""

    @property
    def sender(self) -> str:
        """The sender's id."""
        return self.head(6)

    @property
    def control(self) -> str:
        """The interchange's control number."""
        return self.head(13)


def interchanges(body: bytes) -> Iterator[Interchange | Left]:
    """Yield each interchange of a file, and what stands where one should as `Left`."""
    text = text_of(body)
    at = _after_blanks(text, 0)
    if at == len(text):
        yield Left(NO_ISA, "it is empty", REMEDY)
    while at < len(text):
        if (wrong := _wrong_head(text[at : at + ISA_LENGTH])) is not None:
            yield wrong
            return
        reading = _Reading(text, at)
        yield reading.interchange()
        at = _after_blanks(text, reading.at)


def text_of(body: bytes) -> str:
    """Return a body as text: ASCII; what is beyond it UTF-8 where it can be, else byte by byte, so that nothing is lost."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _wrong_head(text: str) -> Left | None:
    if not text.startswith("ISA"):
        return Left(NO_ISA, f"it begins with {text[:3]!r} instead of ISA", REMEDY)
    if len(text) < ISA_LENGTH:
        return Left(NO_ISA, f"it ends after {len(text)} characters of ISA", REMEDY)
    parts = text[3]
    if any(text[n] != parts for n in ISA_SEPARATORS) or parts.isalnum():
        return Left(NO_ISA, "its ISA is not of fixed width (X12.5)", REMEDY)
    head, ends = text[: ISA_LENGTH - 1], text[ISA_LENGTH - 1]
    if ends.isalnum() or ends == parts or head.count(parts) != len(ISA_SEPARATORS):
        return Left(NO_ISA, "its ISA names no separators that can be told apart (X12.5)", REMEDY)
    return None


class _Reading:
    """One interchange under way."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.parts, self.ends = text, text[at + 3], text[at + ISA_LENGTH - 1]
        self.start = self.at = at
        self.known: set[str] = set()
        self.groups_known: set[str] = set()
        self.groups: list[Group] = []
        self.gs: Segment | None = None
        self.sets: list[TransactionSet] = []
        self.open: list[Segment] = []
        self.flaws: list[str] = []

    def interchange(self) -> Interchange:
        head, tail = next(self._segments()), None
        for number, segment in enumerate(self._segments()):
            if number > SEGMENTS_MAX:
                self._flawed(f"it has more than {SEGMENTS_MAX} segments")
                self.at = len(self.text)
                break
            if segment.name == "ISA":
                self._flawed("another ISA stands before IEA")
                break
            if segment.name == "IEA":
                tail = segment
                break
            self._take(segment)
        self._end_group(None)
        return Interchange(
            head, tuple(self.groups), self.text[self.start : self.at], self.ends, self.parts, self._flaw(head, tail)
        )

    def _segments(self) -> Iterator[Segment]:
        while self.at < len(self.text):
            end = self.text.find(self.ends, self.at)
            end = len(self.text) if end < 0 else end
            raw = self.text[self.at : end].strip("\r\n\t \0\x1a")
            before, self.at = self.at, end + 1
            if not raw:
                continue
            if raw.startswith("ISA") and before > self.start:
                self.at = before
            yield Segment(raw.split(self.parts))

    def _take(self, segment: Segment) -> None:
        if segment.name == "GS":
            self._end_group(None)
            self.gs = segment
        elif segment.name == "GE":
            self._end_group(segment)
        elif segment.name == "ST":
            self._end_set(None)
            self.open = [segment]
        elif segment.name == "SE" and self.open:
            self._end_set(segment)
        elif self.open:
            self.open.append(segment)
        else:
            self._flawed(f"{segment.name[:3]} stands outside of any set")

    def _end_set(self, trailer: Segment | None) -> None:
        if not self.open:
            return
        segments, first = [*self.open, *([trailer] if trailer else [])], self.open[0]
        flaw, error = _of_set(first, trailer, len(segments))
        if not flaw and first(2) in self.known:
            flaw, error = f"ST02 {first(2)} stands twice in its group", "23"
        self.known.add(first(2))
        if self.gs is None:
            self._flawed(f"set {first(1)} stands outside of any group")
        self.sets.append(TransactionSet(first(1), first(2), tuple(segments), flaw, error))
        self.open = []

    def _end_group(self, trailer: Segment | None) -> None:
        self._end_set(None)
        if self.gs is None:
            if trailer is not None:
                self._flawed("GE stands without GS")
            return
        flaw, error = _of_group(self.gs, trailer, len(self.sets))
        if not flaw and self.gs(6) in self.groups_known:
            flaw, error = f"GS06 {self.gs(6)} stands twice in its interchange", "6"
        self.groups_known.add(self.gs(6))
        self.groups.append(Group(self.gs, tuple(self.sets), trailer, flaw, error))
        self.gs, self.sets, self.known = None, [], set()

    def _flawed(self, flaw: str) -> None:
        if len(self.flaws) < FLAWS_MAX:
            self.flaws.append(flaw)

    def _flaw(self, head: Segment, tail: Segment | None) -> str:
        flaws = [*self.flaws]
        if tail is None:
            flaws.append("IEA is missing")
        elif not _same(tail(2), head(13)):
            flaws.append(f"IEA02 {tail(2)} is not ISA13 {head(13)}")
        elif _number(tail(1)) != len(self.groups):
            flaws.append(f"IEA01 says {tail(1)} groups, {len(self.groups)} are there")
        return "; ".join(flaws)


def _of_set(first: Segment, trailer: Segment | None, count: int) -> tuple[str, str]:
    if trailer is None:
        return "SE is missing", "2"
    if not _same(trailer(2), first(2)):
        return f"SE02 {trailer(2)} is not ST02 {first(2)}", "3"
    if _number(trailer(1)) != count:
        return f"SE01 says {trailer(1)} segments, {count} are there", "4"
    return "", ""


def _of_group(gs: Segment, trailer: Segment | None, count: int) -> tuple[str, str]:
    if trailer is None:
        return "GE is missing", "3"
    if not _same(trailer(2), gs(6)):
        return f"GE02 {trailer(2)} is not GS06 {gs(6)}", "4"
    if _number(trailer(1)) != count:
        return f"GE01 says {trailer(1)} sets, {count} are there", "5"
    return "", ""


def _same(one: str, other: str) -> bool:
    """A control number is a number: some partners leave out its leading noughts."""
    return one == other or _number(one) == _number(other) >= 0


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else -1
