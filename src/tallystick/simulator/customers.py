"""Customers and the channel they order through: order, change their minds, send goods back."""

from functools import partial
from typing import Final

from msgspec import Struct

from tallystick.messages.returns import Disposition, ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine
from tallystick.simulator.second_thoughts import SecondThoughts
from tallystick.simulator.warehouse import Parcel, Warehouse
from tallystick.simulator.weather import DAY, HOUR, MINUTE
from tallystick.simulator.world import World

SKUS = ("LAMP", "SHADE", "BULB")
LOCATIONS = ("WH1", "WH2")
CHANNELS = ("web", "market")
PROVIDERS = ("stripe", "adyen")
DISPOSITIONS: Final[tuple[Disposition, ...]] = ("sellable", "sellable", "quarantine", "damaged")
QUICK_SECONDS = (3 * MINUTE, HOUR, 2 * DAY)
CHANGE_OF_MIND_SECONDS = (MINUTE, 2 * HOUR, DAY, 5 * DAY)


class Customers:
    """Everybody who orders, and the channels that pass it on."""

    def __init__(self, world: World, warehouse: Warehouse) -> None:
        """Live in *world*; goods come from *warehouse*."""
        self.world, self.warehouse, self.second_thoughts = world, warehouse, SecondThoughts(world)
        self.done: dict[str, Struct] = {}
        self.returns = 0
        warehouse.on_parcel = self.holds

    def take(self, key: str, command: Struct) -> None:
        """Hear that an order was refused or has ended, once."""
        self.done.setdefault(key, command)

    def order(self, number: int) -> None:
        """Place one order, and perhaps regret it."""
        world, chance = self.world, self.world.chance
        name = f"W{number}"
        placed = OrderPlaced(
            name,
            CHANNELS[number % 2],
            LOCATIONS[int(chance.random() * 2)],
            "EUR/2",
            PROVIDERS[int(chance.random() * 2)],
            self._lines(),
            "DE",
            follows_parcels=CHANNELS[number % 2] == "web",
            already_sold=number % 3 == 1,
        )
        self._tell(placed.channel, name, placed)
        draw = chance.random()
        if draw < 0.05:
            world.after(HOUR, partial(self._tell, placed.channel, name, placed))
        if draw < 0.22:
            seconds = CHANGE_OF_MIND_SECONDS[int(chance.random() * 4)] + world.between(0, HOUR)
            world.after(seconds, partial(self._tell, placed.channel, name, OrderCancellationRequested(name, "regret")))
        self.second_thoughts.about(placed)
        if world.happens(0.15):
            self._picked_too_early(placed)
        if world.happens(0.03):
            world.after(world.between(0, 9 * DAY), partial(self._bring, name, placed.location, placed.lines[0], 1))

    def holds(self, order: str, location: str, lines: Parcel) -> None:
        """A parcel arrived: keep it, or send some of it back, with or without asking first."""
        world = self.world
        if not world.happens(0.3):
            return
        line = lines[0]
        back = 1 + int(world.chance.random() * (line.quantity + (0.3 if world.happens(0.2) else 0)))
        self._bring(order, location, line, back)

    def _lines(self) -> tuple[OrderLine, ...]:
        chance = self.world.chance
        skus = [SKUS[int(chance.random() * 3)] for _ in range(1 + int(chance.random() * 2.5))]
        if chance.random() < 0.2:
            skus.append(skus[0])
        lines = []
        for n, sku in enumerate(skus, 1):
            quantity = 1 + int(chance.random() * 3)
            net = quantity * (500 + int(chance.random() * 2000)) + int(chance.random() * 3)
            lines.append(OrderLine(n, sku, quantity, net, net * 19 // 100))
        return tuple(lines)

    def _tell(self, channel: str, order: str, data: Struct) -> None:
        self.world.send(channel, f"order/{order}", data)

    def _picked_too_early(self, placed: OrderPlaced) -> None:
        world, lines = self.world, placed.lines
        whole = tuple(HeldLine(x.line, x.sku, x.quantity) for x in lines)
        one = (HeldLine(lines[0].line, lines[0].sku, 1),)
        beside = (HeldLine(lines[0].line, "SHADE" if lines[0].sku == "LAMP" else "LAMP", 1),)
        parcels = ((whole,), (one,), (one, one), (beside,))[int(world.chance.random() * 3.3)]
        for parcel in parcels:
            send = partial(self.warehouse.sends_unasked, placed.order, placed.location, parcel)
            world.after(world.between(MINUTE, QUICK_SECONDS[int(world.chance.random() * 3)]), send)

    def _bring(self, order: str, location: str, line: HeldLine | OrderLine, quantity: int) -> None:
        """Send *quantity* units back: asked for or not, in time or not, in one parcel or one more."""
        world = self.world
        self.returns += 1
        rma = f"R{self.returns}"
        asks = world.happens(0.6)
        if asks:
            self._tell("service", order, ReturnRequested(order, rma, (HeldLine(line.line, line.sku, quantity),)))
            if world.happens(0.1):
                return
        # Turned away at the door, at once or soon, a week later, or long after the permission has lapsed.
        days = (
            (0.1, 0.003)[int(world.chance.random() * 1.4)]
            if world.happens(0.2)
            else 34
            if asks and world.happens(0.1)
            else world.between(1, 9)
        )
        parcel = f"P{self.returns}" if world.happens(0.8) else ""
        came = ReturnedLine(line.line, line.sku, quantity, DISPOSITIONS[int(world.chance.random() * 4)])
        to = LOCATIONS[int(world.chance.random() * 2)] if world.happens(0.2) else location
        world.after(days * DAY, partial(self._arrives, ReturnReceived(order, rma, to, (came,), parcel)))
        if world.happens(0.1):
            world.after(
                (days + 2) * DAY,
                partial(self._arrives, ReturnReceived(order, rma, to, (came,), parcel and f"{parcel}b")),
            )

    def _arrives(self, received: ReturnReceived) -> None:
        for x in received.lines:
            self.world.truth.units[x.sku, received.location] += x.quantity
        subject = f"order/{received.order}"
        if received.parcel:
            self.world.send_named(received.location, subject, received, location="elsewhere")
        else:
            self.world.send(received.location, subject, received)
