"""What is known of one thing: each system's words on each field, kept apart, and what a steward ruled on them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from tallystick.messages.stewardship.records import Word

WORDS_KEPT_MAX: Final = 50
"""Words of other times that a system has on one field: the journal of events has them all."""
AGREED, DIFFERING, JUDGED = "AGREED", "DIFFERING", "JUDGED"


class Said(Struct, frozen=True, omit_defaults=True):
    """A word of a system: since when it stands (UTC), by which event, and from when until when it holds."""

    value: str
    version: str
    at: datetime
    event: int
    begins: datetime | None = None
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Say whether it has begun and not ended."""
        return (self.begins is None or self.begins <= now) and (self.until is None or now < self.until)


class Ruling(Struct, frozen=True, omit_defaults=True):
    """What a steward ruled, having seen the *judged* words."""

    value: str
    judged: tuple[Word, ...]
    by: str
    at: datetime
    event: int
    reason: str = ""


Words = Mapping[str, tuple[Said, ...]]
"""What each system says of a field, by when it begins."""


class Record(Struct, frozen=True, omit_defaults=True):
    """All that is said of a thing. `pairs` says of other codes whether this is the same thing as they are."""

    kind: str
    code: str
    words: dict[str, dict[str, tuple[Said, ...]]] = field(default_factory=dict)
    rulings: dict[str, Ruling] = field(default_factory=dict)
    pairs: dict[str, bool] = field(default_factory=dict)

    @property
    def same_as(self) -> str:
        """The code that stays where this is the same thing as another; empty where it is a thing of its own."""
        return next((other for other, is_same in self.pairs.items() if is_same), "")


def with_word(known: tuple[Said, ...], said: Said) -> tuple[Said, ...] | None:
    """Return a system's words on a field with *said* among them; None where a later word of its time is known.

    That a system has no value any more is a word too: it is kept, or an older one that comes late would count again.
    """
    before = next((w for w in known if w.begins == said.begins), None)
    if before is not None and said.version < before.version:
        return None
    if before is not None and (before.value, before.until) == (said.value, said.until):
        said = replace(said, at=before.at, event=before.event)
    others = [w for w in known if w is not before]
    words = sorted([*others, said], key=lambda w: (w.begins is not None, w.begins or w.at))
    return tuple(words[-WORDS_KEPT_MAX:])


def now_said(words: Words, now: datetime) -> dict[str, Said]:
    """Return what each system says at *now*: of its words that hold, the one that began last."""
    found = {system: [w for w in said if w.holds(now)] for system, said in words.items()}
    return {system: said[-1] for system, said in found.items() if said and said[-1].value}


def next_change(words: Words, now: datetime) -> datetime | None:
    """Return when, after *now*, the clock alone changes what is said: a word begins or ends then."""
    moments = (at for said in words.values() for w in said for at in (w.begins, w.until) if at is not None)
    return min((at for at in moments if at > now), default=None)


def is_split(words: Words) -> bool:
    """Say whether systems differ on a field, now or at another time; who has no value contradicts nobody."""
    return len({told for said in words.values() if (told := spoken(said))}) > 1


def spoken(said: tuple[Said, ...]) -> tuple[tuple[str, datetime | None, datetime | None], ...]:
    """Return what a system's words come to, by when each holds; nothing where all it says is that it has no value."""
    told = tuple((w.value, w.begins, w.until) for w in said if w.value or w.begins)
    return told if any(value for value, _, _ in told) else ()


def still_judged(words: Words, judged: tuple[Word, ...]) -> bool:
    """Say whether *judged* is what the systems say of a field still: each says what it said, and nobody else speaks.

    A system that was not heard may have words of other times: of those nothing was judged.
    """
    seen = {w.system: w.value for w in judged}
    is_said = all(value in {w.value for w in words.get(system, ())} for system, value in seen.items())
    others = (said for system, said in words.items() if system not in seen and spoken(said))
    return is_said and len(set(seen.values())) > 1 and all(w.begins for said in others for w in said)


def state_of(record: Record) -> str:
    """Return where a record stands: its systems agree, they differ, or a steward has ruled wherever they do."""
    split = [name for name, words in record.words.items() if is_split(words)]
    if not split:
        return AGREED
    return JUDGED if all(name in record.rulings for name in split) else DIFFERING


def without_lapsed(record: Record) -> Record:
    """Drop rulings on words that are no longer said, or that nobody contradicts any more."""
    kept = {
        name: ruling
        for name, ruling in record.rulings.items()
        if is_split(record.words.get(name, {})) and still_judged(record.words[name], ruling.judged)
    }
    return record if len(kept) == len(record.rulings) else replace(record, rulings=kept)
