"""Tending connections: for each a lane that pushes what is due and pulls what happened, begun anew when it is changed.

Lanes share nothing: each has its threads, its database connections and its circuit. What one partner does to its lane
stays there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from tallystick.app.connections.doors import Door, Look, open_door, routes_of
from tallystick.app.connections.feeding import channels_of, feed_once, feeding
from tallystick.app.connections.publishing import publish_once, published_channels, publishing
from tallystick.app.house import House
from tallystick.app.working.shifts import Shift, Way, Well, connection_to, keep_up, log
from tallystick.engine.delivery import Delivery
from tallystick.engine.partners.lanes import Heard
from tallystick.engine.partners.pulling import Puller
from tallystick.engine.patience import pause
from tallystick.ports.connector import ConnectorError, Retryable
from tallystick.storage.book import Connection
from tallystick.storage.connections.health import OPENING, note_circuit, note_health
from tallystick.storage.connections.pulls import Pulls
from tallystick.storage.connections.register import KnownConnection, Register
from tallystick.storage.inbox import Inbox
from tallystick.storage.outbox import Outbox
from tallystick.storage.vault import who_is

LOOK_SECONDS: Final = 1.0
LOOK_UP_SECONDS_MAX: Final = 10.0
REST_SECONDS_MIN, REST_SECONDS_MAX = 0.1, 1.0

Round = Callable[[asyncio.Event], Awaitable[int]]
Told = Callable[[int], None]


class _Running(Struct):
    known: KnownConnection
    stop: asyncio.Event
    task: "asyncio.Task[None]"


def pushes_of(house: House, door: Door, way: Way, connection: Connection) -> Delivery:
    """Return the delivery of one connection's commands."""
    outbox = Outbox(connection, house.names)
    outbox.lane, outbox.beside = door.known.id, tuple(way.routes)
    delivery = Delivery(outbox, routes_of(door), lambda: datetime.now(UTC), way.lease_seconds)
    delivery.room, delivery.places = door.lane.room, asyncio.Semaphore(door.lane.limits.places)
    return delivery


async def pulls_of(house: House, door: Door, connection: Connection) -> Puller:
    """Return the puller of one connection."""
    pulls = Pulls(connection, Inbox(connection, house.names, house.keyring), door.known.id)
    await pulls.know([kind.__name__ for kind in door.connector.manifest.pulls])
    puller = Puller(door.lane, door.connector, pulls, lambda: datetime.now(UTC))
    puller.poll_seconds = door.known.configured.policy.poll_seconds
    return puller


async def note(connection: Connection, door: Door) -> None:
    """Keep what was heard of a partner since the last time."""
    await note_health(connection, door.known.id, door.lane.take_heard())


async def door_of(house: House, known: KnownConnection, connection: Connection) -> Door:
    """Open the door of a connection with its secrets."""
    secrets = await Register(connection, house.names, house.keyring).secrets_of(known)
    return open_door(known, secrets, _vault_of(house))


def _vault_of(house: House) -> Look:
    """Return who looks a reference up in the vault: from a lane's thread, over a connection of its own."""
    loop = asyncio.get_running_loop()

    async def look(reference: str) -> Mapping[str, object] | None:
        async with connection_to(house) as connection:
            return await who_is(connection, house.keyring, reference)

    def person(reference: str) -> Mapping[str, object] | None:
        try:
            return asyncio.run_coroutine_threadsafe(look(reference), loop).result(LOOK_UP_SECONDS_MAX)
        except (TimeoutError, OSError) as away:
            raise Retryable(f"the vault cannot be asked now ({type(away).__name__})") from None

    return person


def tending(where: tuple[House, Way], stop: asyncio.Event, tried: Told) -> Shift:
    """Return a shift that keeps a lane going for each connection that works, and ends those that no longer do.

    It never waits for a lane to end, for its partner may hang; only the successor of the same connection does.
    """
    house, way = where

    async def shift(well: Well) -> None:
        running: dict[int, _Running] = {}
        try:
            async with connection_to(house) as connection:
                register = Register(connection, house.names, house.keyring)
                while not stop.is_set():
                    working = {k.id: k for k in await register.all() if k.works}
                    for number in [n for n, r in running.items() if _is_over(r, working.get(n))]:
                        del running[number]
                    for number in sorted(working.keys() - running.keys()):
                        running[number] = _begun((house, way, tried), working[number])
                    well()
                    await pause(stop, LOOK_SECONDS)
        finally:
            for one in running.values():
                one.stop.set()
            await asyncio.gather(*(one.task for one in running.values()))

    return shift


def _is_over(one: _Running, known: KnownConnection | None) -> bool:
    """Tell a lane to end when its connection is something else now; say whether it has ended."""
    if one.known != known:
        one.stop.set()
    return one.task.done()


async def tend_once(house: House, way: Way) -> tuple[int, int]:
    """Push and pull what is due at every connection, now; return commands tried and deliveries that were new."""
    async with connection_to(house) as connection:
        working = [k for k in await Register(connection, house.names, house.keyring).all() if k.works]
    done = await asyncio.gather(*(_once(house, way, known) for known in working))
    return sum(tried for tried, _ in done), sum(new for _, new in done)


async def _once(house: House, way: Way, known: KnownConnection) -> tuple[int, int]:
    async with connection_to(house) as connection:
        try:
            door = await door_of(house, known, connection)
        except Exception as failure:  # noqa: BLE001 - a door that does not open keeps no other shut
            log.warning("no door", connection=known.name, failure=type(failure).__name__)
            return 0, 0
        try:
            tried = await pushes_of(house, door, way, connection).run_once() + await publish_once(house, door)
            tried += await feed_once(house, door)
            new = await (await pulls_of(house, door, connection)).run_once()
            await note(connection, door)
        finally:
            door.close()
    return tried, new


def _begun(where: tuple[House, Way, Told], known: KnownConnection) -> _Running:
    stop = asyncio.Event()
    task = asyncio.create_task(keep_up(f"connection {known.name}", _lane(where, known, stop), stop))
    return _Running(known, stop, task)


def _lane(where: tuple[House, Way, Told], known: KnownConnection, stop: asyncio.Event) -> Shift:
    house, way, tried = where

    async def shift(well: Well) -> None:
        async with connection_to(house) as pushing, connection_to(house) as pulling:
            try:
                door = await door_of(house, known, pushing)
            except ConnectorError as failure:
                await note_health(pushing, known.id, {OPENING: _shut(failure)})
                await stop.wait()  # until somebody changes the connection
                return
            await note_health(pushing, known.id, {OPENING: Heard(succeeded=1, succeeded_at=datetime.now(UTC))})
            await note_circuit(pushing, known.id, door.lane.circuit.value)
            log.info("connection", name=known.name, connector=known.configured.connector)
            delivery, puller = pushes_of(house, door, way, pushing), await pulls_of(house, door, pulling)

            async def push(stop: asyncio.Event) -> int:
                found = await delivery.run_once(stop)
                tried(found)
                return found

            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(_rounds(push, (pushing, door, well), stop))
                    tasks.create_task(_rounds(puller.run_once, (pulling, door, well), stop))
                    for channel in channels_of(door):
                        feed = feeding((house, door, channel), stop, tried)
                        tasks.create_task(keep_up(f"stock feed {channel}", feed, stop))
                    for channel in published_channels(door):
                        feed = publishing((house, door, channel), stop, tried)
                        tasks.create_task(keep_up(f"product feed {channel}", feed, stop))
            except* Exception as failures:  # noqa: BLE001 - the first is told, as of any shift
                raise failures.exceptions[0] from None
            finally:
                door.close()

    return shift


def _shut(failure: ConnectorError) -> Heard:
    return Heard(failed=1, failed_at=datetime.now(UTC), failed_as=type(failure).__name__, failure=str(failure))


async def _rounds(one: Round, what: tuple[Connection, Door, Well], stop: asyncio.Event) -> None:
    """Do one round after another; note what was heard after each that did something, and now and then."""
    connection, door, well = what
    seconds = REST_SECONDS_MIN
    while not stop.is_set():
        did = await one(stop)
        if door.lane.heard:
            await note(connection, door)
            await note_circuit(connection, door.known.id, door.lane.circuit.value)
        well()
        if did:
            seconds = REST_SECONDS_MIN
        else:
            await pause(stop, seconds)
            seconds = min(2 * seconds, REST_SECONDS_MAX)
