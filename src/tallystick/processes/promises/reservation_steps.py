"""The decisions of a reservation: hold, confirm, extend, move, let go, and hand over to the order."""

from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.holding import Freed, Holding, freed_facts, kept_facts
from tallystick.decisions.reservation import Place, Promise, lines_without_stock, promised
from tallystick.decisions.view import View
from tallystick.messages.reservations import (
    KeptLine,
    OfferHeld,
    ReservationRequested,
    ReservationTransferRequested,
    WantedLine,
)
from tallystick.processes.table import Decision, Step

ORDER = "order"


class ReservationData(Struct, frozen=True, omit_defaults=True):
    """What is held, for which channel and where; nothing any more once the reservation has ended."""

    order: str
    channel: str
    location: str
    lines: tuple[KeptLine, ...] = ()

    def holding(self, holder: str) -> Holding:
        """What is held, as the facts name it."""
        return Holding(self.order, self.location, self.channel, self.lines, holder)


def hold(_: None, step: Step, view: View) -> Decision:
    """Hold all lines, or what is there on request, for a while."""
    asked: ReservationRequested = step.data
    place = Place(asked.channel, asked.location, step.cause.recorded_at)
    promise = promised(asked.lines, place, view, partial=asked.partial)
    lacking, data = lines_without_stock(promise), ReservationData(asked.order, asked.channel, asked.location)
    lines = tuple([x for x in promise.lines if x.held or x.owed])
    if not lines or (lacking and not asked.partial):
        return Decision("refused", data, answer={"lines_without_stock": lacking})
    data = replace(data, lines=lines)
    answer = _told(promise) | _expiry(step, asked.seconds)
    return Decision("held", data, kept_facts(data.holding(step.member)), answer=answer, within_seconds=asked.seconds)


def confirm(data: ReservationData, step: Step, view: View) -> Decision:
    """Hold it until somebody says otherwise."""
    return Decision("confirmed", data)


def extend(data: ReservationData, step: Step, view: View) -> Decision:
    """Hold it for longer, counted from now."""
    seconds: int = step.data.seconds
    return Decision("extended", data, answer=_expiry(step, seconds), within_seconds=seconds)


def let_go(data: ReservationData, step: Step, view: View) -> Decision:
    """The units are free again."""
    return Decision("released", replace(data, lines=()), freed_facts(data.holding(step.member)))


def expire(data: ReservationData, step: Step, view: View) -> Decision:
    """Nobody confirmed, extended or ordered in time."""
    return replace(let_go(data, step, view), outcome="expired")


def transfer(data: ReservationData, step: Step, view: View) -> Decision:
    """Hold the same units elsewhere or for another channel, in one step; where that cannot be, all stays as it is."""
    asked: ReservationTransferRequested = step.data
    here = data.holding(step.member)
    place = Place(asked.channel or data.channel, asked.location or data.location, step.cause.recorded_at)
    wanted = [WantedLine(x.line, x.sku, x.held + x.owed) for x in data.lines]
    promise = promised(wanted, place, Freed(view, here))
    if lines_without_stock(promise):
        return Decision("refused", data, answer={"lines_without_stock": promise.lacking})
    after = replace(data, channel=place.channel, location=place.location, lines=promise.lines)
    facts = (*freed_facts(here), *kept_facts(after.holding(step.member)))
    return Decision("transferred", after, facts, answer=_told(promise))


def offer(data: ReservationData | None, step: Step, view: View) -> Decision:
    """Offer what is held to the order that names this reservation; the order answers, and takes it or leaves it."""
    held = data or ReservationData(step.data.order, step.data.channel, step.data.location)
    told = OfferHeld(step.data, held.channel, held.location, held.lines)
    return Decision("offered", data, tells=((ORDER, told),), passes_on=True)


def handed_over(data: ReservationData, step: Step, view: View) -> Decision:
    """The order holds it now."""
    return Decision("used", replace(data, lines=()))


def _told(promise: Promise) -> dict[str, Any]:
    told: dict[str, Any] = {"held": {str(x.line): x.held for x in promise.lines}}
    if any(x.owed for x in promise.lines):
        told["owed"] = {str(x.line): x.owed for x in promise.lines if x.owed}
    if promise.lacking:
        told["lines_without_stock"] = promise.lacking
    return told


def _expiry(step: Step, seconds: int) -> dict[str, Any]:
    return {"expires_at": (step.cause.recorded_at + timedelta(seconds=seconds)).isoformat()}
