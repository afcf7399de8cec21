"""A configured connection as a door in its lane, and where its commands go."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.app.connections.intake import check_places, own_settings, reading, takes_in_only, taking_in
from tallystick.app.connectors import CONNECTORS, Maker
from tallystick.engine.delivery import Many, Route
from tallystick.engine.partners.lanes import Lane, Limits
from tallystick.messages.catalogue import CATALOGUE, address_field
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Connector,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Pseudonym,
    Retryable,
    no_one,
    nobody,
)
from tallystick.ports.identities import Identities
from tallystick.storage.connections.register import Configured, ConnectionConflict, KnownConnection

ASK_SECONDS_MAX: Final = 20.0
COMMANDS_TOGETHER_MAX: Final = 100
Look = Callable[[str], Mapping[str, object] | None]


class Door(Struct, frozen=True):
    """An opened connection: the foreign system's door, and the lane all its calls run in."""

    known: KnownConnection
    connector: Connector
    lane: Lane

    def close(self) -> None:
        """Let go of what the door holds, if it holds anything."""
        closing: Callable[[], None] | None = getattr(self.connector, "close", None)
        if closing is not None:
            closing()


def maker_of(connector: str) -> Maker:
    """Return the class of a connector; raise `ConnectionConflict` for one we do not have."""
    maker = CONNECTORS.get(connector)
    if maker is None:
        known = ", ".join(sorted(CONNECTORS)) or "none"
        raise ConnectionConflict(f"connector: {connector!r} is none of ours ({known}): see `tally connector list`")
    return maker


def open_door(known: KnownConnection, secrets: Mapping[str, str], person: Look = no_one) -> Door:
    """Return the door of a connection; nothing is sent. Raises what the connector says of a wrong configuration.

    *person* says what the vault knows of a reference.
    """

    def secret(name: str) -> str:
        if name not in secrets:
            raise Misconfigured(
                f"{known.name} has no secret {name!r}: give it by `tally connection secret {known.name} {name}`"
            )
        return secrets[name]

    policy = known.configured.policy
    lane = Lane(known.name, Limits(policy.places, policy.calls_per_minute_max), tuple(secrets.values()))
    connection = replace(_connection(known.configured, secret), person=person)
    connector = taking_in(maker_of(known.configured.connector)(connection), connection, known.configured.settings)
    return Door(known, connector, lane)


def open_translator(configured: Configured, identities: Identities, pseudonym: Pseudonym = nobody) -> Connector:
    """Return a door for translating only: it has no secrets, for it sends nothing; *pseudonym* names its people."""
    maker = maker_of(configured.connector)
    connector = maker(replace(_connection(configured, lambda _: "", identities), pseudonym=pseudonym))
    return reading(connector, configured.settings)


def routes_of(door: Door) -> dict[str, Route]:
    """Return the way of each type of command this connection takes; all run in its lane."""
    many = _many(door) if hasattr(door.connector, "push_many") else None

    async def push(command: Struct, key: str) -> Acknowledgement:
        return await door.lane.do("push", door.connector.push, command, key)

    async def ask(command: Struct, key: str) -> Acknowledgement | None:
        return await _became(door, command, key)

    types = door.connector.manifest.pushes
    return {CATALOGUE.of(type_).type: Route(push, ask, many) for type_ in types}


def addresses_of(configured: Configured, maker: Maker) -> list[tuple[str, str]]:
    """Return (message type, address) of every command this connection answers for.

    Commands are addressed by the field that names a partner; where `serves` says nothing of a field, the connection's
    own name stands there. Raises `ConnectionConflict` for a field that none of its commands has.
    """
    if takes_in_only(configured):
        if configured.serves:
            raise ConnectionConflict("serves: there is no URL that commands could go to: give one, or serve nobody")
        return []
    manifest, found = maker.manifest, []
    fields = {address_field(type_) for type_ in manifest.pushes} - {""}
    for field in sorted(configured.serves.keys() - fields):
        known = ", ".join(sorted(fields)) or "none at all"
        raise ConnectionConflict(f"serves: no command to {manifest.name} is addressed by {field!r}: use {known}")
    for type_ in manifest.pushes:
        field = address_field(type_)
        stated = manifest.addressed_by.get(type_, field)
        if stated != field:
            raise Misconfigured(
                f"{manifest.name} says that {type_.__name__} is addressed by {stated!r}; it is by {field!r}"
            )
        addresses: Sequence[str] = configured.serves.get(field, (configured.name,)) if field else ("",)
        found += [(CATALOGUE.of(type_).type, address) for address in addresses]
    return found


def check_settings(configured: Configured, maker: Maker) -> None:
    """Raise `ConnectionConflict` for a setting that this connector does not have."""
    check_places(configured, maker)
    known = maker.manifest.settings
    for name in sorted(own_settings(configured.settings).keys() - known.keys()):
        said = ", ".join(f"{n} ({means})" for n, means in known.items()) or "none"
        raise ConnectionConflict(f"settings: {name!r} is no setting of {maker.manifest.name}: use {said}")


def _connection(
    configured: Configured, secret: Callable[[str], str], identities: Identities | None = None
) -> Connection:
    return Connection(
        name=configured.name,
        url=configured.url,
        secret=secret,
        settings=own_settings(configured.settings),
        identities=identities or Identities(),
    )


async def _became(door: Door, command: Struct, key: str) -> Acknowledgement | None:
    """Ask what became of a command; who does not answer that in time is asked again later."""
    try:
        async with asyncio.timeout(ASK_SECONDS_MAX):
            found = await door.lane.do("ask", door.connector.ask, OutcomeAsked(command, key))
    except TimeoutError:
        raise Retryable("asked what became of it, and got no answer", ASK_SECONDS_MAX) from None
    if not isinstance(found, Outcome):
        raise Misconfigured(f"the door answers {type(found).__name__} when asked what became of a command")
    return found.acknowledgement


def _many(door: Door) -> Many:
    push_many: Callable[..., Any] = door.connector.push_many  # type: ignore[attr-defined]

    async def push(keyed: Sequence[tuple[Struct, str]]) -> Sequence[Acknowledgement | Exception]:
        found = await door.lane.do("push", push_many, keyed)
        return [_masked(door.lane, one) if isinstance(one, Exception) else one for one in found]

    async def ask(keyed: Sequence[tuple[Struct, str]]) -> Sequence[Acknowledgement | None]:
        return [await _became(door, command, key) for command, key in keyed]

    return Many(push, ask, door.connector.manifest.page_size_max or COMMANDS_TOGETHER_MAX)


def _masked(lane: Lane, failure: Exception) -> Exception:
    """One command's refusal, without the secrets of its lane."""
    if isinstance(failure, Retryable):
        return Retryable(lane.masked(str(failure)), failure.after_seconds)
    return type(failure)(lane.masked(str(failure)))
