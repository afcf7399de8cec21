"""Bugs of the real engine and its storage. They show on PostgreSQL only."""

from typing import Final

from tallystick.simulator.mutants.mutant import Mutant

ENGINE: Final[tuple[Mutant, ...]] = ()
