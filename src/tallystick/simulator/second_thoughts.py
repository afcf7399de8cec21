"""Second thoughts: lines not wanted, another address, money asked for once more, early, not at all, or given back."""

from functools import partial
from typing import Final

from msgspec import Struct

from tallystick.messages.payments import AuthorisationRequested, CaptureRequested, VoidRequested
from tallystick.messages.sales import (
    DeliveryChangeRequested,
    OrderLineCancellationRequested,
    OrderPlaced,
    RefundRequested,
)
from tallystick.simulator.weather import DAY, HOUR, MINUTE
from tallystick.simulator.world import World

SOON: Final = (MINUTE, 15 * MINUTE, 2 * HOUR, DAY, 4 * DAY)
LATE: Final = (HOUR, 2 * DAY, 5 * DAY, 9 * DAY)
TREASURY: Final = "treasury"


class SecondThoughts:
    """Customers, clerks and the treasury, who change what was arranged for an order."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world

    def about(self, placed: OrderPlaced) -> None:
        """Perhaps somebody changes something of an order that was placed."""
        world = self.world
        if world.happens(0.45):
            for _ in range(1 + int(world.chance.random() * 2)):
                self._later(SOON, placed.channel, placed, self._line(placed))
        if world.happens(0.12):
            self._later(SOON, placed.channel, placed, DeliveryChangeRequested(placed.order, f"person:{placed.order}"))
        if world.happens(0.4):
            self._later(LATE, "service", placed, RefundRequested(placed.order, self._amount(placed), "a scratch"))
        if world.happens(0.30):
            self._later(SOON if world.happens(0.7) else LATE, TREASURY, placed, self._of_money(placed))

    def _later(self, when: tuple[int, ...], source: str, placed: OrderPlaced, data: Struct) -> None:
        world = self.world
        seconds = when[int(world.chance.random() * len(when))] * (1 + world.chance.random())
        world.after(seconds, partial(world.send, source, f"order/{placed.order}", data))

    def _line(self, placed: OrderPlaced) -> OrderLineCancellationRequested:
        """Any line, now and then one that is not there; all of it, or one unit."""
        line = 1 + int(self.world.chance.random() * (len(placed.lines) + 0.1))
        return OrderLineCancellationRequested(placed.order, line, int(self.world.happens(0.4)), "one too many")

    def _amount(self, placed: OrderPlaced) -> int:
        """Mostly some of what a line costs, now and then more than the order does."""
        whole = sum(x.net + x.tax for x in placed.lines)
        return 2 * whole if self.world.happens(0.1) else 1 + int(self.world.chance.random() * placed.lines[0].net)

    def _of_money(self, placed: OrderPlaced) -> Struct:
        draw, order = self.world.chance.random(), placed.order
        if draw < 0.2:
            return AuthorisationRequested(order, "another card")
        if draw < 0.4:
            return VoidRequested(order)
        return CaptureRequested(order, 0 if draw < 0.7 else 1 + int(draw * placed.lines[0].net))
