"""The verdict: each fault absorbed or shown, or missed; and each exception that no fault stands behind."""

from collections import Counter

from msgspec import Struct, field

from tallystick.simulator.estate.faults import ABSORBED, Exception_, Fault, FaultLog
from tallystick.simulator.memory_book import MemoryBook


class Verdict(Struct):
    """What became of the faults of one history, or of many: by kind of fault, and word by word where it went wrong."""

    absorbed: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    missed: list[str] = []
    false_alarms: list[str] = []
    happenings: int = 0
    exceptions: int = 0

    @property
    def faults(self) -> int:
        """How many faults were put in."""
        return self.absorbed.total() + self.shown.total() + len(self.missed)

    def add(self, other: "Verdict") -> None:
        """Take in another history's."""
        self.absorbed.update(other.absorbed)
        self.shown.update(other.shown)
        self.missed = self.missed + other.missed
        self.false_alarms = self.false_alarms + other.false_alarms
        self.happenings += other.happenings
        self.exceptions += other.exceptions


def verdict(log: FaultLog, book: MemoryBook) -> Verdict:
    """Compare the log of faults with the exceptions the book raised."""
    raised = exceptions_of(book)
    found = Verdict(happenings=len(log.happenings), exceptions=len(raised))
    waiting = _waiting(book)
    expected = dict(log.happenings)
    for fault in log.faults:
        expected.update(fault.expects)
        why = _missed(fault, raised, book, waiting)
        if why:
            found.missed.append(f"{fault.kind}: {why}")
        else:
            (found.absorbed if fault.kind in ABSORBED else found.shown)[fault.kind] += 1
    allowed = {(kind, subject) for f in log.faults for subject in f.subjects for kind in f.allows}
    for exception in sorted(raised.keys() - expected.keys() - allowed):
        found.false_alarms.append(f"{exception[0]}: {exception[1]}, {raised[exception]} at stake")
    for exception, amount in log.happenings.items():
        if raised.get(exception) != amount:
            found.missed.append(f"{exception[0]}: {exception[1]}")
    return found


def exceptions_of(book: MemoryBook) -> dict[Exception_, int]:
    """Return every break the book raised, by kind and subject, with what is at stake in the end."""
    raised: dict[Exception_, int] = {}
    for folded in book.entries:
        for b in folded.breaks:
            key = (b.kind, folded.message.subject)
            raised[key] = raised.get(key, 0) + b.amount
    return raised


def _missed(fault: Fault, raised: dict[Exception_, int], book: MemoryBook, waiting: set[tuple[str, str]]) -> str:
    """Say what did not become of a fault that should have; nothing, where all of it did."""
    for exception, amount in fault.expects.items():
        if exception not in raised:
            return f"no {exception[0]} on {exception[1]}"
        if raised[exception] != amount:
            return f"{exception[0]} on {exception[1]} says {raised[exception]}, not {amount}"
    if fault.message and (fault.message in waiting or fault.message not in book.answers):
        return f"message {'/'.join(fault.message)} of {', '.join(sorted(fault.subjects))} had no effect"
    return ""


def _waiting(book: MemoryBook) -> set[tuple[str, str]]:
    held = [m for messages in (*book.held.values(), *book.parked.values()) for m in messages]
    return {(m.source, m.id) for m in (*held, *book.inbox)}
