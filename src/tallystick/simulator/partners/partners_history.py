"""One history of the small world with its partners beside the trade, and what must hold of them."""

from functools import partial
from random import Random
from typing import Any

from msgspec import Struct

from tallystick.messages.availability import AvailabilityRulesDeclared, Rules
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.partners.cases import CaseClosed, CaseInformed, CaseMessageReceived, CaseOpened, TellDesk
from tallystick.messages.partners.parcels import BookLabel, VoidLabel
from tallystick.messages.partners.screening import ScreenOrder
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.processes.members import RULES_SUBJECT
from tallystick.simulator.history import Run, Story, lived
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.partners.carrier import Carrier, check_parcels
from tallystick.simulator.partners.judge import HoldCheck, Judge
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile
from tallystick.simulator.world import World

CASES = 2


class Desk:
    """The desk of customer service, and the customers who write to it."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.done: dict[str, Struct] = {}

    def take(self, key: str, command: Struct) -> None:
        """Hear of a case, once."""
        self.done.setdefault(key, command)

    def opens(self, number: int) -> None:
        """A customer writes; what follows, follows in any order."""
        name, world = f"C{number}", self.world
        self._say(CaseOpened(name, "web", "order", f"W{number}", message="person:1"))
        for said, share, days in (
            (CaseMessageReceived(name, "person:2"), 0.6, 6),
            (CaseInformed(name, "shipped", "S1"), 0.6, 4),
            (CaseClosed(name, "answered"), 0.7, 5),
        ):
            if world.happens(share):
                world.after(world.between(HOUR, days * DAY), partial(self._say, said))

    def _say(self, data: Any) -> None:
        self.world.send("desk", f"case/{data.case}", data)


class PartnersWorld(World):
    """The world in which rules hold orders too, and a carrier takes what leaves."""

    def __init__(self, chance: Random, profile: Profile, book: MemoryBook) -> None:
        """See `World`."""
        super().__init__(chance, profile, book)
        self.judge, self.carrier, self.desk = Judge(self), Carrier(self), Desk(self)
        self.partners[ScreenOrder] = self.judge
        self.partners.update(dict.fromkeys((BookLabel, VoidLabel), self.carrier))
        self.partners[TellDesk] = self.desk

    def send(self, source: str, subject: str, data: Struct, then: Any = None) -> None:
        """See `World`."""
        super().send(source, subject, self.judge.declared(data) if _rules(data) else data, then)  # type: ignore[arg-type]

    def send_named(self, source: str, subject: str, data: Struct, **otherwise: object) -> None:
        """See `World`."""
        super().send_named(source, subject, data, **otherwise)
        if isinstance(data, DispatchReported):
            self.carrier.leaves(data)


def _rules(data: Struct) -> bool:
    return isinstance(data, AvailabilityRulesDeclared)


class PartnersRun(Run):
    """A history under way."""

    world: PartnersWorld

    def __init__(self, seed: int, profile: Profile, watch: Watch | None = None) -> None:
        """Set the scene."""
        super().__init__(seed, profile, watch)
        self.holds = HoldCheck(self.check, self.world.judge)

    def make_world(self) -> PartnersWorld:
        """See `Run`."""
        return PartnersWorld(Random(self.seed), self.profile, self.book)  # noqa: S311

    def committed(self, *batch: Folded) -> None:
        """See `Run`."""
        super().committed(*batch)
        for folded in batch:
            self.holds.committed(folded)
            self.world.judge.committed(folded)

    def takers(self) -> tuple[Any, ...]:
        """See `Run`."""
        return (*super().takers(), self.world.judge, self.world.carrier, self.world.desk)

    def live(self) -> None:
        """See `Run`."""
        self.world.send("planner", RULES_SUBJECT, AvailabilityRulesDeclared(Rules()))
        for number in range(CASES):
            self.world.after(self.world.between(HOUR, 4 * DAY), partial(self.world.desk.opens, number))
        super().live()

    def tell(self) -> Story:
        """See `Run`."""
        self.holds.at_the_end()
        check_parcels(self.check, self.world.carrier)
        return super().tell()


def partners_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    return lived(PartnersRun(seed, profile, watch))
