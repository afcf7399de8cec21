"""One history: a few weeks of a retail world in bad weather, with every promise checked as it goes."""

from collections.abc import Callable
from functools import partial
from random import Random

from msgspec import Struct

from tallystick.engine.answer import Answer, Status
from tallystick.messages.fulfilment import RecallShipment, ShipOrder
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.processes.fold import Folded, Watch
from tallystick.simulator.controlling import Controlling
from tallystick.simulator.customers import LOCATIONS, SKUS, Customers
from tallystick.simulator.invariants import StepCheck, Violation, final_violations
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.money import check_commands, check_money, check_rest, check_truth
from tallystick.simulator.planted import Plant, planted
from tallystick.simulator.promises.planner import Planner
from tallystick.simulator.promises.shoppers import Shoppers
from tallystick.simulator.provider import Provider
from tallystick.simulator.till import Till
from tallystick.simulator.warehouse import Warehouse
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile
from tallystick.simulator.world import Call, Endless, World

ORDERS, TILL_ACTS, BASKETS = 7, 8, 2


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
    shoppers: Shoppers
    planner: Planner
    controlling: Controlling


def cast_of(world: World) -> Cast:
    """Put the partners into *world* and connect them to the outbox."""
    warehouse, provider = Warehouse(world), Provider(world)
    customers, till = Customers(world, warehouse), Till(world)
    world.partners.update(dict.fromkeys((AuthorisePayment, CapturePayment, VoidPayment, PayRefund), provider))
    world.partners.update(dict.fromkeys((ShipOrder, RecallShipment), warehouse))
    world.partners.update(dict.fromkeys((RefuseOrder, CancelOrder), customers))
    return Cast(world, customers, warehouse, provider, till, Shoppers(world), Planner(world), Controlling(world))


class Run:
    """A history under way."""

    def __init__(self, seed: int, profile: Profile, watch: Watch | None = None) -> None:
        """Set the scene; nothing has happened yet."""
        self.seed = seed
        self.book = MemoryBook(watch=watch)
        # Chance here decides what a made-up world does; it keeps no secret.
        self.world = World(Random(seed), profile, self.book)  # noqa: S311
        self.cast = cast_of(self.world)
        self.check = StepCheck(self.book)
        self.lines: list[str] = []
        self.answers: dict[tuple[str, str], int] = {}
        self.book.on_commit = self.committed
        self.world.on_answer = self.answered

    def committed(self, folded: Folded) -> None:
        """Check, tell and go on from what was committed."""
        self.check.committed(folded)
        self.world.committed(folded)
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
                cast.till.opens(sku, location)
        for number in range(ORDERS):
            world.after(world.between(HOUR, 4 * DAY), partial(cast.customers.order, number))
        for number in range(BASKETS):
            world.after(world.between(HOUR, 4 * DAY), partial(cast.shoppers.comes, number))
        for does in (cast.planner.rules, cast.planner.fences, cast.planner.expects):
            for _ in range(1 + world.happens(0.4)):
                world.after(world.between(0, 4 * DAY), does)
        for _ in range(TILL_ACTS):
            world.after(world.between(HOUR, 12 * DAY), cast.till.acts)
        world.after(world.between(HOUR, 6 * DAY), cast.controlling.books)
        world.run()
        while len(self.book.entries) < world.profile.messages_min:
            cast.till.acts()
            world.run()

    def tell(self) -> Story:
        """Check what must hold at the end, and tell the story."""
        final_violations(self.check)
        check_money(self.check, self.world.truth)
        check_rest(self.check)
        check_truth(self.check, self.world.truth)
        check_commands(self.check, (self.cast.customers, self.cast.warehouse, self.cast.provider))
        return Story(self.seed, len(self.book.entries), tuple(self.check.violations), tuple(self.lines))


def run_history(seed: int, profile: Profile = USUAL, plant: Plant | None = None, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's. A *plant* is a bug put in on purpose."""
    run = Run(seed, profile, watch)
    return _told(run, run.live) if plant is None else _told_with(run, plant)


def _told_with(run: Run, plant: Plant) -> Story:
    with planted(plant, run.book):
        return _told(run, run.live)


def _told(run: Run, live: Callable[[], None]) -> Story:
    try:
        live()
    except Endless as endless:
        run.check.found("endless", str(endless))
    return run.tell()
