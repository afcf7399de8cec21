"""Shrinking: the same promise broken by a smaller history. Every candidate is a history that could have been.

Nothing is taken out of the middle of a story, for what is missing there would itself break promises. Instead the decisions
behind it change: a kind of weather stays away, a plan is not made, an act draws what is calm.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.simulator.history import Story, lived
from tallystick.simulator.shrinking.tape import ROOT, Make, Tape, TapedRun
from tallystick.simulator.weather import Profile

TRIES_MAX: Final = 1500
CALM: Final = (0.999, 0.5, 0.0)
"""Draws that make the usual happen: `happens` says no, a middling answer, no time in between."""

Size = tuple[int, int, int, int]


class Shrunk(Struct, frozen=True):
    """The smallest history found that breaks the same promise, and how many others were tried."""

    tape: Tape
    story: Story
    kind: str
    tries: int


def live(tape: Tape, make: Make = TapedRun) -> tuple[Story, Tape]:
    """Live the history of *tape*; return its story and the tape of exactly what happened."""
    run = make(tape)
    return lived(run), run.recorded()


def shrink(tape: Tape, make: Make = TapedRun, tries_max: int = TRIES_MAX) -> Shrunk | None:
    """Return the smallest history found that breaks the promise that *tape* breaks first; None where it breaks none."""
    story, recorded = live(tape, make)
    if not story.violations:
        return None
    return _Shrinking(make, Shrunk(recorded, story, story.violations[0].kind, 0), tries_max).done()


class _Shrinking:
    def __init__(self, make: Make, found: Shrunk, tries_max: int) -> None:
        self.make, self.best, self.tries_max, self.tries = make, found, tries_max, 0
        self.size = _size(found.story, found.tape)

    def done(self) -> Shrunk:
        before = None
        while self.size != before and self.tries < self.tries_max:
            before = self.size
            self._less_weather()
            self._fewer_plans()
            self._calmer_acts()
        return replace(self.best, tries=self.tries)

    def _less_weather(self) -> None:
        """Do without what a profile has shares of, first all of it, then one kind after the other."""
        profile = self.best.tape.profile
        shares, short = _shares(profile), replace(profile, messages_min=0)
        self._try(replace(self.best.tape, profile=replace(short, **dict.fromkeys(shares, 0.0))))
        for least in (0, profile.messages_min // 2):
            self._try(replace(self.best.tape, profile=replace(self.best.tape.profile, messages_min=least)))
        for share in shares:
            self._try(replace(self.best.tape, profile=replace(self.best.tape.profile, **{share: 0.0})))

    def _fewer_plans(self) -> None:
        """Leave plans out, by halves, quarters and so on down to single ones."""
        width = 32
        while width:
            for group in _groups(_plans(self.best.tape), width):
                profile = self.best.tape.profile
                fewer = replace(profile, messages_min=max(0, profile.messages_min - len(group)))
                without = tuple(sorted({*self.best.tape.without, *group}))
                self._try(replace(self.best.tape, profile=fewer, without=without))
            width //= 2

    def _calmer_acts(self) -> None:
        """Let acts draw what is calm: each with all it set going, then it alone, then draw by draw."""
        for act in sorted(self.best.tape.draws or {}, key=lambda name: (name.count("."), name)):
            if act != ROOT:
                self._calmer({name: None for name in self.best.tape.draws or {} if f"{name}.".startswith(f"{act}.")})
            self._calmer({act: None})
            for place in range(len(self._drawn(act))):
                self._calmer({act: place})

    def _calmer(self, acts: dict[str, int | None]) -> None:
        """Try each calm answer for the draws of *acts*: all of them, or the one at a place."""
        for calm in CALM:
            changed = {act: _with(self._drawn(act), place, calm) for act, place in acts.items()}
            if any(drawn != self._drawn(act) for act, drawn in changed.items()):
                self._try(replace(self.best.tape, draws={**(self.best.tape.draws or {}), **changed}))

    def _drawn(self, act: str) -> list[float]:
        return (self.best.tape.draws or {}).get(act, [])

    def _try(self, tape: Tape) -> None:
        """Keep *tape* if it breaks the same promise and is smaller."""
        if self.tries >= self.tries_max:
            return
        self.tries += 1
        story, recorded = live(tape, self.make)
        size = _size(story, recorded)
        if size < self.size and any(v.kind == self.best.kind for v in story.violations):
            self.best, self.size = replace(self.best, tape=recorded, story=story), size


def _with(drawn: list[float], place: int | None, calm: float) -> list[float]:
    """Put *calm* in place of the wild draws, or of the one at *place*."""
    return [calm if place in {None, n} and draw not in CALM else draw for n, draw in enumerate(drawn)]


def _size(story: Story, tape: Tape) -> Size:
    """Messages the book took, acts behind them, draws that are not calm, and what the profile still asks for."""
    draws = tape.draws or {}
    wild = sum(draw not in CALM for drawn in draws.values() for draw in drawn)
    return story.messages, len(draws), wild, len(_shares(tape.profile)) + tape.profile.messages_min


def _shares(profile: Profile) -> list[str]:
    return [n for n in profile.__struct_fields__ if isinstance(getattr(profile, n), float) and getattr(profile, n)]


def _plans(tape: Tape) -> list[int]:
    named = (act.split(".")[1] for act in tape.draws or {} if act.count(".") >= 1)
    return sorted({int(name[1:]) for name in named if name.startswith("p")})


def _groups(plans: list[int], width: int) -> Iterator[list[int]]:
    return (plans[n : n + width] for n in range(0, len(plans), width))
