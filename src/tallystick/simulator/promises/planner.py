"""The planner: sets rules of what may be promised, fences units for channels, and announces goods that come, or do not."""

from datetime import date, timedelta
from functools import partial
from typing import get_args

from msgspec.structs import replace

from tallystick.messages.availability import (
    AllocationLine,
    AllocationRequested,
    AvailabilityRulesDeclared,
    ChannelRule,
    Exclusion,
    InboundAnnounced,
    InboundCancelled,
    InboundLine,
    Rules,
    SafetyRule,
)
from tallystick.messages.oversells import OversellRule, Policy
from tallystick.messages.sales import OrderCancellationRequested
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.processes.folded import Folded
from tallystick.processes.holding import claims_of
from tallystick.processes.members import RULES_SUBJECT
from tallystick.simulator.customers import CHANNELS, LOCATIONS, SKUS
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import BEGIN, World


class Planner:
    """Whoever decides what may be promised, and knows what is on its way."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.made = 0

    def rules(self) -> None:
        """Put rules in force: mild ones, so that something is left to promise."""
        chance = self.world.chance
        rules = Rules(
            safety=(SafetyRule(int(chance.random() * 2)), SafetyRule(1, sku="LAMP", location="WH1")),
            channels=(
                ChannelRule("web", buffer=int(chance.random() * 2), incoming_days=int(chance.random() * 15)),
                ChannelRule("market", oversell=int(chance.random() * 3), threshold=int(chance.random() * 3)),
            ),
            exclusions=(Exclusion("market", "WH2"),) if chance.random() < 0.2 else (),
            oversells=(self._oversells("web"), self._oversells("market")),
        )
        self.world.send("planner", RULES_SUBJECT, AvailabilityRulesDeclared(rules))

    def _oversells(self, channel: str) -> OversellRule:
        """What becomes of orders that the channel has sold already, ranked among each other or not."""
        chance = self.world.chance
        policy = get_args(Policy)[int(chance.random() * 3)]
        return OversellRule(channel, policy, int(HOUR * chance.random()) if chance.random() < 0.5 else 0)

    def fences(self) -> None:
        """Keep units for a channel, move them to the other, or set them free."""
        chance = self.world.chance
        self.made += 1
        name = f"F{self.made}"
        sides = (("", CHANNELS[0]), ("", CHANNELS[1]), CHANNELS, (CHANNELS[0], ""))[int(chance.random() * 4)]
        line = AllocationLine(1, SKUS[int(chance.random() * 3)], 1 + int(chance.random() * 6))
        location = LOCATIONS[int(chance.random() * 2)]
        asked = AllocationRequested(name, location, (line,), *sides, partial=chance.random() < 0.4)
        self.world.send_named("planner", f"allocation/{name}", asked)

    def expects(self) -> None:
        """Announce goods; then they come in time, late, in parts, first, never, or more are announced."""
        world, chance = self.world, self.world.chance
        self.made += 1
        name, days = f"I{self.made}", int(chance.random() * 6)
        lines = tuple(InboundLine(n, SKUS[int(chance.random() * 3)], 1 + int(chance.random() * 6)) for n in range(1, 3))
        told = InboundAnnounced(name, LOCATIONS[int(chance.random() * 2)], self._day(days), lines)
        self._tell(told)
        draw = chance.random()
        if draw < 0.4:
            self._arrives(told, world.between(0, days * DAY + HOUR), lines)
        elif draw < 0.75:
            self._arrives(told, world.between(0, 8 * DAY), lines[:1])
            self._arrives(told, world.between(0, 12 * DAY), lines[1:])
        if world.happens(0.35):
            again = replace(told, expected_on=self._day(days + 3), lines=lines[: 1 + int(chance.random() * 2)])
            world.after(world.between(HOUR, 10 * DAY), partial(self._tell, again))
        if world.happens(0.25):
            world.after(world.between(HOUR, 10 * DAY), partial(self._tell, InboundCancelled(name, "sold out")))

    def committed(self, folded: Folded) -> None:
        """Goods that somebody waits for have not come: buy some in, or let them go; nobody waits for ever."""
        if any(b.kind == "backorder_overdue" for b in folded.breaks):
            world, subject = self.world, folded.message.subject
            if world.happens(0.6):
                world.after(world.between(HOUR, DAY), partial(self._buys_in, subject))
            world.after(world.between(2 * DAY, 5 * DAY), partial(self._gives_up, subject))

    def _buys_in(self, subject: str) -> None:
        for claim in claims_of(subject, self.world.book.loaded.families[subject]):
            self.made += 1
            sku, location = claim.shelf
            owed = self.world.book.loaded.layer(sku, location).owed
            line = ReceiptLine(1, sku, owed + 3, (owed + 3) * 410)
            self.world.truth.units[sku, location] += line.quantity
            report = ReceiptReported(f"r-{self.made}", location, "EUR/2", "supplier", (line,))
            self.world.send("dock", f"stock/r-{self.made}", report)

    def _gives_up(self, subject: str) -> None:
        if claims_of(subject, self.world.book.loaded.families[subject]):
            order = subject.partition("/")[2]
            self.world.send("service", subject, OrderCancellationRequested(order, "it does not come"))

    def _day(self, days: int) -> date:
        return (BEGIN + timedelta(seconds=self.world.now, days=days)).date()

    def _tell(self, told: InboundAnnounced | InboundCancelled) -> None:
        self.world.send("planner", f"inbound/{told.inbound}", told)

    def _arrives(self, told: InboundAnnounced, seconds: int, lines: tuple[InboundLine, ...]) -> None:
        self.world.after(seconds, partial(self._receives, told, lines))

    def _receives(self, told: InboundAnnounced, lines: tuple[InboundLine, ...]) -> None:
        """The goods are here, and the receipt names their announcement."""
        self.made += 1
        came = tuple(ReceiptLine(x.line, x.sku, x.quantity, x.quantity * 410) for x in lines)
        for x in came:
            self.world.truth.units[x.sku, told.location] += x.quantity
        report = ReceiptReported(f"r-{self.made}", told.location, "EUR/2", "supplier", came, inbound=told.inbound)
        self.world.send("dock", f"inbound/{told.inbound}", report)
