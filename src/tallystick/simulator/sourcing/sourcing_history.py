"""One history of sourcing, with what must hold after every message: parts add up, capacity is kept, what is held is asked for."""

from collections import Counter
from functools import partial
from random import Random
from typing import Any, Final

from msgspec import Struct

from tallystick.decisions.sourcing.atlas import NO_PRODUCT, Atlas, slots
from tallystick.messages.channels import TellShipment
from tallystick.messages.fulfilment import DispatchRefused, RecallLines, RecallShipment, RedirectShipment, ShipOrder
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import (
    CancelLines,
    CancelOrder,
    DeliveryChangeRequested,
    OrderCancellationRequested,
    OrderLine,
    OrderLineCancellationRequested,
    OrderPlaced,
    RefundRequested,
    RefuseOrder,
)
from tallystick.messages.sourcing.decided import OrderSourced, SourcingRequested
from tallystick.messages.sourcing.policy import (
    Area,
    Policy,
    Routing,
    Run,
    SourceLocation,
    SourcingPolicyDeclared,
    SourcingRule,
)
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.processes.family import Family, data_of
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.processes.members import RULES_SUBJECT
from tallystick.processes.orders.order_data import OrderData
from tallystick.simulator.history import Story
from tallystick.simulator.invariants import StepCheck, final_violations
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.money import check_money, check_rest, check_truth
from tallystick.simulator.provider import Provider
from tallystick.simulator.sourcing.depots import Depots
from tallystick.simulator.weather import DAY, HOUR, MINUTE, USUAL, Profile
from tallystick.simulator.world import World

ORDERS: Final = 8
SKUS: Final = ("LAMP", "SHADE", "BULB")
PLACES: Final = ("WH1", "SHOP1", "SHOP2", "SHOP3")
LOCATIONS: Final = (
    SourceLocation("WH1", ("warehouse",), 52_520_000, 13_405_000, parcel_cost=300),
    SourceLocation("SHOP1", ("shop",), 51_507_400, -127_800, 500, safety=1, day_orders_max=2),
    SourceLocation("SHOP2", ("shop",), 48_856_600, 2_352_200, 450, hour_orders_max=1),
    SourceLocation("SHOP3", ("shop",), 48_137_000, 11_575_000, 450),
)
AREAS: Final = (Area("GB", 51_507_400, -127_800), Area("FR", 48_856_600, 2_352_200))
MEETS_ALL: Final = SourcingRule("shared", places_max=3, lines_split=True, otherwise="park")
HOLDS: Final = SourcingRule("shared", places_max=2, lines_split=True, otherwise="hold", hold_minutes=600)
ENDS: Final = SourcingRule("shared", places_max=3, sort=("load", "cost"))


class Clerks:
    """Customers who name no location, those who fetch, and the clerks of policy and stock."""

    def __init__(self, world: World, depots: Depots) -> None:
        """Live in *world*."""
        self.world, self.depots = world, depots
        self.done: dict[str, Struct] = {}

    def take(self, key: str, command: Struct) -> None:
        """Hear that an order was refused or has ended, once."""
        self.done.setdefault(key, command)

    def receives(self, sku: str, place: str) -> None:
        """Goods come in."""
        units = 1 + int(self.world.chance.random() * 5)
        self.world.truth.units[sku, place] += units
        name = f"r{self.world.now}{sku}{place}"
        lines = (ReceiptLine(1, sku, units, units * 400),)
        self.world.send(place, f"stock/{name}", ReceiptReported(name, place, "EUR/2", "supplier", lines))

    def declares(self) -> None:
        """Change the policy: what is done when nobody can send an order."""
        last = (MEETS_ALL, HOLDS, ENDS)[int(self.world.chance.random() * 3)]
        rules = (SourcingRule("nearest", sort=("distance", "cost")), last)
        policy = Policy(LOCATIONS, AREAS, (), (Run("placing", (Routing("all", rules),)),))
        self.world.send("planner", RULES_SUBJECT, SourcingPolicyDeclared(policy))

    def orders(self, number: int) -> None:
        """Order something; perhaps regret it, change it, or ask where it is."""
        world, chance = self.world, self.world.chance
        lines = []
        for n in range(1, 2 + int(chance.random() * 2.5)):
            units = 1 + int(chance.random() * 4)
            net = units * (500 + int(chance.random() * 900))
            lines.append(OrderLine(n, SKUS[int(chance.random() * 3)], units, net, net // 5))
        fetched = number % 4 == 3
        name, place = f"W{number}", PLACES[int(chance.random() * 4)] if fetched else "auto"
        area = ("GB-1", "FR-2", "XX")[int(chance.random() * 3)]
        follows = number % 3 == 0
        placed = OrderPlaced(
            name, "web", place, "EUR/2", "stripe", tuple(lines), area=area, pick_up=fetched, follows_parcels=follows
        )
        self._tell(name, placed)
        for share, data in (
            (0.15, OrderCancellationRequested(name, "regret")),
            (0.20, OrderLineCancellationRequested(name, 1, 1, "too many")),
            (0.15, DeliveryChangeRequested(name, "person:x")),
            (0.30, SourcingRequested(name, "where is it?")),
            (0.05, RefundRequested(name, 100, "late")),
        ):
            if world.happens(share):
                world.after(world.between(MINUTE, 3 * DAY), partial(self._tell, name, data))
        if world.happens(0.1):
            from_where = PLACES[int(chance.random() * 4)]
            one = (HeldLine(1, lines[0].sku, 1),)
            world.after(world.between(MINUTE, 2 * HOUR), partial(self.depots.sends_unasked, name, from_where, one))

    def _tell(self, order: str, data: Struct) -> None:
        self.world.send("web", f"order/{order}", data)


class Parts:
    """Follows what is sourced, and says where parts do not add up."""

    def __init__(self, check: StepCheck) -> None:
        """Look over the shoulder of *check*."""
        self.check = check
        self.taken: Counter[tuple[str, str]] = Counter()
        self.lacking: set[str] = set()

    def committed(self, folded: Folded) -> None:
        """Check what one message did."""
        for fact in folded.facts:
            if isinstance(fact, OrderSourced):
                self._count(fact)
                self._sought(fact, folded)
        said = folded.message.data
        if isinstance(said, DispatchRefused) and said.reason != "taken out":
            self.lacking.add(said.order)
        family = self.check.book.loaded.families[folded.message.subject]
        data = data_of(family, "order") if "order" in family else None
        if isinstance(data, OrderData) and data.places:
            self._add_up(data)
            self._asked(data, family)

    def _count(self, fact: OrderSourced) -> None:
        """No location is given more orders in a day or an hour of its clock than it can do."""
        atlas = Atlas(Policy(LOCATIONS), 0)
        for part in fact.parts:
            of = atlas.locations[part.location]
            for slot, most in zip(slots(of, fact.at), (of.day_orders_max, of.hour_orders_max), strict=True):
                if part.location in fact.sought.sending:
                    continue
                self.taken[part.location, slot] += 1
                found = self.taken[part.location, slot]
                if most is not None and found > most:
                    self.check.found("over_capacity", f"{part.location}: {found} orders in {slot}, at most {most}")
                if most is not None and self._kept(part.location).get(slot, 0) != found:
                    self.check.found(
                        "work_off", f"{part.location}: {found} orders in {slot}, {self._kept(part.location)}"
                    )

    def _sought(self, fact: OrderSourced, folded: Folded) -> None:
        """Nobody is asked again for what he refused, and nothing is sought that the customer had called off.

        What is called off may be what another location lacked: then it is still wanted from here.
        """
        said = folded.message.data
        if not isinstance(said, DispatchRefused):
            return
        skus = {x.sku for x in said.lines}
        for part in fact.parts:
            if part.location == said.location and skus & {x.sku for x in part.lines}:
                self.check.found("asked_again", f"{fact.order}: {said.location} refused and is asked again")
        if said.reason == "taken out" and fact.parts and fact.order not in self.lacking:
            self.check.found("sought_unwanted", f"{fact.order}: what was called off is sought again")

    def _kept(self, location: str) -> dict[str, int]:
        return self.check.book.loaded.layer(NO_PRODUCT, location).plans.work

    def _add_up(self, data: OrderData) -> None:
        """What all places hold of a line is what is open of it, as long as the order holds anything."""
        held: Counter[int] = Counter()
        for place in data.places:
            for x in place.lines:
                held[x.line] += x.held
        for line in data.lines:
            if held[line.line] != (line.open if data.held else 0):
                self.check.found(
                    "parts_off", f"{data.order}: line {line.line}: {held[line.line]} held, {line.open} open"
                )

    def _asked(self, data: OrderData, family: Family) -> None:
        """Once the goods are released, every location that holds some was asked for them."""
        if family["order"].state not in {"RELEASED", "PARTLY_SHIPPED"}:
            return
        for place in data.places:
            name = f"fulfilment/{place.number}"
            asked: Any = data_of(family, name) if name in family else None
            waits = {(line, sku): units for line, (sku, units) in asked.waiting.items()} if asked else {}
            for x in place.lines:
                if waits.get((x.line, x.sku), 0) < x.held:
                    self.check.found("not_asked", f"{data.order}: {place.location} holds {x.held} of {x.sku}: {waits}")


def sourcing_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    book = MemoryBook(watch=watch)
    world = World(Random(seed), profile, book)  # noqa: S311
    depots, provider, check = Depots(world), Provider(world), StepCheck(book)
    clerks, parts = Clerks(world, depots), Parts(check)
    world.partners.update(dict.fromkeys((AuthorisePayment, CapturePayment, VoidPayment, PayRefund), provider))
    world.partners.update(dict.fromkeys((ShipOrder, RecallShipment, RecallLines, RedirectShipment), depots))
    world.partners.update(dict.fromkeys((RefuseOrder, CancelOrder, CancelLines, TellShipment), clerks))
    lines: list[str] = []

    def committed(*batch: Folded) -> None:
        check.committed(*batch)
        for folded in batch:
            parts.committed(folded)
            world.committed(folded)
            m = folded.message
            lines.append(f"{folded.event} {m.subject} {type(m.data).__name__}: {folded.outcome}, {folded.state}")

    book.on_commit = committed
    clerks.declares()
    world.after(2 * DAY, clerks.declares)
    for sku in SKUS:
        for place in PLACES:
            world.after(world.between(MINUTE, 2 * DAY), partial(clerks.receives, sku, place))
    for number in range(ORDERS):
        world.after(world.between(HOUR, 3 * DAY), partial(clerks.orders, number))
    world.run()
    final_violations(check)
    check_money(check, world.truth)
    check_rest(check)
    check_truth(check, world.truth)
    return Story(seed, len(book.entries), tuple(check.violations), tuple(lines))
