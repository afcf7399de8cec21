"""The town: the world's clock and post, with every fault written down. One fault a message, so that each can be judged."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random

from msgspec import Struct

from tallystick.messages.envelope import Message
from tallystick.processes.folded import Folded
from tallystick.simulator.estate.fates import fate_of
from tallystick.simulator.estate.faults import Fault, FaultLog
from tallystick.simulator.memory_book import Crash, CrashPoint, MemoryBook
from tallystick.simulator.weather import DAY, HOUR, MINUTE, Profile
from tallystick.simulator.world import BEGIN, Call, World

ASKED_AGAIN_SECONDS = 10 * MINUTE


class Outage(Struct, frozen=True):
    """A partner that cannot be reached, and says nothing, for some hours."""

    start: int
    end: int
    fault: Fault


class Town(World):
    """A world that knows what went wrong. `listeners` hear of everything that was committed."""

    def __init__(self, chance: Random, profile: Profile, book: MemoryBook) -> None:
        """Start with nothing wrong."""
        super().__init__(chance, profile, book)
        self.log = FaultLog()
        self.listeners: list[Callable[[Folded], None]] = []
        self.outages: dict[str, list[Outage]] = {}

    @property
    def lies(self) -> bool:
        """Draw whether somebody takes a chance to lie."""
        return self.happens(self.profile.lying)

    @property
    def today(self) -> date:
        """The day it is."""
        return self.moment().date()

    def at_hour(self, day: int, hour: float, do: Callable[[], None]) -> None:
        """Do something at an hour of a day; day 0 is the first."""
        midnight = int((BEGIN.replace(hour=0) - BEGIN).total_seconds())
        self.after(midnight + day * DAY + hour * HOUR - self.now, do)

    def goes_down(self, partner: str, start: int, seconds: int) -> None:
        """Let a partner be away for a while."""
        fault = self.log.absorbed("partner_down", f"partner/{partner}")
        self.outages.setdefault(partner, []).append(Outage(start, start + seconds, fault))

    def send(self, source: str, subject: str, data: Struct, then: Callable[[], None] | None = None) -> None:
        """Send a report, as true as it is, on a way that may be bad."""
        self._sent += 1
        name, fate = str(self._sent), fate_of(data, self.chance, self.profile)
        if fate.kind == "message_contradicted":
            self.log.shown(fate.kind, {("conflicting_report", subject): 0}, subject)
        elif fate.kind:
            self.log.absorbed(fate.kind, subject, message=(source, name))
        seconds = 1 + int(self.chance.random() * 20) + fate.seconds_late
        away = self._away(source)
        if away:
            seconds += away.end - self.now
            away.fault.subjects.add(subject)
        call = Call(source, name, subject, fate.first or data, self.moment() + timedelta(hours=fate.hours_off), then)
        self.after(seconds, partial(self._bring, call, fate.crash))
        if fate.again_seconds:
            again = call
            if fate.kind != "message_doubled":
                again = Call("backfill", f"{source}/{name}", subject, fate.second or data, call.at)
            self.after(seconds + fate.again_seconds, partial(self._bring, again, None))

    def send_and_contradict(self, source: str, subject: str, data: Struct, other: Struct) -> None:
        """Send a report and, once it is booked, the same said otherwise."""
        said = False

        def contradict() -> None:
            nonlocal said
            if not said:
                said = True
                self.log.shown("message_contradicted", {("conflicting_report", subject): 0}, subject)
                self.after(HOUR, partial(self.send, source, subject, other))

        self.send(source, subject, data, contradict)

    def committed(self, folded: Folded) -> None:
        """Let those who listen hear of it."""
        super().committed(folded)
        for hears in self.listeners:
            hears(folded)

    def _away(self, partner: str) -> Outage | None:
        return next((o for o in self.outages.get(partner, ()) if o.start <= self.now < o.end), None)

    def _bring(self, call: Call, crash: CrashPoint | None) -> None:
        message = Message(call.source, call.id, call.subject, call.data, b"", call.at, call.at.date(), self.moment())
        try:
            answer = self.book.deliver(message, crash)
        except Crash:
            self.book.restart()
            self.after(self.profile.retry_seconds, partial(self._bring, call, None))
        else:
            self.on_answer(call, answer)
            if call.then is not None and answer.status.is_settled:
                call.then()  # More than once, where the message came twice.

    def _pump(self, subject: str) -> None:
        """Push the open commands of one subject in order; what is lost, slow or away is tried again."""
        self._pumping.discard(subject)
        rows = self.book.outbox[subject]
        while rows:
            row, log = rows[0], self.log
            away = self._away(_partner(row.command))
            if away:
                away.fault.subjects.add(subject)
                return self._pump_soon(subject, ASKED_AGAIN_SECONDS)
            draw, profile = self.chance.random(), self.profile
            if draw < profile.lost:
                log.absorbed("command_lost", subject)
                return self._pump_soon(subject, profile.retry_seconds)
            self.partners[type(row.command)].take(row.key, row.command)
            if draw < profile.lost + profile.slow:
                log.absorbed("partner_slow", subject)  # It has done it; we gave up waiting for its word.
                return self._pump_soon(subject, profile.retry_seconds)
            if draw < profile.lost + profile.slow + profile.crashing:
                log.absorbed("crash_before_marking", subject)
                self.book.restart()
                return self._pump_soon(subject, profile.retry_seconds)
            self.book.pushed(row)
        return None


def _partner(command: Struct) -> str:
    """Return the partner a command is for: a provider, a location, or the channel of the order."""
    return str(getattr(command, "provider", "") or getattr(command, "location", ""))
