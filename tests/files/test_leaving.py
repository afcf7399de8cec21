"""Commands leave as files: through the outbox, its lane and its routes, to every kind of place."""

import json

import pytest

from tallystick.app.connections.doors import addresses_of, maker_of
from tallystick.app.connections.tending import tend_once
from tallystick.app.working.shifts import Way
from tallystick.kit.files.placing import is_placed, placed
from tallystick.kit.files.store import Taken
from tallystick.ports.connector import Acknowledgement, Rejected
from tallystick.storage.connections.register import Configured, Register
from tests.connections.conftest import order
from tests.engine.conftest import receipt
from tests.files.conftest import Yard
from tests.files.places import Place, store_of


async def test_what_a_decision_asks_for_lies_there_as_a_file(yard: Yard, place: Place) -> None:
    """An order's payment is asked of a partner who takes files: one file a command, whole, and no other."""
    house = yard.house
    register = Register(await house.connection(), house.names, house.keyring)
    configured = Configured(name="card", connector="files", url=place.url, settings=place.settings(""))
    await register.put(configured, addresses_of(configured, maker_of("files")))
    for name, secret in place.secrets("").items():
        await register.set_secret("card", name, secret)
    gate = await house.gate()
    await gate.flush([receipt(10), order("W1", "card"), order("W2", "card"), order("W3", "somebody-else")])
    assert await tend_once(house, Way({})) == (2, 0)
    told = [json.loads(place.content(name)) for name in place.names()]
    assert sorted(one["data"]["order"] for one in told) == ["W1", "W2"]
    assert {one["type"] for one in told} == {"tallystick.payments.authorise_payment.v1"}
    assert [f"{one['key']}.json" for one in told] == place.names()
    assert await yard.one("select count(*) from outbox where state = 1") == 2


def test_a_file_of_any_format_is_placed_once(place: Place) -> None:
    """What EDI and old batches need: a name, bytes; the same again changes nothing, another content is refused."""
    store = store_of(place)
    assert placed(store, "ORDERS_1.edi", b"UNA:+.? '") == Acknowledgement("ORDERS_1.edi")
    assert placed(store, "ORDERS_1.edi", b"UNA:+.? '") == Acknowledgement("ORDERS_1.edi")
    with pytest.raises(Rejected, match="another command stands under"):
        placed(store, "ORDERS_1.edi", b"UNB")
    with pytest.raises(Taken):
        store.place("ORDERS_1.edi", b"UNB")
    assert is_placed(store, "ORDERS_1.edi", b"UNB") is None
    assert is_placed(store, "ORDERS_2.edi", b"") is None
    store.close()
    assert (place.names(), place.content("ORDERS_1.edi")) == (["ORDERS_1.edi"], b"UNA:+.? '")
