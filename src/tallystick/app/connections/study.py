"""What translations of connections need to have been looked up: the configuration, and who is who."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import structlog

from tallystick.app.connections.doors import open_translator
from tallystick.app.house import House
from tallystick.engine.worker import Parse
from tallystick.ports.connector import Connector, Delivery, Translation
from tallystick.ports.identities import Asked, Identities, Link
from tallystick.storage.book import Connection
from tallystick.storage.connections.identity import IdentityBook
from tallystick.storage.connections.register import KnownConnection, Register

log: Final = structlog.get_logger("worker")


class Study:
    """Implements `engine.worker.Study` over the connection that reads the inbox.

    Translators are kept while their configuration stands; what was looked up is forgotten with every batch.
    """

    def __init__(self, house: House, connection: Connection) -> None:
        """Look up over *connection*."""
        self._register = Register(connection, house.names, house.keyring)
        self._identities, self._pseudonym = IdentityBook(connection), house.keyring.pseudonym
        self._made: dict[str, tuple[KnownConnection, Connector, Identities]] = {}

    async def begin(self, sources: Collection[str]) -> Mapping[str, Parse]:
        """Forget what was looked up, and return the translators of those *sources* that are connections."""
        found: dict[str, Parse] = {}
        for known in await self._register.all():
            if known.name in sources:
                found[known.name] = self._translator(known)
        return found

    async def look_up(self, unlinked: Sequence[tuple[str, Asked]]) -> bool:
        """Look up what nobody has linked so far as is known here; say whether any answer came."""
        by_source: dict[str, set[Asked]] = {}
        for source, asked in unlinked:
            by_source.setdefault(source, set()).add(asked)
        came = False
        for source, questions in by_source.items():
            answers = await self._identities.found(source, questions)
            self._made[source][2].known.update(answers)
            came = came or bool(answers)
        return came

    async def state(self, source: str, links: Sequence[Link]) -> None:
        """Keep what a master of *source* states of ids."""
        await self._identities.state(source, links)

    def _translator(self, known: KnownConnection) -> Parse:
        before = self._made.get(known.name)
        if before is not None and before[0].changed_at == known.changed_at:
            before[2].known.clear()
            return before[1].parse
        identities = Identities()
        try:
            door = open_translator(known.configured, identities, self._pseudonym)
        except Exception as broken:  # noqa: BLE001 - its deliveries are parked with the reason; all others flow
            log.warning("no translator", connection=known.name, failure=type(broken).__name__)
            return _broken(str(broken))
        self._made[known.name] = known, door, identities
        return door.parse


def _broken(reason: str) -> Callable[[Delivery], Translation]:
    def parse(_: Delivery) -> Translation:
        raise ValueError(reason)

    return parse
