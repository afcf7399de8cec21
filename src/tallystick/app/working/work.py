"""Working in a house: for ever, once, or until what waits has been worked off."""

import asyncio

from msgspec import Struct

from tallystick.app.connections.tending import tend_once, tending
from tallystick.app.house import House
from tallystick.app.notices.arranging import are_told
from tallystick.app.notices.sending import notices_once, noticing
from tallystick.app.partners.following import are_followed, follow_once, following
from tallystick.app.working.journals import is_told, journals, journals_once
from tallystick.app.working.shifts import Shift, Way, Well, connection_to, crew_of, keep_up, log
from tallystick.app.working.telling import telling
from tallystick.engine.patience import Patience, pause
from tallystick.engine.worker import Progress
from tallystick.storage.inbox import PARTITIONS

POLL_SECONDS_MIN, POLL_SECONDS_MAX = 0.1, 1.0
"""How often a worker looks when nobody wakes it: often after there was something, more seldom as nothing comes."""


class Done(Struct):
    """What a worker has done: deliveries answered, deadlines raised, commands tried."""

    deliveries: int = 0
    deadlines: int = 0
    commands: int = 0

    def tried(self, commands: int) -> None:
        """Count commands that were tried."""
        self.commands += commands


async def work(house: House, way: Way, stop: asyncio.Event) -> Done:
    """Work in *house* until *stop* is set: then finish the batch under way, give back what was leased, and return.

    Any number of processes may do so in one book at once. Whatever becomes of the database, it goes on.
    """
    done = Done()
    log.info("started", book=house.info.name, routes=len(way.routes))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keep_up("inbox", _inbox(house, stop, done), stop))
        tasks.create_task(keep_up("outbox", _outbox((house, way), stop, done), stop))
        if way.ledger is not None and is_told(house, way.ledger):
            tasks.create_task(keep_up("journals", journals(house, way.ledger, stop), stop))
        if way.notices is not None and are_told(way.notices, house.info.name):
            tasks.create_task(keep_up("notices", noticing(house, way.notices, stop), stop))
        if way.notices is not None and are_followed(way.notices, house.info.name):
            tasks.create_task(keep_up("cases", following(house, way.notices, stop), stop))
        tasks.create_task(keep_up("subscribers", telling(house, stop), stop))
        tasks.create_task(keep_up("connections", tending((house, way), stop, done.tried), stop))
    log.info("stopped", book=house.info.name, deliveries=done.deliveries, commands=done.commands)
    return done


async def work_once(house: House, way: Way) -> Done:
    """Do what can be done now, and return: for a timetable, or a hand that helps."""
    done = Done()
    while True:
        before = (done.deliveries, done.deadlines, done.commands)
        tried, pulled = await tend_once(house, way)
        done.commands += tried
        done.deliveries += await work_off(house)
        async with crew_of(house) as crew:
            done.deadlines += await crew.keep_house(crew.gate(0))
            done.commands += await way.delivery(house, crew.writing).run_once()
        if way.ledger is not None:
            done.commands += await journals_once(house, way.ledger)
        if way.notices is not None and are_told(way.notices, house.info.name):
            done.commands += await notices_once(house, way.notices)
        if way.notices is not None and are_followed(way.notices, house.info.name):
            pulled += await follow_once(house, way.notices)
        if not pulled and before == (done.deliveries, done.deadlines, done.commands):
            return done


async def work_off(house: House, progress: Progress | None = None) -> int:
    """Work the inbox off and return how many deliveries were answered here; what others have claimed is waited for."""
    answered, patience = 0, Patience()
    async with crew_of(house) as crew:
        gate = house.gate_over(crew.writing, 0, crew.worker)
        while True:
            crew.worker.partitions = await crew.claims.take_all()
            if crew.claims.held:
                answered += await crew.worker.drain(gate, progress)
            if len(crew.claims.held) == PARTITIONS or not await crew.inbox.waiting((), 1):
                return answered
            await patience.wait()


def _inbox(house: House, stop: asyncio.Event, done: Done) -> Shift:
    async def shift(well: Well) -> None:
        async with crew_of(house) as crew:
            await crew.enlist()
            seconds = POLL_SECONDS_MIN
            while not stop.is_set():
                crew.wake.clear()
                answered, told = await crew.round(stop)
                done.deliveries, done.deadlines = done.deliveries + answered, done.deadlines + told
                well()
                if answered:
                    seconds = POLL_SECONDS_MIN
                else:
                    # What is held is held for a second at least, and no rest is longer: a deadline set meanwhile is met.
                    await _rest(stop, crew.wake, min(seconds, await crew.seconds_to_deadline()))
                    seconds = min(2 * seconds, POLL_SECONDS_MAX)

    return shift


def _outbox(where: tuple[House, Way], stop: asyncio.Event, done: Done) -> Shift:
    house, way = where

    async def shift(well: Well) -> None:
        async with connection_to(house) as connection:
            delivery = way.delivery(house, connection)
            seconds = POLL_SECONDS_MIN
            while not stop.is_set():
                tried = await delivery.run_once(stop)
                done.commands += tried
                well()
                if tried:
                    seconds = POLL_SECONDS_MIN
                else:
                    await pause(stop, seconds)
                    seconds = min(2 * seconds, POLL_SECONDS_MAX)

    return shift


async def _rest(stop: asyncio.Event, wake: asyncio.Event, seconds: float) -> None:
    """Wait until there is something new, until *stop*, or for *seconds*."""
    waits = [asyncio.create_task(event.wait()) for event in (stop, wake)]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
