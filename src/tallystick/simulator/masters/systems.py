"""Systems that describe the same things, and a steward who settles what they contradict; and what they truly said last."""

from functools import partial
from typing import Final

from msgspec import Struct

from tallystick.decisions.masters.golden import OPEN, Golden, golden
from tallystick.decisions.masters.settling import TAKES, VALUE, Wish, ruling_of
from tallystick.messages.stewardship.governing import ANY, FieldOwner, Ownership
from tallystick.messages.stewardship.records import MasterStated, StatedField, subject_of_record
from tallystick.processes.family import data_of
from tallystick.processes.members import RECORD
from tallystick.simulator.weather import HOUR
from tallystick.simulator.world import World

SYSTEMS, CODES = ("erp", "pim", "shop"), ("LAMP", "SHADE")
FIELDS: Final = ("name", "title", "unit")
VALUES: Final = ("one", "two", "")
OWNERS: Final = Ownership((FieldOwner("erp"), FieldOwner("pim", field="title"), FieldOwner(ANY, field="unit")))
Said = tuple[str, str, str]
"""Code, field and system."""


class MasterTruth(Struct):
    """What each system said last, whatever arrived of it."""

    said: dict[Said, str]


class Systems:
    """Everybody who has a word on a thing."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world, self.true, self._version = world, MasterTruth({}), 0

    def speak(self) -> None:
        """Let a system say something of a thing: one field or two, and sometimes that it has no value any more."""
        chance = self.world.chance
        system, code = (some[int(chance.random() * len(some))] for some in (SYSTEMS, CODES))
        first = int(chance.random() * len(FIELDS))
        names = {FIELDS[first], FIELDS[int(chance.random() * len(FIELDS))]}
        told = tuple(StatedField(n, VALUES[int(chance.random() * len(VALUES))]) for n in sorted(names))
        self._version += 1
        self.true.said.update({(code, f.field, system): f.value for f in told})
        data = MasterStated("product", code, system, f"{self._version:06}", told)
        self.world.send(system, subject_of_record("product", code), data)

    def settle(self) -> None:
        """Let the steward look at a thing, and settle the first conflict some time later."""
        code = CODES[int(self.world.chance.random() * len(CODES))]
        found = self.counts(code)
        fields = [c.field for c in found.conflicts if c.state == OPEN] if found else []
        if found is None or not fields:
            return
        mine = [c for c in found.conflicts if c.field == fields[0]]
        take = TAKES[int(self.world.chance.random() * len(TAKES))]
        value = "three" if take == VALUE else ""
        ruling = ruling_of(found, Wish(fields[0], take, "steward", value, against=mine[0].other))
        send = partial(self.world.send, "steward", subject_of_record("product", code), ruling)
        self.world.after(self.world.between(0, 12 * HOUR), send)

    def counts(self, code: str) -> Golden | None:
        """Return what counts of a thing by the book; None where it knows nothing of it."""
        family = self.world.book.loaded.families.get(subject_of_record("product", code))
        moment = self.world.moment()
        return golden(data_of(family, RECORD), OWNERS, moment) if family else None
