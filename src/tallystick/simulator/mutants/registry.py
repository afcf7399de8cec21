"""Every mutant by name. A new one is a line in the file of what it is a bug of."""

from contextlib import AbstractContextManager, nullcontext
from typing import Final

from tallystick.simulator.mutants.mutant import Mutant
from tallystick.simulator.mutants.of_the_core import CORE
from tallystick.simulator.mutants.of_the_engine import ENGINE

MUTANTS: Final[tuple[Mutant, ...]] = (*CORE, *ENGINE)


def mutant_named(name: str) -> Mutant:
    """Return the mutant called *name*; raise `LookupError` where there is none."""
    for mutant in MUTANTS:
        if mutant.name == name:
            return mutant
    raise LookupError(name)


def put_in(name: str) -> AbstractContextManager[object]:
    """Put the bug called *name* in for as long as the context lasts; none where there is no name."""
    return mutant_named(name).put_in() if name else nullcontext()
