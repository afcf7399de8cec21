"""What becomes of a transfer before goods move: requested, released, cancelled; and at last, closed."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.reservation import Place, promised
from tallystick.decisions.view import View
from tallystick.messages.stock import HeldLine, StockReleased, StockReserved, ValuedLine
from tallystick.messages.stocking.transfers import (
    RecallTransfer,
    ShipTransfer,
    TransferClosed,
    TransferLine,
    TransferLost,
    TransferReleased,
    TransferRequested,
)
from tallystick.processes.repeats import booked_already
from tallystick.processes.stocking.shelving import digest_of
from tallystick.processes.stocking.transfer_data import Carried, TransferData, changed_expectation
from tallystick.processes.table import Break, Decision, Step

REQUEST = "request"
Facts = tuple[Struct, ...]


def request(data: TransferData | None, step: Step, view: View) -> Decision:
    """Keep what is wanted. Nothing is held: planning ahead takes nothing from anybody."""
    told: TransferRequested = step.data
    if data is not None:
        return booked_already(data, data.booked[REQUEST] == digest_of(told), f"transfer {data.transfer}")
    lines = tuple(Carried(x.line, x.sku, x.quantity) for x in told.lines)
    fresh = TransferData(told.transfer, told.source, told.target, told.currency, told.expected_on, told.bears, lines)
    return Decision("requested", replace(fresh, booked={REQUEST: digest_of(told)}))


def release(data: TransferData, step: Step, view: View) -> Decision:
    """Reserve at the source what is still to be sent, and tell it to send; without enough of it, nothing happens."""
    told: TransferReleased = step.data
    if data.asked or data.done:
        return Decision("repeated", data)
    wanted = [TransferLine(x.line, x.sku, x.wanted - x.sent) for x in data.lines if x.wanted > x.sent]
    place = Place("", data.source, step.cause.recorded_at)
    promise = promised(wanted, place, view, partial=True)
    held = {x.line: x.held for x in promise.lines if x.held}
    lacking = {x.line: x.quantity - held.get(x.line, 0) for x in wanted if held.get(x.line, 0) < x.quantity}
    answer = {"held": sum(held.values()), "lacking": sum(lacking.values())}
    if not held or (lacking and not told.partial):
        return Decision("short", data, answer=answer)
    lines = tuple(replace(x, held=held.get(x.line, 0), wanted=x.wanted - lacking.get(x.line, 0)) for x in data.lines)
    after = replace(data, lines=lines, asked=True)
    facts = (StockReserved(holder_of(after), after.source, _held(after.lines), holder_of(after)),)
    sent = tuple(TransferLine(x.line, x.sku, x.held) for x in lines if x.held)
    asked = ShipTransfer(after.transfer, after.source, after.target, after.expected_on, sent)
    decision = moved("released", data, after)
    return replace(decision, facts=facts, commands=(asked,), answer=answer)


def cancel(data: TransferData, step: Step, view: View) -> Decision:
    """Let go of what has not left, and tell the source. What is on its way stays so."""
    after, facts = let_go(replace(data, done=True))
    recall = (RecallTransfer(data.transfer, data.source),) if data.asked else ()
    return replace(moved(after.stage(), data, after), facts=facts, commands=recall)


def close(data: TransferData, step: Step, view: View) -> Decision:
    """Give up what is in transit: whoever bears it writes it down."""
    told: TransferClosed = step.data
    after, facts = let_go(replace(data, done=True, final=True))
    recall = (RecallTransfer(data.transfer, data.source),) if data.asked and not data.done else ()
    after, lost = given_up(after, {x.line: x.transit for x in after.lines}, told.reason)
    decision = moved(after.stage(), data, after)
    return replace(decision, facts=(*facts, *lost), commands=recall, explains=("transfer_short", "transfer_overdue"))


def overdue(data: TransferData, step: Step, view: View) -> Decision:
    """The source has had its time: somebody must ask it."""
    units = sum(x.held for x in data.lines)
    text = f"{data.transfer}: {units} units for {data.target} have not left {data.source} in time"
    return Decision("told", data, breaks=(Break("transfer_overdue", text),))


def given_up(data: TransferData, units: dict[int, int], reason: str) -> tuple[TransferData, Facts]:
    """Write down units in transit, by line, at the value they left at; no more than there are."""
    lost = []
    for x in data.lines:
        n = min(units.get(x.line, 0), x.transit)
        if n:
            left, value = x.less(n)
            before = x.gone.get(reason, (0, 0))
            gone = {**x.gone, reason: (before[0] + n, before[1] + value)}
            data = data.with_line(replace(left, gone=gone))
            lost.append(ValuedLine(x.line, x.sku, n, value))
    fact = TransferLost(data.transfer, data.target, data.currency, data.bearer, reason, tuple(lost))
    return data, (fact,) if lost else ()


def let_go(data: TransferData) -> tuple[TransferData, Facts]:
    """Free what is still held at the source."""
    held = _held(data.lines)
    if not held:
        return data, ()
    freed = StockReleased(holder_of(data), data.source, held, holder_of(data))
    return replace(data, lines=tuple(replace(x, held=0) for x in data.lines)), (freed,)


def holder_of(data: TransferData) -> str:
    """Return the name under which a transfer holds units: no order of the same number is meant."""
    return f"transfer/{data.transfer}"


def moved(outcome: str, before: TransferData | None, after: TransferData) -> Decision:
    """Return the decision to go on, telling the target what it may expect otherwise than before."""
    return Decision(outcome, after, tells=changed_expectation(before, after))


def _held(lines: tuple[Carried, ...]) -> tuple[HeldLine, ...]:
    return tuple(HeldLine(x.line, x.sku, x.held) for x in lines if x.held)
