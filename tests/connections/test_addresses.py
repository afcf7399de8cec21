"""Whom a command is for: one field, written beside it by the gate, the same for every connector."""

import asyncpg
import msgspec
import pytest

from tallystick.app.connections.doors import addresses_of
from tallystick.app.connectors import manifests
from tallystick.messages.books.ledger import PostJournal, ReverseJournal
from tallystick.messages.catalogue import TYPES, Role, address_field, address_of
from tallystick.messages.fulfilment import ShipOrder
from tallystick.messages.payments import AuthorisePayment
from tallystick.messages.sales import CancelOrder
from tallystick.ports.connector import Manifest, Misconfigured
from tallystick.security.keyring import WrongKey
from tallystick.storage import migrations
from tallystick.storage.book import connect
from tallystick.storage.connections.register import Configured, ConnectionConflict
from tests.connections.conftest import Shopfloor, order
from tests.connections.tiny import MANIFEST, Partner, Tiny

TO_NOBODY = {PostJournal, ReverseJournal}
"""Journals name their ledger inside; they are pushed by `tally journal push`."""


def test_every_command_says_whom_it_is_for() -> None:
    """A command that names neither provider, location nor channel could go to one partner only."""
    commands = {t.struct for t in TYPES if t.role is Role.COMMAND}
    assert {c for c in commands if not address_field(c)} == TO_NOBODY


@pytest.mark.parametrize("manifest", manifests(), ids=lambda m: m.name)
def test_every_connector_addresses_a_command_by_the_same_field(manifest: Manifest) -> None:
    """Otherwise the same command would have two addresses, and two ways."""
    stated = manifest.addressed_by
    assert {t.__name__: field for t, field in stated.items()} == {t.__name__: address_field(t) for t in stated}


def test_one_that_does_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: payments by channel."""
    monkeypatch.setattr(Tiny, "manifest", msgspec.structs.replace(MANIFEST, addressed_by={AuthorisePayment: "channel"}))
    with pytest.raises(Misconfigured, match="AuthorisePayment is addressed by 'channel'; it is by 'provider'"):
        addresses_of(Configured(name="x", connector="tiny", url=""), Tiny)


def test_a_shipment_goes_to_its_location_and_an_end_to_its_channel() -> None:
    """The depot ships; the shop tells its customer."""
    assert address_of(ShipOrder("W1", "WH1", ())) == "WH1"
    assert address_of(CancelOrder("W1", "unpaid", "web")) == "web"


async def test_the_gate_writes_the_address_beside_the_command(floor: Shopfloor) -> None:
    """An order without stock is refused to the channel it came by."""
    gate = await floor.house.gate()
    await gate.flush([order("W1", "card")])
    assert await floor.one("select address from outbox") == "web"


async def test_commands_of_an_older_release_get_their_address(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits in the outbox when a book is brought up to date finds its partner as well."""
    files = migrations._files()
    connection = await connect(database_url, "public")
    try:
        monkeypatch.setattr(migrations, "_files", lambda: [f for f in files if f[0] < 12])
        await migrations.migrate(connection, "public")
        await _waits(connection, b'{"order":"W1","provider":"card","currency":"EUR/2","amount":1}')
        monkeypatch.setattr(migrations, "_files", lambda: files)
        await migrations.migrate(connection, "public")
        assert await connection.fetchval("select address from outbox") == "card"
    finally:
        await connection.close()


async def _waits(connection: asyncpg.Connection, body: bytes) -> None:
    await connection.execute("insert into kind (name) values ('k')")
    await connection.execute(
        "insert into outbox (event, n, kind, subject, body, due) select 1, 1, id, 's', $1, now() from kind", body
    )


async def test_a_command_has_one_way(floor: Shopfloor, partner: Partner) -> None:
    """A second connection for the same is refused, also by who writes past the commands; removed, the way is free."""
    await floor.connects("card", partner)
    register = await floor.register()
    other = Configured(name="other", connector="tiny", url="", serves={"provider": ["card"]})
    with pytest.raises(ConnectionConflict, match="goes to card already"):
        await register.put(other, addresses_of(other, Tiny))
    with pytest.raises(asyncpg.UniqueViolationError):
        await floor.one(
            "insert into connection_route select kind, address, connection from connection_route returning 1"
        )
    await register.remove("card")
    await register.put(other, addresses_of(other, Tiny))


async def test_a_name_belongs_to_its_connector_for_ever(floor: Shopfloor, partner: Partner) -> None:
    """Deliveries are known by it: under another connector they would be read as what they are not."""
    await floor.connects("shop", partner)
    register = await floor.register()
    await register.remove("shop")
    with pytest.raises(ConnectionConflict, match="belongs to another connector"):
        await register.put(Configured(name="shop", connector="other", url=""), [])
    again = await floor.connects("shop", partner)
    assert again.secrets == ("api_key", "hook_secret")


async def test_a_secret_is_of_no_use_in_another_place(floor: Shopfloor, partner: Partner) -> None:
    """Whoever copies a sealed secret to another connection or name opens nothing with it."""
    await floor.connects("one", partner)
    two = await floor.connects("two", partner)
    await floor.one(
        "update connection_secret s set sealed = o.sealed from connection_secret o join connection c on c.id = o.connection "
        "where c.name = 'one' and o.name = s.name and s.connection = $1 returning 1",
        two.id,
    )
    with pytest.raises(WrongKey):
        await (await floor.register()).secrets_of(two)
