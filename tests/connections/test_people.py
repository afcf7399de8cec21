"""Whom a command's reference stands for: a door looks it up from its lane, over a connection that is not held meanwhile."""

import asyncio
from collections.abc import Mapping

from tallystick.storage.vault import erase, remember
from tests.connections.conftest import Shopfloor
from tests.connections.tiny import Partner, Tiny


async def test_a_door_learns_who_a_reference_is_until_they_are_erased(floor: Shopfloor, partner: Partner) -> None:
    """Several look-ups at once; nobody where nobody is known, or who was erased."""
    door = await floor.door(await floor.connects("card", partner))
    assert isinstance(door.connector, Tiny)
    person, connection = door.connector._connection.person, await floor.house.connection()
    ada = {"name": "Ada Quill", "city": "Leeds"}
    reference = await remember(connection, floor.house.keyring, ("api", "delivery/W1"), ada)

    async def look(whom: str) -> Mapping[str, object] | None:
        return await door.lane.do("look", person, whom)

    assert await asyncio.gather(*(look(reference) for _ in range(6))) == [ada] * 6
    assert await look("person:nobody") is None
    await erase(connection, reference)
    assert await look(reference) is None
