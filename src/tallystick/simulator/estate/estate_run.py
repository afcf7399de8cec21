"""One history of the estate: its weeks, its faults, and the verdict on what was found of them."""

from functools import partial
from random import Random
from typing import Final

from msgspec import Struct

from tallystick.engine.answer import Answer
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.simulator.estate.channels import BAZAAR
from tallystick.simulator.estate.controller import Controller, Practice
from tallystick.simulator.estate.depot import WAREHOUSE
from tallystick.simulator.estate.faults import Fault
from tallystick.simulator.estate.partners import settled_in
from tallystick.simulator.estate.people import HOT, PROVIDER, SKUS
from tallystick.simulator.estate.tills import SHOPS
from tallystick.simulator.estate.town import Town
from tallystick.simulator.estate.verdict import Verdict, verdict
from tallystick.simulator.history import Story
from tallystick.simulator.invariants import StepCheck, Violation, final_violations
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.money import check_commands, check_money, check_rest
from tallystick.simulator.weather import DAY, HOUR, Profile
from tallystick.simulator.world import Call, Endless

LAST_DAY, JUDGEMENT_DAY = 40, 46
SELLING_DAYS: Final = (3, 4, 5)
PROMOTION: Final = 4
STATEMENT_NIGHTS: Final = (4, 8, 20, LAST_DAY)
RECONCILIATION_DAYS: Final = (8, 13, 24, JUDGEMENT_DAY)
ORDERS: Final = 4
HOT_UNITS: Final = 5
NIGHT: Final = 24 - 1 / 3600
DOWN_SHARE: Final = (WAREHOUSE, PROVIDER, BAZAAR, "north")

HONEST: Final = Profile(lost=0, doubled=0, reordered=0, delayed=0, crashing=0, backfilled=0)
LYING: Final = Profile(
    lost=0.02,
    doubled=0.02,
    reordered=0.02,
    delayed=0.015,
    crashing=0.008,
    backfilled=0.015,
    clocks=0.012,
    slow=0.02,
    outages=0.3,
    lying=0.07,
)
ESTATES: Final = {"honest-estate": HONEST, "lying-estate": LYING}
"""Fault profiles of the estate by name."""


class EstateRun:
    """A history of the estate under way."""

    def __init__(
        self, seed: int, profile: Profile, watch: Watch | None = None, practice: Practice | None = None
    ) -> None:
        """Set the scene; nothing has happened yet."""
        self.seed = seed
        self.book = MemoryBook(watch=watch)
        self.town = Town(Random(seed), profile, self.book)  # noqa: S311 - it decides what happens, it keeps no secret
        self.partners = settled_in(self.town)
        self.controller = Controller(self.town, practice or Practice())
        self.controller.on_found = self.partners.depot.recounts
        self.check = StepCheck(self.book)
        self.lines: list[str] = []
        self.answers: dict[tuple[str, str], int] = {}
        self.book.on_commit = self.committed
        self.town.on_answer = self.answered

    def committed(self, folded: Folded) -> None:
        """Check, tell and go on from what was committed."""
        self.check.committed(folded)
        self.town.committed(folded)
        m = folded.message
        self.lines.append(
            f"{folded.event} {self.town.now}s {m.subject} {type(m.data).__name__}: {folded.outcome}, {folded.state}"
        )

    def answered(self, call: Call, answer: Answer) -> None:
        """A message has one answer for ever: a duplicate is told what the original was."""
        if answer.event and self.answers.setdefault((call.source, call.id), answer.event) != answer.event:
            self.check.found("answers_differ", f"{call.subject} {call.id}: event {answer.event}")

    def live(self) -> None:
        """Let the weeks pass."""
        town = self.town
        self._stocks_up()
        self._sells()
        for day in range(3, LAST_DAY):
            for name, collector in self.partners.collectors.items():
                if name == PROVIDER or day % 7 == 0:  # Marketplaces pay once a week.
                    town.at_hour(day, 20, collector.pays_out)
        for day in range(1, LAST_DAY + 1):
            town.at_hour(day, NIGHT, self.partners.erp.takes_journal)
        self._goes_wrong()
        for night in STATEMENT_NIGHTS:
            town.at_hour(night, NIGHT, partial(self._states, night))
        for day in RECONCILIATION_DAYS:
            town.at_hour(day, 6, self.controller.reconciles)
        town.run()

    def _stocks_up(self) -> None:
        depot, town = self.partners.depot, self.town
        for sku in SKUS:
            depot.receives(WAREHOUSE, sku, 60)
            for shop in SHOPS:
                depot.receives(shop, sku, 20)
        town.after(HOUR, partial(depot.receives, WAREHOUSE, HOT, HOT_UNITS))

    def _sells(self) -> None:
        town, partners = self.town, self.partners
        for day in SELLING_DAYS:
            for _ in range(ORDERS):
                hour = 8 + town.chance.random() * 12
                buys = partial(partners.people.orders_something, promotion=day == PROMOTION)
                town.at_hour(day, hour, buys)
            for shop in SHOPS:
                town.at_hour(day, 9, partial(partners.tills.opens, shop, SKUS))
                town.at_hour(day, 23, partial(partners.tills.closes, shop))

    def _goes_wrong(self) -> None:
        town, partners, profile = self.town, self.partners, self.town.profile
        if not profile.lying:
            return
        for name in DOWN_SHARE:
            if town.happens(profile.outages):
                town.goes_down(name, town.between(3 * DAY, 5 * DAY), town.between(HOUR, 7 * HOUR))
        for _ in range(12):
            if town.lies:
                town.at_hour(2 + int(town.chance.random() * 8), 12, partial(partners.depot.loses, SKUS))
            if town.lies:
                town.at_hour(2 + int(town.chance.random() * 8), 13, partial(partners.channels.drifts, SKUS))
        if town.happens(profile.lying * 3):
            town.at_hour(7, 14, partial(partners.bank.gets_something, PROVIDER))
        town.at_hour(6, 7, partners.bank.rent_is_due)

    def _states(self, night: int) -> None:
        partners = self.partners
        partners.depot.states(night)
        partners.channels.states(night)
        for collector in partners.collectors.values():
            collector.states(night)
        partners.bank.states(night)
        partners.erp.states(night)

    def tell(self) -> Story:
        """Check what must hold at the end, and tell the story. What was lied about need not come to rest by itself."""
        final_violations(self.check)
        check_money(self.check)
        check_rest(self.check)
        p = self.partners
        check_commands(self.check, (p.channels, p.depot, *p.collectors.values()))
        excused = self.town.log.lied_orders
        violations = [
            v
            for v in self.check.violations
            if not (v.kind in {"not_at_rest", "silent_difference", "stuck"} and _order_of(v.detail) in excused)
        ]
        return Story(self.seed, len(self.book.entries), tuple(violations), tuple(self.lines))


def _order_of(detail: str) -> str:
    return detail.partition(":")[0].partition(" ")[0].removeprefix("order/")


class Judged(Struct, frozen=True):
    """A history of the estate, the faults that were put into it, and the verdict on them."""

    story: Story
    verdict: Verdict
    faults: tuple[Fault, ...]


def run_estate(
    seed: int, profile: Profile = LYING, watch: Watch | None = None, practice: Practice | None = None
) -> Judged:
    """Run the history of *seed* in the estate: no real time, no chance but the seed's, the same bytes each time."""
    run = EstateRun(seed, profile, watch, practice)
    try:
        run.live()
    except Endless as endless:
        run.check.found("endless", str(endless))
    story = run.tell()
    return Judged(story, verdict(run.town.log, run.book), tuple(run.town.log.faults))


def estate_story(seed: int, profile: Profile = LYING, watch: Watch | None = None) -> Story:
    """Run a history of the estate and tell it like any other: what was missed, and every false alarm, breaks a promise."""
    judged = run_estate(seed, profile, watch)
    story, found = judged.story, judged.verdict
    wrong = [Violation("missed", text, story.messages) for text in found.missed]
    wrong += [Violation("false_alarm", text, story.messages) for text in found.false_alarms]
    return Story(seed, story.messages, (*story.violations, *wrong), story.lines)
