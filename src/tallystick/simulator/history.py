"""One history: a few weeks of a retail world in bad weather, with every promise checked as it goes."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

from msgspec import Struct

from tallystick.engine.answer import Answer, Status
from tallystick.messages.channels import TellShipment
from tallystick.messages.fulfilment import RecallLines, RecallShipment, RedirectShipment, ShipOrder
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, RefuseOrder
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.simulator.controlling import Controlling
from tallystick.simulator.customers import LOCATIONS, SKUS, Customers
from tallystick.simulator.invariants import StepCheck, Violation, final_violations
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.money import check_commands, check_money, check_rest, check_truth
from tallystick.simulator.mutants.registry import put_in
from tallystick.simulator.promises.planner import Planner
from tallystick.simulator.promises.shoppers import Shoppers
from tallystick.simulator.provider import Provider
from tallystick.simulator.tills.cash_desk import CashDesk, check_tills
from tallystick.simulator.tills.till import Till
from tallystick.simulator.warehouse import Warehouse
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile
from tallystick.simulator.world import Call, Endless, World

ORDERS, TILL_ACTS, TILL_DAYS, BASKETS = 7, 8, 2, 2


class Story(Struct, frozen=True):
    """What happened in one history; the same seed tells the same story, byte for byte."""

    seed: int
    messages: int
    violations: tuple[Violation, ...]
    lines: tuple[str, ...]


class Cast(Struct, frozen=True):
    """The world and everybody in it."""

    world: World
    customers: Customers
    warehouse: Warehouse
    provider: Provider
    till: Till
    desk: CashDesk
    shoppers: Shoppers
    planner: Planner
    controlling: Controlling


def cast_of(world: World, customers_of: type[Customers] = Customers) -> Cast:
    """Put the partners into *world* and connect them to the outbox."""
    warehouse, provider = Warehouse(world), Provider(world)
    customers, till = customers_of(world, warehouse), Till(world)
    world.partners.update(dict.fromkeys((AuthorisePayment, CapturePayment, VoidPayment, PayRefund), provider))
    world.partners.update(dict.fromkeys((ShipOrder, RecallShipment, RecallLines, RedirectShipment), warehouse))
    world.partners.update(dict.fromkeys((RefuseOrder, CancelOrder, CancelLines, TellShipment), customers))
    others = (CashDesk(world), Shoppers(world), Planner(world), Controlling(world))
    return Cast(world, customers, warehouse, provider, till, *others)


class Run:
    """A history under way. `books_by_hand` where an approved entry needs nobody who keeps approvals; `customers_of` who orders."""

    books_by_hand = True
    customers_of: type[Customers] = Customers

    def __init__(self, seed: int, profile: Profile, watch: Watch | None = None) -> None:
        """Set the scene; nothing has happened yet."""
        self.seed, self.profile = seed, profile
        self.book = self.make_book(watch)
        self.world = self.make_world()
        self.cast = cast_of(self.world, self.customers_of)
        self.check = StepCheck(self.book)
        self.lines: list[str] = []
        self.answers: dict[tuple[str, str], int] = {}
        self.book.on_commit = self.committed
        self.world.on_answer = self.answered

    def make_book(self, watch: Watch | None) -> MemoryBook:
        """Return the book the world writes to; another runner has another one."""
        return MemoryBook(watch=watch)

    def make_world(self) -> World:
        """Return the world and its chance, which decides what happens there and keeps no secret."""
        return World(Random(self.seed), self.profile, self.book)  # noqa: S311

    def plan(self, do: Callable[[], None]) -> None:
        """Do something that the history could do without: what shrinking may leave out, as a whole."""
        do()

    def committed(self, *batch: Folded) -> None:
        """Check, tell and go on from what was committed at once."""
        self.check.committed(*batch)
        for folded in batch:
            self.world.committed(folded)
            self.cast.desk.committed(folded)
            self.cast.planner.committed(folded)
            m = folded.message
            self.lines.append(
                f"{folded.event} {self.world.now}s {m.subject} {type(m.data).__name__}: {folded.outcome}, {folded.state}"
            )

    def answered(self, call: Call, answer: Answer) -> None:
        """A message has one answer for ever: a duplicate is told what the original was."""
        if answer.status in {Status.ACCEPTED, Status.DUPLICATE}:
            event = self.answers.setdefault((call.source, call.id), answer.event)
            if event != answer.event:
                self.check.found("answers_differ", f"{call.subject} {call.id}: event {event}, then {answer.event}")

    def live(self) -> None:
        """Let the days pass."""
        world, cast = self.world, self.cast
        for sku in SKUS:
            for location in LOCATIONS:
                self.plan(partial(cast.till.opens, sku, location))
        for days, act in self._acts():
            self.plan(partial(self._some_day, days, act))
        world.run()
        while len(self.book.entries) < world.profile.messages_min:
            self.plan(cast.till.acts)
            world.run()

    def _acts(self) -> Iterator[tuple[int, Callable[[], None]]]:
        """Say who does what, on one of the first so many days."""
        cast = self.cast
        yield from [(4, partial(cast.customers.order, number)) for number in range(ORDERS)]
        yield from [(4, partial(cast.shoppers.comes, number)) for number in range(BASKETS)]
        for does in (cast.planner.rules, cast.planner.fences, cast.planner.expects):
            yield from [(4, does)] * (1 + self.world.happens(0.4))
        yield from [(12, cast.till.acts)] * TILL_ACTS
        yield from [(12, cast.desk.opens)] * TILL_DAYS
        if self.books_by_hand:
            yield 6, cast.controlling.books

    def takers(self) -> tuple[Any, ...]:
        """Say who takes commands."""
        return (self.cast.customers, self.cast.warehouse, self.cast.provider)

    def _some_day(self, days: int, do: Callable[[], None]) -> None:
        self.world.after(self.world.between(HOUR, days * DAY), do)

    def tell(self) -> Story:
        """Check what must hold at the end, and tell the story."""
        final_violations(self.check)
        check_money(self.check, self.world.truth)
        check_rest(self.check)
        check_truth(self.check, self.world.truth)
        check_tills(self.check, self.cast.desk)
        check_commands(self.check, self.takers())
        return Story(self.seed, len(self.book.entries), tuple(self.check.violations), tuple(self.lines))


def run_history(seed: int, profile: Profile = USUAL, plant: str = "", watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's. *plant* names a bug to put in on purpose."""
    with put_in(plant):
        return lived(Run(seed, profile, watch))


def lived(run: Run) -> Story:
    """Live a history through and tell it."""
    try:
        run.live()
    except Endless as endless:
        run.check.found("endless", str(endless))
    return run.tell()
