"""`make reseed`: a seed anew for every bug that its kept seed does not catch any more.

A change of what the simulated world draws shifts every seed. The kept seed of a bug is clean without it, and breaks the
named promise with it; a bug of the engine does not show in memory. Found seeds are written into the files of the bugs.

    python -m tallystick.simulator.mutants.reseeding [BUG …]     without names, all of them
"""

import ast
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Final

from tallystick.app.house import database
from tallystick.app.settings import read_settings
from tallystick.simulator.history import Story, lived, run_history
from tallystick.simulator.mutants.mutant import Mutant
from tallystick.simulator.mutants.registry import MUTANTS, mutant_named
from tallystick.simulator.postgres.run import on_postgres
from tallystick.simulator.shrinking.tape import Tape
from tallystick.simulator.weather import USUAL

SEEDS_MAX: Final[Mapping[str, int]] = {"memory": 5_000, "postgres": 500}
"""How many seeds are tried; a history in memory takes milliseconds, on PostgreSQL some hundred."""

FILES: Final = tuple(Path(__file__).with_name(name) for name in ("of_the_core.py", "of_the_engine.py"))
_SEED_PLACE: Final = list(signature(Mutant).parameters).index("seed")

Live = Callable[[int], Story]


def catches(mutant: Mutant, seed: int, live: Live) -> bool:
    """Say whether *seed*, lived by *live*, is clean without the bug and breaks its promise with it."""
    with mutant.put_in():
        try:
            broken = {v.kind for v in live(seed).violations}
        except Exception:  # noqa: BLE001 - a world that cannot go on names no promise: the next seed may
            return False
        is_seen_in_memory = mutant.of == "engine" and bool(run_history(seed).violations)
    return mutant.caught_by in broken and not is_seen_in_memory and not live(seed).violations


def seed_for(mutant: Mutant, live: Live, seeds: Iterable[int]) -> int | None:
    """Return the kept seed where it still catches *mutant*, else the first of *seeds* that does, None where none does."""
    return next((seed for seed in (mutant.seed, *seeds) if catches(mutant, seed, live)), None)


def rewritten(source: str, found: Mapping[str, int]) -> str:
    """Return *source* with the seeds *found* by name; nothing else of it changes."""
    lines = source.splitlines(keepends=True)
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and ast.unparse(n.func) == "Mutant"]
    for call in reversed(calls):
        name, place = ast.literal_eval(call.args[0]), call.args[_SEED_PLACE]
        if name in found:
            line = lines[place.lineno - 1].encode()
            changed = line[: place.col_offset] + str(found[name]).encode() + line[place.end_col_offset :]
            lines[place.lineno - 1] = changed.decode()
    return "".join(lines)


def reseed(mutants: Iterable[Mutant]) -> list[str]:
    """Find the seeds of *mutants*, write those that moved, and return the names of the bugs that no seed catches."""
    lost: list[str] = []
    with ExitStack() as stack:
        on_engine = cache(lambda: _live_on_postgres(stack))
        for mutant in mutants:
            live = on_engine() if mutant.engine == "postgres" else run_history
            seed = seed_for(mutant, live, range(SEEDS_MAX[mutant.engine]))
            if seed is None:
                lost.append(mutant.name)
            elif seed != mutant.seed:
                _write({mutant.name: seed})
            _tell(mutant, seed)
    return lost


def _live_on_postgres(stack: ExitStack) -> Live:
    make = stack.enter_context(on_postgres(stack.enter_context(database(read_settings()))))
    return lambda seed: lived(make(Tape(seed, USUAL)))


def _write(found: Mapping[str, int]) -> None:
    """Write as soon as found, so that a run cut off loses nothing."""
    for file in FILES:
        file.write_text(rewritten(file.read_text("utf-8"), found), "utf-8")


def _tell(mutant: Mutant, seed: int | None) -> None:
    if seed is None:
        said = f"no seed of {SEEDS_MAX[mutant.engine]:,} catches it: is {mutant.caught_by} still what it breaks?"
    else:
        said = f"{seed} stands" if seed == mutant.seed else f"{mutant.seed} becomes {seed}"
    sys.stdout.write(f"{mutant.name}: {said}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(1 if reseed([mutant_named(name) for name in sys.argv[1:]] or MUTANTS) else 0)
