"""`tally simulate`: seeded histories of a made-up retailer in bad weather; a failure is shrunk, told and kept."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from tallystick.simulator.command.finding import Finding, Kept
    from tallystick.simulator.history import Story


class Engine(StrEnum):
    """What the histories are written to."""

    MEMORY = "memory"
    POSTGRES = "postgres"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(
    seed: Annotated[int, typer.Option(help="The first seed. The same seed tells the same story.", min=0)] = 0,
    histories: Annotated[int, typer.Option(help="How many seeds, one history each.", min=1)] = 1,
    faults: Annotated[
        str,
        typer.Option(
            metavar="PROFILE",
            help="The weather by name: fair, usual, storm; or a whole estate: honest-estate, lying-estate.",
        ),
    ] = "usual",
    engine: Annotated[
        Engine, typer.Option(help="The core in memory, or the real engine on PostgreSQL.")
    ] = Engine.MEMORY,
    mutant: Annotated[
        str, typer.Option(metavar="NAME", help="Put a known bug in, to see it caught; `list` names them.")
    ] = "",
    keep: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the shrunk history of the first failure to a file.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Live a kept history again instead.", exists=True)
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Live through histories of a small retailer in bad weather, and check after each message what the house promises.

    Messages get lost, doubled, reordered and late, and the process dies at every step. Where a promise is broken, the
    history is shrunk to few messages and told in the shop's words; exit code 1.

    Example: tally simulate --seed 7 --histories 200
    """
    from tallystick.simulator.command import finding

    if mutant == "list":
        return _list_mutants(as_json=as_json)
    asked = finding.asked_for(finding.Wanted(seed, histories, faults, engine, mutant))
    kept = finding.read_kept(replay) if replay else None
    found = _lived(asked if kept is None else finding.again(kept), kept)
    if keep is not None and found.kept is not None:
        finding.write_kept(keep, found.kept)
    if as_json:
        output.json(found.as_json())
    else:
        _say(found, keep)
    if found.failed:
        raise typer.Exit(1)
    return None


def _lived(wanted: Any, kept: "Kept | None") -> "Finding":
    from tallystick.simulator.command import finding

    if kept is not None:
        return finding.replayed(wanted, kept)
    with output.progress() as show:
        stories = _counted(finding.stories(wanted), wanted.histories, show)
        return finding.found(wanted, stories)


def _counted(stories: Iterator["Story"], of: int, show: Any) -> Iterator["Story"]:
    for n, story in enumerate(stories, 1):
        show("histories", n, of)
        yield story


def _list_mutants(*, as_json: bool) -> None:
    from tallystick.simulator.mutants.registry import MUTANTS

    if as_json:
        output.json({"mutants": [{"name": m.name, "of": m.of, "breaks": m.breaks} for m in MUTANTS]})
        return
    output.table(("name", "of", "what it breaks"), [(m.name, m.of, m.breaks) for m in MUTANTS])


def _say(found: "Finding", keep: Path | None) -> None:
    asked = found.wanted
    output.say(
        f"{output.count(asked.histories, 'history', 'histories')} from seed {asked.seed}, weather {asked.faults}, "
        f"on {asked.engine}: {output.count(found.messages, 'message')}."
    )
    if not found.failed:
        output.say("No promise was broken.")
        return
    output.table(
        ("seed", "messages", "step", "broken", "what"),
        [(s.seed, s.messages, v.step, v.kind, v.detail) for s in found.failed for v in s.violations[:1]],
    )
    shrunk = found.shrunk
    if shrunk is None:
        return
    output.heading(f"Seed {found.failed[0].seed}, shrunk to {output.count(shrunk.story.messages, 'message')}")
    for line in found.told:
        output.say(line, "yellow" if "! " in line else "")
    output.say()
    mutant = f" --mutant {asked.mutant}" if asked.mutant else ""
    weather = "" if asked.faults == "usual" else f" --faults {asked.faults}"
    engine = "" if asked.engine == Engine.MEMORY else f" --engine {asked.engine}"
    output.say(f"Live it whole:   tally simulate --seed {found.failed[0].seed}{weather}{engine}{mutant}")
    again = f"tally simulate --replay {keep}" if keep else "add --keep FILE, then tally simulate --replay FILE"
    output.say(f"Live it shrunk:  {again}")
