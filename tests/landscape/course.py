"""A day in the landscape: orders are placed while people work and systems die, until everything has come to rest."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.landscape.buying import SHOP_OF, Customers
from tests.landscape.people import People
from tests.landscape.plan import Fate, Order
from tests.landscape.readings import book, others, vendure
from tests.landscape.systems import SKUS, Landscape

STILL_SECONDS_MAX: Final = 180
"""How long nothing may change while something is still to come: a puller that was killed keeps its lease for two minutes."""
LOOK_SECONDS: Final = 0.5
ROUND_EVERY: Final = 3
DEAD_FOR: Final = 3
"""How many purchases are tried while a system is dead."""


@dataclass
class Course:
    """A day: its orders, in the order in which they are placed, and who is killed after how many of them."""

    here: Landscape
    day: str
    orders: Sequence[Order]
    kills: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Send customers and people to their places."""
        self._customers, self._people = Customers(self.here, self.day), People(self.here)
        self.killed: list[str] = []

    def run(self, known: Sequence[Order] = ()) -> None:
        """Live the day to its end, when all orders that are *known* are at rest."""
        queue, placed, revive_at = list(self.orders), 0, dict[str, int]()
        while queue:
            order = next((o for o in queue if not self.here.down & {*SHOP_OF[o.channel]}), None)
            if order is None or placed in revive_at.values():
                self._revive([name for name, at in revive_at.items() if order is None or at <= placed], revive_at)
                continue
            queue.remove(order)
            self._customers.buys(order)
            placed += 1
            if placed in self.kills:
                self._kill(self.kills[placed])
                revive_at[self.kills[placed]] = placed + DEAD_FOR
            if placed % ROUND_EVERY == 0:
                self._people.round(self.orders)
        self._revive(list(revive_at), revive_at)
        self.rests(known or self.orders)

    def rests(self, orders: Sequence[Order]) -> None:
        """Work on until nothing of *orders* moves any more, then look once more at what the shops show."""

        def to_come() -> list[str]:
            self._people.round(orders)
            return self.unsettled(orders)

        until_none(to_come)
        for channel in ("web", "outlet"):
            self.here.tallied.tally("stock", "publish", channel, "--all", "--as", "administrator")
        until_none(self.unshown)

    def unsettled(self, orders: Sequence[Order]) -> list[str]:
        """Name what is still to come."""
        here, tallied = self.here, self.here.tallied
        (inbox,) = tallied.rows("select count(*) from inbox where state in (0, 1)")
        if inbox != ["0"]:
            return [f"{inbox[0]} deliveries in the inbox"]
        known = book.orders(here)
        found = [f"{o.number} has not come" for o in orders if o.number not in known]
        found += [f"{b}" for b in known.values() if not b.is_at_rest]
        found += [
            f"{o.number} is {known[o.number].state}" for o in orders if o.number in known and not _as_meant(o, known)
        ]
        if found:
            return found
        listed = tallied.tally("connection", "list")["connections"]
        found = [f"{c['waiting']} commands wait for {c['name']}" for c in listed if c["waiting"]]
        erp, ours = others.erp_balances(here.erp.file), book.by_code(here, book.accounts(here))
        return found or ([] if erp == ours else [f"the ERP has {erp}, the book {ours}"])

    def unshown(self) -> list[str]:
        """Name what a shop shows otherwise than the book."""
        shown = {
            "web": vendure.stock(self.here.admin),
            "outlet": others.oscar_stock(self.here.outlet.database),
        }
        found = {channel: book.available(self.here, SKUS, channel) for channel in shown}
        return [f"{c} shows {shown[c]}, not {found[c]}" for c in shown if shown[c] != found[c]]

    def stocks(self, units: int) -> None:
        """Have goods come in at the warehouse, and wait until both shops sell them."""
        for n, sku in enumerate(SKUS):
            self.here.crew.receive(sku, units, 400 + 100 * n, 2)
        wanted = dict.fromkeys(SKUS, units)
        until_none(lambda: [f"the book has {x}" for x in [book.available(self.here, SKUS, "web")] if x != wanted])
        until_none(self.unshown)

    def _kill(self, name: str) -> None:
        self.here.kill(name)
        self.killed.append(name)

    def _revive(self, names: Sequence[str], revive_at: dict[str, int]) -> None:
        for name in names:
            self.here.revive(name)
            del revive_at[name]


def _as_meant(order: Order, known: dict[str, book.BookOrder]) -> bool:
    """Say whether an order has ended as it was meant to: so that nobody waits for a fate that has not begun."""
    found = known[order.number]
    if order.fate in (Fate.CANCELLED, Fate.DECLINED):
        return found.is_ended
    return found.state == "SHIPPED" and (order.fate is not Fate.RETURNED or found.given_back > 0)


def until_none(to_come: Callable[[], list[str]]) -> None:
    """Wait until nothing is *to come*; where what is to come stays the same for too long, tell it."""
    pause, before = threading.Event(), [""]
    stop = time.monotonic()
    while left := to_come():
        if left != before:
            before, stop = left, time.monotonic() + STILL_SECONDS_MAX
        assert time.monotonic() < stop, left
        pause.wait(LOOK_SECONDS)
