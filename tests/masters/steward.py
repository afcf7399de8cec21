"""A steward's desk in memory: systems say what things are, and one sees what counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from tallystick.decisions.masters.golden import Golden, golden
from tallystick.decisions.masters.record import Record
from tallystick.decisions.masters.settling import Wish, ruling_of
from tallystick.messages.envelope import Message
from tallystick.messages.stewardship.governing import FieldOwner, Ownership
from tallystick.messages.stewardship.records import MasterStated, PairJudged, StatedField, subject_of_record
from tallystick.posting.table import TABLE
from tallystick.processes.family import data_of
from tallystick.processes.fold import Fold
from tallystick.processes.folded import Folded
from tallystick.processes.loaded import Loaded
from tallystick.processes.table import Row

START = datetime(2026, 11, 24, 6, tzinfo=UTC)
OWNERS = Ownership((FieldOwner("erp"), FieldOwner("pim", "product", "title"), FieldOwner("*", "product", "unit")))
"""The ERP owns everything but titles, which are the PIM's; what a unit is called is everybody's."""


def stated(code: str, system: str, version: int, **fields: str) -> MasterStated:
    """A system's word on a product: the *version*-th of it."""
    told = tuple(StatedField(name, value) for name, value in fields.items())
    return MasterStated("product", code, system, f"{version:04}", told)


class Steward:
    """Folds reports about records an hour apart, and remembers which rows were taken."""

    def __init__(self, ownership: Ownership = OWNERS) -> None:
        """Start with an empty book in which *ownership* is in force."""
        self.ownership, self.now, self.rows = ownership, START, list[Row]()
        self.loaded = Loaded("EUR/2", strict=False)
        self._fold = Fold(self.loaded, TABLE, lambda _, row: self.rows.append(row))
        self._number = 0

    def hears(self, data: Any, subject: str = "") -> Folded:
        """Fold one report, an hour after the one before."""
        self._number += 1
        self.now += timedelta(hours=1)
        about = subject or subject_of_record(data.kind, data.code)
        body = msgspec.json.encode(data)
        message = Message("test", str(self._number), about, data, body, self.now, self.now.date(), self.now)
        return self._fold.fold(message, self._number)

    def says(self, system: str, version: int, code: str = "LAMP", **fields: str) -> str:
        """Let a system say something of a product; return what came of it."""
        return self.hears(stated(code, system, version, **fields)).outcome

    def record(self, code: str = "LAMP", kind: str = "product") -> Record:
        """Return what is kept of a thing."""
        found: Record = data_of(self.loaded.families[subject_of_record(kind, code)], "master")
        return found

    def state(self, code: str = "LAMP") -> str:
        """Return where a product's record stands."""
        return self.loaded.families[subject_of_record("product", code)]["master"].state

    def golden(self, code: str = "LAMP", kind: str = "product") -> Golden:
        """Return a thing as it counts now."""
        return golden(self.record(code, kind), self.ownership, self.now)

    def queue(self, code: str = "LAMP") -> list[tuple[str, str, str, str]]:
        """Return the conflicts: field, value that stands, the other system and its value; settled ones marked so."""
        return [
            (c.field if c.state == "OPEN" else f"{c.field} settled", c.value, c.other, c.other_value)
            for c in self.golden(code).conflicts
        ]

    def settles(self, field: str, take: str, **more: str) -> Folded:
        """Let mia settle a field of the lamp."""
        return self.hears(ruling_of(self.golden(), Wish(field, take, "mia", **more)))

    def judges(self, code: str, other: str, *, is_same: bool) -> Folded:
        """Let mia say whether two products are one."""
        return self.hears(PairJudged("product", code, other, is_same, "mia"))


def says_of(found: Struct) -> dict[str, Any]:
    """Return a struct's fields, to compare some."""
    return {name: getattr(found, name) for name in found.__struct_fields__}
