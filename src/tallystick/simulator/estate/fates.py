"""What becomes of one message on its way: mostly nothing, otherwise one fault, so that each can be judged by itself."""

from random import Random

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, ChargebackReported, RefundReported, SettlementReported
from tallystick.messages.returns import LossClaimed, ReturnReceived
from tallystick.processes.records.statements import KINDS as STATEMENTS
from tallystick.simulator.memory_book import CrashPoint
from tallystick.simulator.weather import DAY, HOUR, MINUTE, Profile

CRASHES = {
    "crash_before_fold": CrashPoint.BEFORE_FOLD,
    "crash_before_commit": CrashPoint.BEFORE_COMMIT,
    "crash_before_answer": CrashPoint.BEFORE_ANSWER,
}
CONTRADICTED_SHARE = 0.5


class Fate(Struct, frozen=True):
    """How late a message is, by how much its sender's clock is off, where we die of it, and when it comes again.

    *first* and *second* are what it says the first and the second time, where that is not what is true.
    """

    kind: str = ""
    seconds_late: int = 0
    hours_off: int = 0
    crash: CrashPoint | None = None
    again_seconds: int = 0
    first: Struct | None = None
    second: Struct | None = None


def fate_of(data: Struct, chance: Random, profile: Profile) -> Fate:
    """Draw the fate of a message that says *data*."""
    kind = _kind(chance, profile)
    if not kind:
        return Fate()
    if kind in CRASHES:
        return Fate(kind, crash=CRASHES[kind])
    if kind in {"clock_off", "wrong_zone"}:
        hours = 1 if kind == "clock_off" else 2 + int(chance.random() * 10)
        return Fate(kind, hours_off=hours if chance.random() < 0.5 else -hours)
    if kind == "message_backfilled":
        return _repeated(data, chance)
    if kind == "message_doubled":
        return Fate(kind, again_seconds=_between(chance, 1, HOUR))
    late = {
        "message_lost": profile.retry_seconds * (1 + int(chance.random() * 3)),
        "message_late_minutes": _between(chance, MINUTE, 30 * MINUTE),
        "message_late_a_day": _between(chance, 20 * HOUR, 26 * HOUR),
    }
    return Fate(kind, seconds_late=late[kind])


def _kind(chance: Random, profile: Profile) -> str:
    draw = chance.random()
    for share, kind in (
        (profile.lost, "message_lost"),
        (profile.doubled, "message_doubled"),
        (profile.reordered, "message_late_minutes"),
        (profile.delayed, "message_late_a_day"),
        (profile.backfilled, "message_backfilled"),
        (profile.clocks, "clock_off"),
        (profile.clocks, "wrong_zone"),
        *((profile.crashing, kind) for kind in CRASHES),
    ):
        if draw < share:
            return kind
        draw -= share
    return ""


def _repeated(data: Struct, chance: Random) -> Fate:
    """A backfill by pull says it again under another id: the same, or otherwise; a statement is corrected so."""
    again = _between(chance, HOUR, DAY)
    other = contradiction(data) if chance.random() < CONTRADICTED_SHARE else None
    if other is None:
        return Fate("message_backfilled", again_seconds=again)
    if isinstance(data, STATEMENTS):
        return Fate("statement_corrected", again_seconds=again, first=other)
    return Fate("message_contradicted", again_seconds=again, second=other)


def contradiction(data: Struct) -> Struct | None:
    """Return the same report saying something else under the same business key; None where that cannot be seen."""
    if isinstance(data, CaptureReported | RefundReported | ChargebackReported):
        return replace(data, amount=data.amount + 1)
    if isinstance(data, SettlementReported):
        return replace(data, gross=data.gross + 1)
    if isinstance(data, DispatchReported | LossClaimed | ReturnReceived):
        first = data.lines[0]
        return replace(data, lines=(replace(first, quantity=first.quantity + 1), *data.lines[1:]))
    if isinstance(data, STATEMENTS):
        return _misprinted(data)
    return None


def _misprinted(statement: Struct) -> Struct | None:
    """A statement as it was printed first: a line or a receipt is missing."""
    for name in ("lines", "receipts"):
        lines = getattr(statement, name, ())
        if lines:
            return replace(statement, **{name: lines[1:]})
    return None


def _between(chance: Random, low: int, high: int) -> int:
    return low + int(chance.random() * (high - low))
