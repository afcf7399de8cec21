"""One history of master data, with what must hold at its end: owners count, nobody is contradicted unseen, rulings hold."""

from random import Random
from typing import Final

from tallystick.decisions.masters.golden import Golden
from tallystick.decisions.masters.ownership import owner_of
from tallystick.decisions.masters.record import AGREED, DIFFERING, JUDGED
from tallystick.messages.stewardship.governing import ANY
from tallystick.messages.stewardship.records import ConflictRuled, FieldsStated, subject_of_record
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.processes.members import RECORD
from tallystick.simulator.history import Story
from tallystick.simulator.invariants import StepCheck
from tallystick.simulator.masters.systems import CODES, FIELDS, OWNERS, SYSTEMS, Systems
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile
from tallystick.simulator.world import World

WORDS, LOOKS = 24, 12
_STATES: Final = {(False, False): AGREED, (True, False): DIFFERING, (True, True): JUDGED}
Rulings = dict[tuple[str, str], str]
"""By code and field, what a steward ruled since anybody last said something else; told from facts alone."""


def masters_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    book = MemoryBook(watch=watch)
    world = World(Random(seed), profile, book)  # noqa: S311
    systems, check = Systems(world), StepCheck(book)
    rulings: Rulings = {}
    lines: list[str] = []

    def committed(folded: Folded) -> None:
        check.committed(folded)
        world.committed(folded)
        _follow(rulings, folded)
        m = folded.message
        lines.append(f"{folded.event} {m.subject} {type(m.data).__name__}: {folded.outcome}, {folded.state}")

    book.on_commit = committed
    for does, times in ((systems.speak, WORDS), (systems.settle, LOOKS)):
        for _ in range(times):
            world.after(world.between(HOUR, 10 * DAY), does)
    world.run()
    for code in CODES:
        _check(check, systems, rulings, code)
    return Story(seed, len(book.entries), tuple(check.violations), tuple(lines))


def _follow(rulings: Rulings, folded: Folded) -> None:
    for fact in folded.facts:
        if isinstance(fact, ConflictRuled):
            rulings[fact.ruling.code, fact.ruling.field] = fact.ruling.value
        elif isinstance(fact, FieldsStated):
            for said in fact.fields:
                rulings.pop((fact.code, said.field), None)


def _check(check: StepCheck, systems: Systems, rulings: Rulings, code: str) -> None:
    """Hold a record against what the systems said last, and against the rulings that nobody has overtaken."""
    found = systems.counts(code)
    if found is None:
        return
    split = []
    for field in FIELDS:
        true = systems.true.said
        said = {s: true[code, field, s] for s in SYSTEMS if true.get((code, field, s))}
        if len(set(said.values())) > 1:
            split.append(field)
        _check_field(check, found, (field, said), rulings.get((code, field)))
    is_judged = bool(split) and all((code, field) in rulings for field in split)
    state = check.book.loaded.families[subject_of_record("product", code)][RECORD].state
    if state != _STATES[bool(split), is_judged]:
        check.found("state_off", f"{code} is {state}, systems differ on {split}, ruled is {sorted(rulings)}")


def _check_field(check: StepCheck, found: Golden, spoken: tuple[str, dict[str, str]], ruled: str | None) -> None:
    field, said = spoken
    owner, value = owner_of(OWNERS, "product", field), found.value(field)
    if ruled is not None:
        if value != ruled:
            check.found("ruling_off", f"{found.code}.{field}: {ruled!r} was ruled, {value!r} counts")
    elif value not in said.values() and (value or said):
        check.found("word_off", f"{found.code}.{field}: {value!r} counts, and nobody says so: {said}")
    elif owner in said and value != said[owner]:
        check.found("owner_off", f"{found.code}.{field}: {owner} says {said[owner]!r}, {value!r} counts")
    stands = next((f.system for f in found.fields.values() if f.field == field), "")
    counts = said.get(owner, said.get(stands, ""))
    told = {c.other: c.other_value for c in found.conflicts if c.field == field}
    true = {s: v for s, v in said.items() if v != counts} if owner != ANY and (owner in said or ruled is None) else None
    if true is not None and told != true:
        check.found("conflict_off", f"{found.code}.{field}: {true} contradict {counts!r}, the queue has {told}")
