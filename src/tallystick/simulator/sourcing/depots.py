"""Depots and shops that send parts of orders: all of it, some of it, late, not at all, or what they had refused before."""

from functools import partial

from msgspec import Struct

from tallystick.messages.fulfilment import (
    DispatchRefused,
    DispatchReported,
    RecallLines,
    RecallShipment,
    RedirectShipment,
    ShipOrder,
)
from tallystick.messages.sourcing.decided import CollectionReady
from tallystick.messages.stock import HeldLine
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import World

Job = tuple[str, str]
"""(order, location)"""


class Depots:
    """All locations. What each still means to send of an order is a job of its own."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.done: dict[str, Struct] = {}
        self.jobs: dict[Job, dict[int, HeldLine]] = {}
        self.parcels = 0

    def take(self, key: str, command: Struct) -> None:
        """Do what a command says, once."""
        if key in self.done:
            return
        self.done[key] = command
        if isinstance(command, ShipOrder):
            job = (command.order, command.location)
            mine = self.jobs.setdefault(job, {})
            for x in command.lines:
                known = mine.get(x.line)
                mine[x.line] = HeldLine(x.line, x.sku, x.quantity + (known.quantity if known else 0))
            self._plan(job, command)
        elif isinstance(command, RecallShipment):
            self._soon(partial(self._refuses, (command.order, command.location), "recalled"))
        elif isinstance(command, RecallLines):
            self._soon(partial(self._keeps, (command.order, command.location), command.lines))
        elif not isinstance(command, RedirectShipment):
            raise TypeError(command)

    def sends_unasked(self, order: str, location: str, lines: tuple[HeldLine, ...]) -> None:
        """A picker was quicker than the payment, or took the wrong slip."""
        self._parcel((order, location), lines)

    def _plan(self, job: Job, command: ShipOrder) -> None:
        world = self.world
        when = world.between(HOUR, 30 * HOUR)
        if command.pick_up and not world.happens(0.1):
            world.after(when, partial(self._lies_ready, job))
            if world.happens(0.4):
                world.after(when + world.between(-HOUR // 2, 9 * HOUR), partial(self._sends_some, job))
            if world.happens(0.7):
                world.after(when + world.between(HOUR, 9 * DAY), partial(self._sends_all, job))
            return
        draw = world.chance.random()
        if draw < 0.40:
            world.after(when, partial(self._sends_all, job))
        elif draw < 0.60:
            world.after(when, partial(self._sends_some, job))
            world.after(when + world.between(9 * HOUR, 90 * HOUR), partial(self._sends_all, job))
        elif draw < 0.75:
            world.after(when, partial(self._refuses, job, "nothing there"))
        elif draw < 0.90:
            world.after(when, partial(self._sends_some, job))
            world.after(when + world.between(HOUR, 40 * HOUR), partial(self._refuses, job, "short pick"))
        else:
            world.after(when, partial(self._lacks_a_line, job))
            world.after(when + world.between(HOUR, 40 * HOUR), partial(self._sends_all, job))

    def _lies_ready(self, job: Job) -> None:
        if self.jobs[job]:
            self._say(job, CollectionReady(job[0], job[1]))

    def _sends_all(self, job: Job) -> None:
        lines, self.jobs[job] = tuple(self.jobs[job].values()), {}
        self._parcel(job, lines)

    def _sends_some(self, job: Job) -> None:
        mine = self.jobs[job]
        for x in list(mine.values())[:1]:
            part = max(1, x.quantity // 2)
            mine[x.line] = HeldLine(x.line, x.sku, x.quantity - part)
            if part == x.quantity:
                del mine[x.line]
            self._parcel(job, (HeldLine(x.line, x.sku, part),))

    def _refuses(self, job: Job, reason: str) -> None:
        lines = tuple(self.jobs.get(job, {}).values())
        if not lines:
            return
        self.jobs[job] = {}
        # It names what it refuses: "all that is open" said twice could mean what it was asked for in between.
        self._say(job, DispatchRefused(job[0], reason, lines, job[1]))
        if self.world.happens(0.1):
            self.world.after(self.world.between(HOUR, 50 * HOUR), partial(self._parcel, job, lines[:1]))

    def _lacks_a_line(self, job: Job) -> None:
        for x in list(self.jobs[job].values())[:1]:
            del self.jobs[job][x.line]
            self._say(job, DispatchRefused(job[0], "broken", (x,), job[1]))

    def _keeps(self, job: Job, lines: tuple[HeldLine, ...]) -> None:
        """Take units out of what is still to be sent, unless the picker was quicker."""
        mine, kept = self.jobs.get(job, {}), []
        for x in lines:
            waiting = mine.get(x.line)
            if waiting is None or waiting.sku != x.sku:
                continue
            units = min(x.quantity, waiting.quantity)
            kept.append(HeldLine(x.line, x.sku, units))
            del mine[x.line]
            if waiting.quantity > units:
                mine[x.line] = HeldLine(x.line, x.sku, waiting.quantity - units)
        if kept:
            self._say(job, DispatchRefused(job[0], "taken out", tuple(kept), job[1]))

    def _parcel(self, job: Job, lines: tuple[HeldLine, ...]) -> None:
        if not lines:
            return
        order, location = job
        self.parcels += 1
        for x in lines:
            self.world.truth.units[x.sku, location] -= x.quantity
        left = DispatchReported(order, f"S{self.parcels}", lines, location=location)
        self.world.send_named(location, f"order/{order}", left, lines=(HeldLine(lines[0].line, lines[0].sku, 9),))

    def _say(self, job: Job, data: Struct) -> None:
        self.world.send(job[1], f"order/{job[0]}", data)

    def _soon(self, do: partial[None]) -> None:
        self.world.after(self.world.between(60, 20 * HOUR), do)
