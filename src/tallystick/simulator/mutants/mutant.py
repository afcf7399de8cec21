"""What a mutant is: what it is a bug of, what it breaks, and the seed that catches it."""

from contextlib import AbstractContextManager, ExitStack
from typing import Literal

from msgspec import Struct

from tallystick.simulator.mutants.change import Code, InRow, Posted, Text


class Mutant(Struct, frozen=True):
    """A bug *of* a part of the house. *seed* is clean without it; with it, one of *caught_by* is broken.

    *engine* says which runner sees it: a bug of the real engine does not show in memory.
    """

    name: str
    of: Literal["processes", "decisions", "posting", "engine", "storage", "simulator"]
    breaks: str
    changes: tuple[Code | Text | Posted | InRow, ...]
    seed: int
    caught_by: str
    engine: Literal["memory", "postgres"] = "memory"

    def put_in(self) -> AbstractContextManager[object]:
        """Put the bug in for as long as the context lasts."""
        stack = ExitStack()
        for change in self.changes:
            stack.enter_context(change.applied())
        return stack
