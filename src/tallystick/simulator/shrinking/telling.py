"""A history told in the shop's words: who said what, what the weather did to it, and what the book answered."""

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.app.telling import gist, title
from tallystick.engine.answer import Answer, Status
from tallystick.messages.catalogue import CATALOGUE
from tallystick.simulator.history import Run, Story, lived
from tallystick.simulator.memory_book import CURRENCY, CrashPoint
from tallystick.simulator.shrinking.tape import Make, Tape, TapedRun
from tallystick.simulator.weather import Profile, Weather
from tallystick.simulator.world import Call, Partner, World

LATE_SECONDS: Final = 60
"""What takes no longer is not worth a word."""
Say = Callable[[str], None]


class Told(Struct, frozen=True):
    """A story and its lines."""

    story: Story
    lines: tuple[str, ...]


def tell(tape: Tape, make: Make = TapedRun) -> Told:
    """Live the history of *tape* once more, by the runner that *make* makes, and write down what happens."""
    run = make(tape)
    teller = _Teller(run)
    story = lived(run)
    at_the_end = [f"{'at the end':16}! {v.kind}: {v.detail}" for v in story.violations[teller.found :]]
    return Told(story, (*teller.lines, *at_the_end))


class _Teller:
    """Listens to a run from all sides."""

    def __init__(self, run: Run) -> None:
        self.run, self.lines, self.found = run, list[str](), 0
        world = run.world
        self._deliver, self._answered = world.deliver, world.on_answer
        world.deliver = self.deliver  # type: ignore[method-assign]
        world.on_answer = self.answered
        world.weather = _Heard(world, self.say)
        world.partners = {kind: _Listening(partner, self) for kind, partner in world.partners.items()}

    def say(self, text: str) -> None:
        """Write a line under the hour, and whatever promise was broken since the last one above it."""
        broken = self.run.check.violations[self.found :]
        self.found += len(broken)
        self.lines += [f"{'':16}! step {v.step} breaks {v.kind}: {v.detail}" for v in broken]
        self.lines.append(f"{self.run.world.moment():%d %b %H:%M}    {text}")

    def deliver(self, call: Call) -> None:
        """Say what is delivered; `answered` goes on from here, and a crash says so itself."""
        kind = title(CATALOGUE.of(type(call.data)).type)
        late = int((self.run.world.moment() - call.at).total_seconds())
        delay = f", on its way for {_span(late)}" if late > LATE_SECONDS else ""
        said = gist(msgspec.to_builtins(call.data), CURRENCY)
        self.say(f"{call.source}: {kind} ({call.subject}){': ' + said if said else ''}{delay}")
        self._deliver(call)

    def answered(self, call: Call, answer: Answer) -> None:
        """Say what the book answered."""
        again = " to what it had heard before" if answer.status is Status.DUPLICATE else ""
        told = ", ".join(filter(None, [answer.outcome, answer.state])) or answer.reason
        self.say(f"    the book answers{again}: {answer.status}, {told}")
        self._answered(call, answer)


class _Heard(Weather):
    """Weather that says what it does."""

    def __init__(self, world: World, say: Say) -> None:
        super().__init__(world.chance, world.profile)
        self._profile_told: Profile = world.profile
        self._say = say

    def crash(self) -> CrashPoint | None:
        """See `Weather.crash`."""
        point = super().crash()
        if point is not None:
            wait = _span(self._profile_told.retry_seconds)
            self._say(f"    the process dies {point}: nobody is answered; it comes back, the sender repeats in {wait}")
        return point

    def is_lost(self) -> bool:
        """See `Weather.is_lost`."""
        lost = super().is_lost()
        if lost:
            self._say(f"    a command is lost on its way; once more in {_span(self._profile_told.retry_seconds)}")
        return lost

    def crashes_in_push(self) -> bool:
        """See `Weather.crashes_in_push`."""
        crashed = super().crashes_in_push()
        if crashed:
            self._say(f"    the process dies {CrashPoint.BEFORE_MARKING}: it will be pushed again")
        return crashed


class _Listening:
    """A partner, and what it is asked to do."""

    def __init__(self, partner: Partner, teller: _Teller) -> None:
        self._partner, self._teller = partner, teller

    def take(self, key: str, command: Struct) -> None:
        """See `Partner.take`."""
        said = gist(msgspec.to_builtins(command), CURRENCY)
        order = getattr(command, "order", "")
        about = f" ({order})" if order else ""
        self._teller.say(f"    ↳ {title(CATALOGUE.of(type(command)).type)}{about}{': ' + said if said else ''}")
        self._partner.take(key, command)


def _span(seconds: int) -> str:
    """Write a span of time by its largest unit: `5 min`, `2 h`, `3 days`."""
    for unit, name in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{round(seconds / unit, 1):g} {name}"
    return f"{seconds} s"
