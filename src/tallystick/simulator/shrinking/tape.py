"""The tape: every draw of chance, kept under the act that drew it, so that one act can be changed and no other moves.

A flat list of draws would not do: one draw less early on, and every later one decides something else.
"""

from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.processes.fold import Watch
from tallystick.simulator.history import Run
from tallystick.simulator.weather import Profile
from tallystick.simulator.world import World

ROOT: Final = "0"
Draws = dict[str, list[float]]


class Tape(Struct, frozen=True):
    """A history as decisions: the seed it came from, the plans it does without, and what each act drew.

    An act is named by its way from the beginning: `0.p7.1` is the second thing that plan 7 set going.
    """

    seed: int
    profile: Profile
    without: tuple[int, ...] = ()
    draws: Draws | None = None


class Dice(Random):
    """Chance that reads a tape, act by act, and writes down what was drawn; where the tape is silent, the seed decides."""

    def __init__(self, tape: Tape) -> None:
        """Read *tape*; one without draws is recorded from its seed, as if nobody listened."""
        super().__init__(tape.seed)
        self._tape, self._act, self._born = tape, ROOT, {ROOT: 0}
        self.drawn: Draws = {}

    def random(self) -> float:
        """Return the next draw of the act under way, in [0, 1)."""
        drawn = self.drawn.setdefault(self._act, [])
        drawn.append(self._next(len(drawn)))
        return drawn[-1]

    def born(self, name: str = "") -> str:
        """Name what the act under way sets going."""
        if not name:
            name = str(self._born.setdefault(self._act, 0))
            self._born[self._act] += 1
        return f"{self._act}.{name}"

    @property
    def act_under_way(self) -> str:
        """The name of the act that draws now."""
        return self._act

    def act(self, name: str, do: Callable[[], None]) -> None:
        """Let *do* draw as act *name*."""
        before, self._act = self._act, name
        try:
            do()
        finally:
            self._act = before

    def _next(self, place: int) -> float:
        if self._tape.draws is None:
            return super().random()
        told = self._tape.draws.get(self._act, [])
        return told[place] if place < len(told) else _made_up(f"{self._tape.seed}/{self._act}/{place}")


def _made_up(name: str) -> float:
    """Return a draw that depends on its name alone."""
    return (int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) >> 11) * 2.0**-53


class TapedWorld(World):
    """A world whose acts draw under their own names."""

    chance: Dice

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """See `World.after`."""
        super().after(seconds, partial(self.chance.act, self.chance.born(), do))


class TapedRun(Run):
    """A history told by a tape."""

    def __init__(self, tape: Tape, watch: Watch | None = None) -> None:
        """Set the scene of *tape*."""
        self._tape, self._planned, self.dice = tape, 0, Dice(tape)
        super().__init__(tape.seed, tape.profile, watch)

    def make_world(self) -> World:
        """See `Run.make_world`."""
        return TapedWorld(self.dice, self.profile, self.book)

    def plan(self, do: Callable[[], None]) -> None:
        """Do it in an act of its own, unless the tape does without it."""
        number, self._planned = self._planned, self._planned + 1
        if number not in self._tape.without:
            self.dice.act(self.dice.born(f"p{number}"), do)

    def recorded(self) -> Tape:
        """Return the tape that tells exactly what happened."""
        return replace(self._tape, draws=self.dice.drawn)


Make = Callable[[Tape], TapedRun]
"""How a tape becomes a history to be lived: in memory, or on the real engine."""
