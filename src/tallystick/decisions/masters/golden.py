"""The golden record: of each field the value that counts, whose it is and why, and where systems contradict it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from tallystick.decisions.masters.ownership import owner_of
from tallystick.decisions.masters.record import Record, Ruling, Said, now_said
from tallystick.messages.stewardship.governing import ANY, Ownership
from tallystick.messages.stewardship.records import Word

OPEN, SETTLED = "OPEN", "SETTLED"
Why = Literal["owner", "steward", "last word"]


class GoldenField(Struct, frozen=True):
    """A field: its *value*, the *system* it came from, who owns it, and by which event it stands since when (UTC)."""

    field: str
    value: str
    system: str
    owner: str
    because: Why
    since: datetime
    event: int


class Conflict(Struct, frozen=True):
    """*other* says another value of a field than *stands*, the system whose word counts, says itself.

    It stands *since* the later of both words. Settled, a *ruling* says what counts.
    """

    kind: str
    code: str
    field: str
    stands: str
    value: str
    other: str
    other_value: str
    since: datetime
    state: str
    ruling: Ruling | None = None


class Golden(Struct, frozen=True):
    """A thing as it counts at a moment; `said` is what each system says of each field then."""

    kind: str
    code: str
    fields: Mapping[str, GoldenField]
    said: Mapping[str, tuple[Word, ...]]
    conflicts: tuple[Conflict, ...]
    same_as: str = ""

    def value(self, field: str) -> str:
        """Return the value of a field, empty where nobody says any."""
        found = self.fields.get(field)
        return found.value if found else ""


def golden(record: Record, ownership: Ownership, now: datetime) -> Golden:
    """Return the record as it counts at *now* by the *ownership* in force."""
    channel = record.code.partition("/")[0] if record.kind == "price" else ""
    fields: dict[str, GoldenField] = {}
    spoken: dict[str, tuple[Word, ...]] = {}
    conflicts: list[Conflict] = []
    for name, words in record.words.items():
        said = now_said(words, now)
        if not said:
            continue
        spoken[name] = tuple(Word(system, word.value) for system, word in sorted(said.items()))
        owner = owner_of(ownership, record.kind, name, channel)
        stands = owner if owner in said else _last(said)
        ruling = _in_force(record.rulings.get(name), said)
        fields[name] = _field(name, (stands, owner), said[stands], ruling)
        if owner != ANY:
            conflicts += _conflicts((record, name), stands, said, ruling)
    return Golden(record.kind, record.code, fields, spoken, tuple(conflicts), record.same_as)


def _last(said: Mapping[str, Said]) -> str:
    """Where no owner has spoken, the last word counts."""
    return max(said, key=lambda system: (said[system].at, said[system].event, system))


def _in_force(ruling: Ruling | None, said: Mapping[str, Said]) -> Ruling | None:
    """A ruling is about the words the steward saw: of words of another time it says nothing."""
    is_about = ruling is not None and {w.system: w.value for w in ruling.judged} == {
        s: w.value for s, w in said.items()
    }
    return ruling if is_about else None


def _field(name: str, whose: tuple[str, str], said: Said, ruling: Ruling | None) -> GoldenField:
    stands, owner = whose
    if ruling is not None:
        return GoldenField(name, ruling.value, ruling.by, owner, "steward", ruling.at, ruling.event)
    because: Why = "owner" if stands == owner else "last word"
    return GoldenField(name, said.value, stands, owner, because, said.at, said.event)


def _conflicts(
    where: tuple[Record, str], stands: str, said: Mapping[str, Said], ruling: Ruling | None
) -> list[Conflict]:
    record, name = where
    ours = said[stands]
    return [
        Conflict(
            record.kind,
            record.code,
            name,
            stands,
            ours.value,
            system,
            word.value,
            max(ours.at, word.at),
            SETTLED if ruling else OPEN,
            ruling,
        )
        for system, word in sorted(said.items())
        if word.value != ours.value
    ]
