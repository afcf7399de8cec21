"""Whoever judges orders, and the person who looks at the doubtful ones: quick, slow, silent, twice, and of two minds."""

from functools import partial
from typing import Final, get_args

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.availability import AvailabilityRulesDeclared
from tallystick.messages.fulfilment import ShipOrder
from tallystick.messages.partners.screening import (
    OrderScreened,
    Ruling,
    ScreeningRule,
    ScreeningRuled,
    ScreenOrder,
    Verdict,
)
from tallystick.messages.sales import DeadlinePassed, OrderPlaced
from tallystick.processes.family import data_of
from tallystick.processes.folded import Folded
from tallystick.simulator.customers import CHANNELS
from tallystick.simulator.invariants import StepCheck
from tallystick.simulator.weather import DAY, HOUR, MINUTE
from tallystick.simulator.world import World

RULINGS: Final[tuple[Ruling, ...]] = get_args(Ruling)


class Judge:
    """Takes `ScreenOrder`, and says what it thinks of it."""

    def __init__(self, world: World) -> None:
        """Live in *world*; its chance says what silence means."""
        self.world = world
        self.done: dict[str, Struct] = {}
        policies: tuple[Verdict, ...] = get_args(Verdict)
        chance = world.chance
        self.rules = tuple(
            ScreeningRule(c, 1 + int(chance.random() * 70), policies[int(chance.random() * 3)]) for c in CHANNELS
        )

    def declared(self, data: AvailabilityRulesDeclared) -> AvailabilityRulesDeclared:
        """Have rules hold orders too."""
        return replace(data, rules=replace(data.rules, screenings=self.rules))

    def take(self, key: str, command: Struct) -> None:
        """Think about an order, once."""
        if key in self.done or not isinstance(command, ScreenOrder):
            return
        self.done[key] = command
        order, draw = command.order, self.world.chance.random()
        if draw < 0.45:
            self._says(order, "accept")
        elif draw < 0.60:
            self._says(order, "reject")
        elif draw < 0.80:
            self._says(order, "review")
        if self.world.happens(0.15):
            self._says(order, ("accept", "review", "reject")[int(self.world.chance.random() * 3)], DAY)
        if self.world.happens(0.15):
            self._rules(order, 20 * HOUR)

    def committed(self, folded: Folded) -> None:
        """A person looks at what is in doubt, sooner or later; when told twice, certainly."""
        kinds = {b.kind for b in folded.breaks}
        order = folded.message.subject.partition("/")[2]
        if "screening_overdue" in kinds or ("screening_review" in kinds and self.world.happens(0.6)):
            self._rules(order, 3 * DAY)

    def _says(self, order: str, verdict: Verdict, least: int = MINUTE) -> None:
        said = OrderScreened(order, verdict, 50, ("drawn by lot",), "judge")
        later = least + self.world.between(0, (10 * MINUTE, 9 * HOUR)[int(self.world.chance.random() * 2)])
        self.world.after(later, partial(self.world.send, "judge", f"order/{order}", said))

    def _rules(self, order: str, most: int) -> None:
        ruled = ScreeningRuled(order, RULINGS[int(self.world.chance.random() * 2)], "looked at")
        self.world.after(self.world.between(MINUTE, most), partial(self.world.send, "clerk", f"order/{order}", ruled))


class HoldCheck:
    """Follows who was cleared and who was refused, by what was said to the book, and not by what the book made of it."""

    def __init__(self, check: StepCheck, judge: Judge) -> None:
        """Report to *check*."""
        self.check, self.otherwise = check, {r.channel: r.otherwise for r in judge.rules}
        self.held: dict[str, str] = {}
        """Channel of each order that must be held, by subject."""
        self.said: dict[str, str] = {}

    def committed(self, folded: Folded) -> None:
        """Nothing is asked of a location for an order that nobody has cleared."""
        subject, data = folded.message.subject, folded.message.data
        if isinstance(data, OrderPlaced) and folded.outcome in {"reserved", "cut", "ranked"}:
            rule = self.check.book.loaded.rules(folded.message.recorded_at).screening(data.channel)
            if rule is not None:
                self.held[subject] = data.channel
            if (rule is not None) != any(isinstance(c, ScreenOrder) for c in folded.commands):
                self.check.found("unasked", f"{subject}: is held: {rule is not None}, and {folded.commands}")
        # A deadline that rings in vain says nothing.
        verdict = self._verdict(subject, data) if folded.outcome != "ignored" else ""
        if verdict and subject in self.held:
            self.said.setdefault(subject, verdict)
        asked = any(isinstance(c, ShipOrder) for c in folded.commands)
        if asked and subject in self.held and self.said.get(subject) != "accept":
            self.check.found("held_shipped", f"{subject}: its location was asked, and nobody had cleared it")

    def at_the_end(self) -> None:
        """What was refused holds nothing."""
        for subject, verdict in self.said.items():
            family = self.check.book.loaded.families[subject]
            data = data_of(family, "order")
            if verdict == "reject" and data.kept_lines():
                self.check.found("refused_holds", f"{subject} was refused and is {family['order'].state}")
            if verdict == "accept" and data.unscreened and data.kept_lines():
                self.check.found("cleared_held", f"{subject} was cleared, and is held")

    def _verdict(self, subject: str, data: Struct) -> str:
        if isinstance(data, OrderScreened):
            return data.verdict if data.verdict != "review" else ""
        if isinstance(data, ScreeningRuled):
            return data.ruling
        if isinstance(data, DeadlinePassed) and data.member == "screening" and self._is_current(subject, data):
            otherwise = self.otherwise[self.held[subject]]
            return otherwise if otherwise != "review" else ""
        return ""

    def _is_current(self, subject: str, data: DeadlinePassed) -> bool:
        """A deadline of a version that has moved on means nothing."""
        member = self.check.book.loaded.families[subject].get("screening")
        return member is not None and member.version == data.version + 1
