"""Matching: two sets of records laid side by side by a rule, and what is left over. Stock, money and ledgers alike."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

Key = tuple[str, str, str]
"""(party, key, commodity)."""


class Record(Struct, frozen=True, gc=False):
    """One line of either side: *number* of *commodity* (units or minor units, signed) with *party*, under *key*, on *day*.

    Records of one (party, key, commodity) belong together, however many there are on either side. *reference* says
    where a person finds the line.
    """

    party: str
    key: str
    commodity: str
    number: int
    day: date
    reference: str = ""


class MatchingRule(Struct, frozen=True):
    """How two sets are compared, and the break kinds of what does not fit; an empty kind is never raised.

    *missing* is on our side only, *unknown* on theirs only, *differs* on both with other numbers, *short* the same
    where theirs is nearer to nothing, *doubled* where one side says a line twice: the same number again or, where keys are *unique*, any. *tolerance* is in units or minor
    units. A difference is judged once its youngest record is *settling_days* old. With *by_amount_days_max*, what has
    no partner under its key may be paired with the one record of the same party and number so many days away.
    """

    name: str
    missing: str = ""
    unknown: str = ""
    differs: str = ""
    short: str = ""
    doubled: str = ""
    tolerance: int = 0
    settling_days: int = 0
    unique: bool = False
    by_amount_days_max: int | None = None


class Difference(Struct, frozen=True):
    """One thing that does not fit: *ours* and *theirs* under one key, and the lines that say so, the likeliest first."""

    rule: str
    kind: str
    party: str
    key: str
    commodity: str
    ours: int
    theirs: int
    day: date
    references: tuple[str, ...] = ()

    @property
    def amount(self) -> int:
        """How much is at stake: what they say beyond what we say."""
        return self.theirs - self.ours

    @property
    def name(self) -> str:
        """One name for one thing, however often it is found: `bank/adyen/P-17`."""
        return name_of(self.rule, self.party, self.key)


def name_of(rule: str, party: str, key: str) -> str:
    """Name what *rule* compares under one *key*."""
    return f"{rule}/{party}/{key}"


class Matching(Struct):
    """What came of a comparison: keys that fit, pairs found by amount alone, breaks, and names of what is too young to judge."""

    matched: int = 0
    suggested: list[tuple[Record, Record]] = []
    differences: list[Difference] = []
    pending: list[str] = []

    def add(self, other: "Matching") -> None:
        """Take in what another comparison found."""
        self.matched += other.matched
        self.suggested += other.suggested
        self.differences += other.differences
        self.pending += other.pending


class _Group(Struct):
    """All records of one key, on both sides."""

    ours: list[Record] = []
    theirs: list[Record] = []

    @property
    def youngest(self) -> date:
        return max(r.day for r in (*self.ours, *self.theirs))

    @property
    def ours_sum(self) -> int:
        return sum(r.number for r in self.ours)

    @property
    def theirs_sum(self) -> int:
        return sum(r.number for r in self.theirs)


def match(ours: Iterable[Record], theirs: Iterable[Record], rule: MatchingRule, as_of: date) -> Matching:
    """Lay *ours* beside *theirs* as of the end of day *as_of*: 1:1, 1:N and N:M by their keys, then, if allowed, by amount."""
    groups: dict[Key, _Group] = {}
    for record in ours:
        groups.setdefault((record.party, record.key, record.commodity), _Group()).ours.append(record)
    for record in theirs:
        groups.setdefault((record.party, record.key, record.commodity), _Group()).theirs.append(record)
    found = Matching()
    if rule.by_amount_days_max is not None:
        found.suggested = list(_pairs(groups, timedelta(days=rule.by_amount_days_max)))
        for mine, other in found.suggested:
            for record in (mine, other):
                groups.pop((record.party, record.key, record.commodity), None)
    settled = as_of - timedelta(days=rule.settling_days)
    for key in sorted(groups):
        group = groups[key]
        if abs(group.theirs_sum - group.ours_sum) <= rule.tolerance:
            found.matched += 1
        elif group.youngest > settled:
            found.pending.append(name_of(rule.name, key[0], key[1]))
        elif kind := _kind(group, rule):
            found.differences.append(_difference(key, group, rule, kind))
    return found


def _difference(key: Key, group: _Group, rule: MatchingRule, kind: str) -> Difference:
    party, name, commodity = key
    references = tuple(dict.fromkeys(r.reference for r in (*group.theirs, *group.ours) if r.reference))
    ours, theirs = group.ours_sum, group.theirs_sum
    return Difference(rule.name, kind, party, name, commodity, ours, theirs, group.youngest, references)


def _kind(group: _Group, rule: MatchingRule) -> str:
    ours, theirs = group.ours_sum, group.theirs_sum
    if rule.unique and max(len(group.ours), len(group.theirs)) > 1:
        return rule.doubled
    if rule.doubled and (_twice(group.theirs, group.ours) or _twice(group.ours, group.theirs)):
        return rule.doubled
    if not group.theirs:
        return rule.missing
    if not group.ours:
        return rule.unknown
    return rule.short if rule.short and abs(theirs) < abs(ours) else rule.differs


def _twice(more: Sequence[Record], fewer: Sequence[Record]) -> bool:
    """Say whether one side says a line, told by its number, more than once and more often than the other does."""
    said, answered = Counter(r.number for r in more), Counter(r.number for r in fewer)
    return any(times > max(1, answered[number]) for number, times in said.items())


def _pairs(groups: dict[Key, _Group], apart: timedelta) -> Iterator[tuple[Record, Record]]:
    """Pair lonely records that fit each other and nothing else: a reference that was garbled on its way."""
    mine = [g.ours[0] for g in groups.values() if len(g.ours) == 1 and not g.theirs]
    others = [g.theirs[0] for g in groups.values() if len(g.theirs) == 1 and not g.ours]
    for one in mine:
        fits = [o for o in others if _fits(one, o, apart)]
        if len(fits) == 1 and sum(_fits(m, fits[0], apart) for m in mine) == 1:
            yield one, fits[0]


def _fits(a: Record, b: Record, apart: timedelta) -> bool:
    return (a.party, a.commodity, a.number) == (b.party, b.commodity, b.number) and abs(a.day - b.day) <= apart
