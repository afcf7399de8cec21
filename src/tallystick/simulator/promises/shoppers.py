"""Shoppers with a basket: they have units held, dither, and order them, or other ones, or never come back."""

from functools import partial

from msgspec import Struct

from tallystick.messages.reservations import (
    ReservationConfirmed,
    ReservationExtended,
    ReservationReleased,
    ReservationRequested,
    ReservationTransferRequested,
    WantedLine,
)
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.simulator.customers import CHANNELS, LOCATIONS, PROVIDERS, SKUS
from tallystick.simulator.weather import DAY, HOUR, MINUTE
from tallystick.simulator.world import World

HOLD_SECONDS = (10 * MINUTE, HOUR, 2 * DAY)


class Shoppers:
    """Everybody who reserves before ordering."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world

    def comes(self, number: int) -> None:
        """Have a basket held, under the number of the order it may become."""
        world, chance = self.world, self.world.chance
        order, channel = f"V{number}", CHANNELS[number % 2]
        location = LOCATIONS[int(chance.random() * 2)]
        lines = self._lines()
        asked = ReservationRequested(
            order,
            "1",
            channel,
            location,
            lines,
            HOLD_SECONDS[int(chance.random() * 3)],
            partial=world.happens(0.3),
        )
        if not world.happens(0.05):
            self._tell(asked)
            self._dithers(asked)
        if world.happens(0.7):
            self._orders(asked)

    def _dithers(self, asked: ReservationRequested) -> None:
        """Ask for one or two other things while it is held, or when it is not any more."""
        world, order = self.world, asked.order
        other = LOCATIONS[asked.location == LOCATIONS[0]]
        choices: tuple[Struct, ...] = (
            ReservationExtended(order, "1", 2 * HOUR),
            ReservationConfirmed(order, "1"),
            ReservationReleased(order, "1", "another basket"),
            ReservationTransferRequested(order, "1", location=other),
        )
        # A basket is moved at most once: what it holds is told by location.
        left = list(choices)
        while left and world.happens(0.6):
            said = left.pop(int(world.chance.random() * len(left)))
            world.after(world.between(MINUTE, HOUR), partial(self._tell, said))

    def _orders(self, asked: ReservationRequested) -> None:
        """Order what is held; or more, or less, or elsewhere, or twice."""
        world, chance = self.world, self.world.chance
        location = asked.location if world.happens(0.85) else LOCATIONS[int(chance.random() * 2)]
        lines = [self._priced(x.line, x.sku, x.quantity + int(chance.random() * 1.3)) for x in asked.lines]
        if world.happens(0.2):
            lines.append(self._priced(9, SKUS[int(chance.random() * 3)], 1 + int(chance.random() * 9)))
        placed = OrderPlaced(
            asked.order,
            asked.channel if world.happens(0.9) else CHANNELS[int(chance.random() * 2)],
            location,
            "EUR/2",
            PROVIDERS[int(chance.random() * 2)],
            tuple(lines),
            "DE",
            reservation="1" if world.happens(0.95) else "",
            partial=world.happens(0.2),
        )
        when = world.between(2 * MINUTE, 3 * HOUR)
        world.after(when, partial(self._tell, placed))
        if world.happens(0.1):
            world.after(when + HOUR, partial(self._tell, placed))

    def _lines(self) -> tuple[WantedLine, ...]:
        chance = self.world.chance
        count = 1 + int(chance.random() * 2)
        return tuple(
            WantedLine(n, SKUS[int(chance.random() * 3)], 1 + int(chance.random() * 3)) for n in range(1, count + 1)
        )

    def _priced(self, line: int, sku: str, quantity: int) -> OrderLine:
        net = quantity * 700 + line
        return OrderLine(line, sku, quantity, net, net * 19 // 100)

    def _tell(self, said: Struct) -> None:
        self.world.send("web", f"order/{said.order}", said)  # type: ignore[attr-defined]
