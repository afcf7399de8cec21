"""The warehouse: sends what it is asked for, in one parcel or two, late, too much, or not at all."""

from collections.abc import Callable
from functools import partial

from msgspec import Struct

from tallystick.messages.fulfilment import (
    DispatchRefused,
    DispatchReported,
    RecallLines,
    RecallShipment,
    ShipOrder,
)
from tallystick.messages.stock import HeldLine
from tallystick.simulator.weather import HOUR
from tallystick.simulator.world import World

Parcel = tuple[HeldLine, ...]


class Task(Struct):
    """What the warehouse still means to send of an order."""

    location: str
    lines: dict[int, HeldLine]
    is_asked: bool = False


class Warehouse:
    """All locations. `on_parcel` is called when the customer holds the goods."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.done: dict[str, Struct] = {}
        self.tasks: dict[str, Task] = {}
        self.parcels = 0
        self.on_parcel: Callable[[str, str, Parcel], None] = lambda *_: None

    def take(self, key: str, command: Struct) -> None:
        """Do what a command says, once."""
        if key in self.done:
            return
        self.done[key] = command
        if isinstance(command, ShipOrder):
            task = self.tasks.setdefault(command.order, Task(command.location, {}))
            task.is_asked = True
            task.lines.update({x.line: x for x in command.lines})
            self._plan(command.order)
        elif isinstance(command, RecallShipment) and command.order in self.tasks:
            self._recalled(command.order)
        elif isinstance(command, RecallLines) and command.order in self.tasks:
            self.world.after(60, partial(self._keeps, command.order, command.lines))

    def sends_unasked(self, order: str, location: str, lines: Parcel) -> None:
        """Send goods of an order nobody has released: a picker was quicker than the payment, or took the wrong slip."""
        self.tasks.setdefault(order, Task(location, {}))
        self._parcel(order, location, lines)

    def _plan(self, order: str) -> None:
        world = self.world
        when = world.between(1 * HOUR, 20 * HOUR)
        if world.happens(0.06):
            when += 50 * HOUR
        draw = world.chance.random()
        if draw < 0.60:
            world.after(when, partial(self._send_rest, order))
        elif draw < 0.80:
            world.after(when, partial(self._send_some, order))
            world.after(when + world.between(HOUR, 80 * HOUR), partial(self._send_rest, order))
        elif draw < 0.88:
            world.after(when, partial(self._refuse, order, "nothing there"))
        elif draw < 0.95:
            world.after(when, partial(self._send_some, order))
            world.after(when + world.between(HOUR, 50 * HOUR), partial(self._refuse, order, "short pick"))
        elif draw < 0.97:
            world.after(when, partial(self._send_rest, order, 1))
        else:
            world.after(when, partial(self._send_wrong, order))
            end = self._send_rest if draw < 0.985 else partial(self._refuse, reason="taken out of the range")
            world.after(when + world.between(9 * HOUR, 80 * HOUR), partial(end, order))

    def _send_wrong(self, order: str) -> None:
        """The picker reaches into the box beside: what was ordered is still here, something else is not."""
        task = self.tasks[order]
        for line in list(task.lines.values())[:1]:
            other = "SHADE" if line.sku == "LAMP" else "LAMP"
            self._parcel(order, task.location, (HeldLine(line.line, other, 1),))

    def _send_rest(self, order: str, extra: int = 0) -> None:
        task = self.tasks[order]
        lines = tuple(task.lines.values())
        task.lines = {}
        if lines and extra:
            first = lines[0]
            lines = (HeldLine(first.line, first.sku, first.quantity + extra), *lines[1:])
        self._parcel(order, task.location, lines)

    def _send_some(self, order: str) -> None:
        task = self.tasks[order]
        lines = list(task.lines.values())
        if lines:
            first = lines[0]
            part = HeldLine(first.line, first.sku, max(1, first.quantity // 2))
            task.lines[first.line] = HeldLine(first.line, first.sku, first.quantity - part.quantity)
            if part.quantity == first.quantity:
                del task.lines[first.line]
            self._parcel(order, task.location, (part,))

    def _parcel(self, order: str, location: str, lines: Parcel) -> None:
        if not lines:
            return
        self.parcels += 1
        for x in lines:
            self.world.truth.units[x.sku, location] -= x.quantity
        left = DispatchReported(order, f"S{self.parcels}", lines)
        self.world.send_named(location, f"order/{order}", left, lines=(HeldLine(lines[0].line, lines[0].sku, 9),))
        # Most parcels travel; some are handed over the counter.
        hours = (0, 0.2) if self.world.happens(0.1) else (4, 40)
        there = self.world.between(hours[0] * HOUR, hours[1] * HOUR)
        self.world.after(there, partial(self.on_parcel, order, location, lines))

    def _refuse(self, order: str, reason: str) -> None:
        task = self.tasks[order]
        lines, task.lines = tuple(task.lines.values()), {}
        if not lines:
            return
        self.world.send(task.location, f"order/{order}", DispatchRefused(order, reason))
        if self.world.happens(0.10):
            # Found after all, and sent although everybody had given up on it.
            sent = lines if self.world.happens(0.5) else (HeldLine(lines[0].line, lines[0].sku, 1),)
            self.world.after(self.world.between(HOUR, 90 * HOUR), partial(self._parcel, order, task.location, sent))

    def _keeps(self, order: str, lines: Parcel) -> None:
        """Take single units out of what is still to be sent, unless the picker was quicker or does not listen."""
        task, kept = self.tasks[order], []
        for x in lines:
            waiting = task.lines.get(x.line)
            if waiting is None or waiting.sku != x.sku or self.world.happens(0.1):
                continue
            units = min(x.quantity, waiting.quantity)
            kept.append(HeldLine(x.line, x.sku, units))
            del task.lines[x.line]
            if waiting.quantity > units:
                task.lines[x.line] = HeldLine(x.line, x.sku, waiting.quantity - units)
        if kept:
            self.world.send(task.location, f"order/{order}", DispatchRefused(order, "taken out", tuple(kept)))

    def _recalled(self, order: str) -> None:
        late = 30 * HOUR if self.world.happens(0.3) else 0
        draw = self.world.chance.random()
        if draw < 0.75:
            self.world.after(late + 60, partial(self._refuse, order, "recalled"))
        elif draw < 0.85:
            self.world.after(late + 60, partial(self._send_some, order))
            self.world.after(late + 9 * HOUR, partial(self._refuse, order, "recalled"))
        else:
            self.world.after(late + 60, partial(self._send_rest, order))
