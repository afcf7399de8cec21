"""A rush: thousands of buyers over four channels want a hundred lamps; a third of the payments come to nothing."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random

import msgspec
from msgspec import Struct

from tallystick.decisions.availability import Question, availability
from tallystick.decisions.promises.fences import changes_of, with_change
from tallystick.decisions.rulebook import FREE
from tallystick.engine.answer import Answer, Status, Unit
from tallystick.engine.collector import Collector
from tallystick.engine.timers import Deadlines
from tallystick.journal.layer import Layer, effects
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import PaymentAuthorised, PaymentDeclined
from tallystick.messages.reservations import ReservationRequested, WantedLine
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine
from tallystick.posting.table import TABLE
from tallystick.storage.reading.facts import decode_facts
from tallystick.storage.timers import Timers
from tests.engine.conftest import NOW, Stand, unit

CHANNELS = ("web", "market", "app", "phone")
LAMPS = 100
FAILING = 0.3
CROWD = 1000
"""Buyers that press the button at the same moment."""


class Outcome(Struct):
    """What became of a rush: units that left, units still on the shelf, refusals that were wrong when they were made."""

    sent: int
    left: int
    falsely_refused: int
    tries: int


class Rush:
    """One rush over one book."""

    def __init__(self, stand: Stand, collector: Collector, clock: Deadlines, seed: int) -> None:
        """Let buyers in through *collector*; *clock* lets go of what nobody paid for."""
        self.stand, self.collector, self.clock = stand, collector, clock
        self.chance = Random(seed)
        self.prefix, self.tries, self.sent = f"R{seed}", 0, 0

    async def runs(self, buyers: int) -> Outcome:
        """Let everybody try at once, crowd by crowd; who was refused comes again as long as there is a lamp."""
        waiting = list(range(buyers))
        while waiting:
            turned_away: list[int] = []
            for first in range(0, len(waiting), CROWD):
                crowd = waiting[first : first + CROWD]
                served = await asyncio.gather(*(self.buys(n) for n in crowd))
                turned_away += [n for n, is_served in zip(crowd, served, strict=True) if not is_served]
                await self.clock.run_once(NOW + timedelta(days=1))
            if sum(await self.stand.stock()) == 0:
                break
            waiting = turned_away
        left, _ = await self.stand.stock()
        return Outcome(self.sent, left, await false_refusals(self.stand), self.tries)

    async def buys(self, buyer: int) -> bool:
        """One buyer tries: with a basket first or at once, one lamp or two in two lines; then pays, or does not."""
        self.tries += 1
        name, channel = f"{self.prefix}-{self.tries}", CHANNELS[buyer % 4]
        lines = tuple(OrderLine(n, "LAMP", 1, 1200) for n in range(1, 2 + (buyer % 7 == 0)))
        reservation = ""
        if buyer % 3 == 0:
            wanted = tuple(WantedLine(x.line, x.sku, x.quantity) for x in lines)
            held = await self.says(name, "held", ReservationRequested(name, "1", channel, "WH1", wanted, 60))
            if held.outcome == "refused" or self.chance.random() < FAILING / 2:
                return held.outcome != "refused"
            reservation = "1"
        placed = OrderPlaced(name, channel, "WH1", "EUR/2", "stripe", lines, reservation=reservation)
        answer = await self.says(name, "placed", placed)
        if answer.outcome != "reserved":
            return False
        await self.pays(name, lines)
        return True

    async def pays(self, name: str, lines: Sequence[OrderLine]) -> None:
        """Pay and be sent the lamps; or be declined; or think better of it and say nothing."""
        draw = self.chance.random()
        if draw < FAILING / 2:
            return
        if draw < FAILING:
            await self.says(name, "declined", PaymentDeclined(name, "no funds"))
            return
        await self.says(name, "paid", PaymentAuthorised(name, "stripe", 1200 * len(lines)))
        parcel = tuple(HeldLine(x.line, x.sku, x.quantity) for x in lines)
        await self.says(name, "sent", DispatchReported(name, f"S-{name}", parcel))
        self.sent += len(lines)

    async def says(self, name: str, what: str, data: msgspec.Struct) -> Answer:
        """Send one report through the collector, as the door does."""
        (answer,) = await self.collector.submit(unit(f"order/{name}", data, f"{name}/{what}"))
        assert answer.status is Status.ACCEPTED, answer
        return answer


async def rush(stand: Stand, seed: int, opening: Sequence[Unit]) -> Rush:
    """Put the lamps on the shelf, fence some, and open the doors."""
    gate = await stand.gate()
    await gate.flush(opening)
    return Rush(stand, Collector(gate), Deadlines(Timers(await stand.connection()), gate), seed)


async def false_refusals(stand: Stand) -> int:
    """Follow the book event by event, and count refusals of what could have been promised at that very moment."""
    layer, wrong = Layer(), 0
    for event in await stand.sql.fetch("select body, facts, answer from event order by id"):
        answer, body = msgspec.json.decode(event["answer"]), msgspec.json.decode(event["body"])
        if answer["outcome"] == "refused" and "channel" in body:
            wanted = sum(x["quantity"] for x in body["lines"])
            found = availability(layer, FREE, Question(body["channel"], NOW.date()))
            wrong += found.promisable >= wanted
        for fact in decode_facts(event["facts"]):
            for change in changes_of(fact):
                layer.plans = with_change(layer.plans, change)
            moved: Counter[str] = Counter()
            for posting in TABLE.post(fact):
                for _, _, column, number in effects(posting):
                    moved[column] += number
            for column, number in moved.items():
                setattr(layer, column, getattr(layer, column) + number)
    return wrong
