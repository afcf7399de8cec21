"""What `tally simulate` finds: stories, the first failure shrunk and told, and the file it is kept in."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.app.exits import Code, Complaint, misused, not_found
from tallystick.simulator.command.engines import ENGINES
from tallystick.simulator.history import Story
from tallystick.simulator.mutants.registry import mutant_named
from tallystick.simulator.running import WEATHERS, Asked, fingerprint
from tallystick.simulator.shrinking.shrink import Shrunk, shrink
from tallystick.simulator.shrinking.tape import Tape
from tallystick.simulator.shrinking.telling import tell

FORMAT: Final = 1


class Wanted(Asked, frozen=True):
    """The histories asked for, on which engine, and with which bug put in."""

    engine: str = "memory"
    mutant: str = ""


class Kept(Struct, frozen=True):
    """A history in a file: its tape, and what it was lived on."""

    tallystick_history: int
    breaks: str
    faults: str
    engine: str
    mutant: str
    tape: Tape


class Finding(Struct, frozen=True):
    """What came of it. `shrunk`, `told` and `kept` are of the first failure."""

    wanted: Wanted
    stories: tuple[dict[str, Any], ...]
    messages: int
    failed: tuple[Story, ...]
    shrunk: Shrunk | None = None
    told: tuple[str, ...] = ()
    kept: Kept | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints: the same bytes for the same seed."""
        found: dict[str, Any] = {
            "seed": self.wanted.seed,
            "histories": self.wanted.histories,
            "faults": self.wanted.faults,
            "engine": self.wanted.engine,
            "violations": sum(len(s.violations) for s in self.failed),
            "stories": list(self.stories),
        }
        if self.shrunk is not None:
            found["shrunk"] = {
                "seed": self.failed[0].seed,
                "breaks": self.shrunk.kind,
                "messages": self.shrunk.story.messages,
                "told": list(self.told),
                "kept": msgspec.to_builtins(self.kept),
            }
        return found


def asked_for(wanted: Wanted) -> Wanted:
    """Return *wanted*; raise a complaint where its weather or bug is not known."""
    if wanted.faults not in WEATHERS:
        raise misused(f"there is no weather {wanted.faults!r}", f"it is one of {', '.join(WEATHERS)}")
    if wanted.is_estate and wanted.engine != "memory":
        raise misused("the estate lives in memory only", "leave out --engine, or take another weather")
    if wanted.mutant:
        try:
            mutant = mutant_named(wanted.mutant)
        except LookupError:
            raise not_found(f"there is no bug {wanted.mutant!r}", "see `tally simulate --mutant list`") from None
        if mutant.engine not in {wanted.engine, "memory"}:
            raise misused(f"{mutant.name} is a bug of the real engine", "add --engine postgres")
    return wanted


def stories(wanted: Wanted) -> Iterator[Story]:
    """Yield the stories in the order of their seeds."""
    return ENGINES[wanted.engine].stories(wanted, wanted.mutant)


def found(wanted: Wanted, stories: Iterable[Story]) -> Finding:
    """Look through *stories*; the first that fails is shrunk and told."""
    seen, messages, failed = [], 0, []
    for story in stories:
        seen.append(_gist(story))
        messages += story.messages
        if story.violations:
            failed.append(story)
    finding = Finding(wanted, tuple(seen), messages, tuple(failed))
    if wanted.is_estate:  # It has no tape, so it is told as it happened.
        return msgspec.structs.replace(finding, told=failed[0].lines) if failed else finding
    return _explained(finding, Tape(failed[0].seed, wanted.profile)) if failed else finding


def replayed(wanted: Wanted, kept: Kept) -> Finding:
    """Live a kept history again; it is told, not shrunk once more."""
    with ENGINES[wanted.engine].opened(wanted.mutant) as make:
        told = tell(kept.tape, make)
    failed = (told.story,) if told.story.violations else ()
    finding = Finding(wanted, (_gist(told.story),), told.story.messages, failed)
    if not failed:
        return finding
    shrunk = Shrunk(kept.tape, told.story, told.story.violations[0].kind, 0)
    return msgspec.structs.replace(finding, shrunk=shrunk, told=told.lines, kept=kept)


def _explained(finding: Finding, tape: Tape) -> Finding:
    wanted = finding.wanted
    with ENGINES[wanted.engine].opened(wanted.mutant) as make:
        shrunk = shrink(tape, make, ENGINES[wanted.engine].tries_max)
        if shrunk is None:
            return finding
        told = tell(shrunk.tape, make).lines
    kept = Kept(FORMAT, shrunk.kind, wanted.faults, wanted.engine, wanted.mutant, shrunk.tape)
    return msgspec.structs.replace(finding, shrunk=shrunk, told=told, kept=kept)


def again(kept: Kept) -> Wanted:
    """Return what a kept history was lived on."""
    return asked_for(Wanted(kept.tape.seed, 1, kept.faults, kept.engine, kept.mutant))


def read_kept(file: Path) -> Kept:
    """Read a kept history; raise a complaint naming what is wrong with it."""
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=Kept)
    except msgspec.MsgspecError as wrong:
        raise Complaint(f"{file} is no kept history: {wrong}", "keep one with --keep FILE", Code.BAD_FILE) from wrong
    if kept.tallystick_history != FORMAT:
        raise Complaint(f"{file} is of another format", "keep it anew with this release", Code.BAD_FILE)
    return kept


def write_kept(file: Path, kept: Kept) -> None:
    """Write a kept history."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1))


def _gist(story: Story) -> dict[str, Any]:
    broken = [{"kind": v.kind, "step": v.step, "detail": v.detail} for v in story.violations]
    return {"seed": story.seed, "messages": story.messages, "fingerprint": fingerprint(story), "violations": broken}
