"""A partner called now, because somebody asked: tried out, or pulled."""

from collections.abc import Sequence

from msgspec import Struct

from tallystick.app.connections.doors import Door, maker_of
from tallystick.app.connections.intake import secrets_of
from tallystick.app.connections.tending import door_of, note, pulls_of
from tallystick.app.exits import misused, not_in_order
from tallystick.app.house import House
from tallystick.ports.connector import ConnectorError
from tallystick.storage.book import Connection
from tallystick.storage.connections.health import connection_health
from tallystick.storage.connections.pulls import Pulls
from tallystick.storage.connections.register import Register
from tallystick.storage.inbox import Inbox


class Tried(Struct, frozen=True):
    """One thing that was tried."""

    what: str
    ok: bool
    detail: str


class Pulled(Struct, frozen=True):
    """How many deliveries were new, and what failed."""

    new: int
    failures: Sequence[str]


async def try_out(house: House, name: str) -> list[Tried]:
    """Open a connection's door and ask for one page of each kind, from where its pulls stand. Keeps nothing."""
    connection = await house.connection()
    known = await Register(connection, house.names, house.keyring).named(name)
    try:
        door = await door_of(house, known, connection)
    except ConnectorError as failure:
        return [Tried("door", ok=False, detail=str(failure))]
    wanted = secrets_of(known.configured, maker_of(known.configured.connector))
    missing = [key for key in wanted if key not in known.secrets]
    remedy = "; ".join(f"`tally connection secret {name} {key}`" for key in missing)
    tried = [
        Tried("secrets", not missing, remedy or "all given"),
        Tried("door", ok=True, detail=known.configured.url or known.configured.settings.get("from", "")),
    ]
    try:
        cursors = {p.kind: p.cursor for h in await connection_health(connection) if h.name == name for p in h.pulls}
        kinds = door.connector.manifest.pulls
        tried += [await _page(door, kind, cursors.get(kind.__name__, "")) for kind in kinds]
    finally:
        door.close()
    return tried


async def pull_now(house: House, name: str, what: tuple[str | None, str | None]) -> Pulled:
    """Pull one kind, or all, now; from a cursor or from where the last pull ended."""
    connection = await house.connection()
    known = await Register(connection, house.names, house.keyring).named(name)
    door = await door_of(house, known, connection)
    try:
        return await _pulled(house, door, connection, what)
    finally:
        door.close()


async def _pulled(house: House, door: Door, connection: Connection, what: tuple[str | None, str | None]) -> Pulled:
    kind, since = what
    kinds = [k.__name__ for k in door.connector.manifest.pulls]
    if kind is not None and kind not in kinds:
        raise misused(f"{door.known.name} has no {kind} to pull", f"it has {', '.join(kinds) or 'nothing'}")
    puller = await pulls_of(house, door, connection)
    pulls = Pulls(connection, Inbox(connection, house.names, house.keyring), door.known.id)
    for one in [kind] if kind else kinds:
        await pulls.begin_at(one, since)
    new = await puller.run_once()
    failures = [f"{verb}: {h.failed_as}: {h.failure}" for verb, h in door.lane.heard.items() if h.failed]
    heard = bool(door.lane.heard)
    await note(connection, door)
    if not heard and kinds:
        raise not_in_order(
            f"somebody else pulls from {door.known.name} at the moment",
            "it comes to the same: see `tally connection list`",
        )
    return Pulled(new, failures)


async def _page(door: Door, kind: type[Struct], cursor: str) -> Tried:
    try:
        page = await door.lane.do(f"pull {kind.__name__}", door.connector.pull, kind, cursor)
    except ConnectorError as failure:
        return Tried(f"pull {kind.__name__}", ok=False, detail=f"{type(failure).__name__}: {failure}")
    more = ", and there is more" if page.more else ""
    return Tried(f"pull {kind.__name__}", ok=True, detail=f"{len(page.deliveries)} deliveries{more}")
