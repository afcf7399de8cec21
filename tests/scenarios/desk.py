"""The desk that decides what may be promised, and the baskets that wait there: verbs beside those of the shop."""

from datetime import timedelta
from typing import Any

from tallystick.decisions.availability import Availability, Question, availability
from tallystick.engine.answer import Answer
from tallystick.messages.availability import (
    AllocationLine,
    AllocationRequested,
    AvailabilityRulesDeclared,
    InboundAnnounced,
    InboundCancelled,
    InboundLine,
    Rules,
)
from tallystick.messages.reservations import (
    ReservationConfirmed,
    ReservationExtended,
    ReservationReleased,
    ReservationRequested,
    ReservationTransferRequested,
    WantedLine,
)
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.processes.members import RULES_SUBJECT
from tests.scenarios.book_text import amount_of
from tests.scenarios.shop import Bought, Shop

Wanted = tuple[int, str]
"""(units, product)"""


class Desk:
    """Beside a shop: its rules, fences and announcements, and reservations under the number of an order to be."""

    def __init__(self, shop: Shop) -> None:
        """Stand in *shop*."""
        self.shop = shop
        self.count = 0

    # ------------------------------------------------------------ rules, fences, announcements
    def rules(self, **rules: Any) -> Answer:
        """These rules replace all others at once."""
        return self.shop.hears(RULES_SUBJECT, AvailabilityRulesDeclared(Rules(**rules)))

    def fences(self, quantity: int, sku: str, into: str = "", out_of: str = "") -> Answer:
        """Keep units for a channel, move them between channels, or set them free: all of it, or nothing."""
        name = self._new("F")
        line = AllocationLine(1, sku, quantity)
        return self.shop.hears(f"allocation/{name}", AllocationRequested(name, "WH1", (line,), out_of, into))

    def fences_what_is_there(self, quantity: int, sku: str, into: str) -> Answer:
        """Keep up to so many units for a channel."""
        name = self._new("F")
        asked = AllocationRequested(name, "WH1", (AllocationLine(1, sku, quantity),), "", into, partial=True)
        return self.shop.hears(f"allocation/{name}", asked)

    def announces(self, quantity: int, sku: str, days: int, name: str = "I1") -> Answer:
        """Goods will arrive in so many *days*."""
        day = (self.shop.now + timedelta(days=days)).date()
        return self.shop.hears(f"inbound/{name}", InboundAnnounced(name, "WH1", day, (InboundLine(1, sku, quantity),)))

    def takes_back(self, name: str = "I1") -> Answer:
        """What has not arrived will not come."""
        return self.shop.hears(f"inbound/{name}", InboundCancelled(name, "sold out"))

    def receives(self, quantity: int, sku: str, name: str = "I1") -> Answer:
        """Goods come in under their announcement, at 4.00 each."""
        receipt = self._new("R")
        line = ReceiptLine(1, sku, quantity, quantity * 400)
        report = ReceiptReported(receipt, "WH1", "EUR/2", "supplier", (line,), inbound=name)
        return self.shop.hears(f"inbound/{name}", report)

    # ------------------------------------------------------------ promises
    def orders(self, *lines: Bought, channel: str = "web", reservation: str = "", partial: bool = False) -> Answer:
        """A customer orders through *channel*. The answer's state says what became of it."""
        name = self._new("V") if not reservation else "B1"
        bought = tuple(OrderLine(n, sku, q, q * amount_of(price)) for n, (q, sku, price) in enumerate(lines, 1))
        placed = OrderPlaced(name, channel, "WH1", "EUR/2", "stripe", bought, reservation=reservation, partial=partial)
        self.shop.placed[name] = placed
        return self.shop.says(name, placed)

    def holds(self, *lines: Wanted, seconds: int = 900, partial: bool = False, at: str = "WH1") -> Answer:
        """Basket B1 has units held as its reservation `1`, for the web shop."""
        wanted = tuple(WantedLine(n, sku, quantity) for n, (quantity, sku) in enumerate(lines, 1))
        return self.shop.says("B1", ReservationRequested("B1", "1", "web", at, wanted, seconds, partial=partial))

    def confirms(self) -> Answer:
        """The basket is firm."""
        return self.shop.says("B1", ReservationConfirmed("B1", "1"))

    def extends(self, seconds: int) -> Answer:
        """The basket is held for longer."""
        return self.shop.says("B1", ReservationExtended("B1", "1", seconds))

    def lets_go(self) -> Answer:
        """The basket is put back."""
        return self.shop.says("B1", ReservationReleased("B1", "1"))

    def moves(self, *, location: str = "", channel: str = "") -> Answer:
        """The basket is to be held elsewhere, or for another channel."""
        return self.shop.says("B1", ReservationTransferRequested("B1", "1", channel, location))

    def basket(self) -> str:
        """Where the basket stands."""
        return self.shop.state("B1", "reservation/1")

    def available(self, sku: str, channel: str = "web", at: str = "WH1") -> Availability:
        """What a channel may promise now."""
        loaded, today = self.shop.book.loaded, self.shop.now
        terms = loaded.rules(today).terms(channel, sku, at)
        return availability(loaded.layer(sku, at), terms, Question(channel, today.date()))

    def promisable(self, sku: str, channel: str = "web", at: str = "WH1") -> int:
        """How much of that."""
        return self.available(sku, channel, at).promisable

    def _new(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"
