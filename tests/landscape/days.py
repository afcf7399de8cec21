"""Days of a retailer: what is bought, in which order systems die, and what the journals of the tills come to."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.landscape.course import Course
from tests.landscape.judge import Row, judged
from tests.landscape.plan import AT_TILLS, TWENTY, Order, orders_of
from tests.landscape.systems import Landscape
from tests.landscape.tills import Journal, ring_up

STOCK_PER_ORDER: Final = 10
KILLED: Final = ("web", "stripe", "warehouse", "worker", "outlet", "erp")
FIRST_KILL, BETWEEN_KILLS = 2, 2


@dataclass
class Retailer:
    """A landscape with all that has happened in it so far."""

    here: Landscape
    folder: Path
    orders: list[Order] = field(default_factory=list)
    journals: list[Journal] = field(default_factory=list)

    def lives(self, day: int, count: int, kills: dict[int, str] | None = None) -> Course:
        """Live a day of *count* orders, those of the tills among them; *kills* says who dies after how many purchases."""
        course = Course(self.here, str(day), orders_of(day, count), kills or {})
        if not self.journals:
            # Two days and a lost webhook are sold out of it.
            course.stocks(2 * STOCK_PER_ORDER * count)
        journal = ring_up(self.folder, day, count * AT_TILLS // TWENTY)
        self.here.loads(journal.file)
        self.journals.append(journal)
        self.orders += course.orders
        course.run(self.orders)
        return course

    def judged(self) -> list[Row]:
        """Have everything compared."""
        return judged(self.here, self.orders, self.journals)


def kills_over(count: int) -> dict[int, str]:
    """Spread the deaths over a day of *count* orders, each system once in twenty."""
    rounds = max(1, count // TWENTY)
    purchases = (TWENTY - AT_TILLS) * rounds
    places = range(FIRST_KILL, purchases, max(BETWEEN_KILLS, purchases // (len(KILLED) * rounds + 1)))
    return {place: KILLED[n % len(KILLED)] for n, place in enumerate(places[: len(KILLED) * rounds])}
