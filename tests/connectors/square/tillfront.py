"""What the tests of Square share: doors, and what a till said, translated."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tallystick.connectors.square.connector import SquareTill
from tallystick.connectors.square.pages import order_delivery
from tallystick.connectors.square.setup import setup_of
from tallystick.connectors.square.twin.samples import STORE, order_of
from tallystick.connectors.square.twin.store import Store, has_effect
from tallystick.kit.twins.server import Twin
from tallystick.ports.connector import Connection, Translation

SKUS = {"V-LAMP": "LAMP", "V-MUG": "MUG"}


def connection(url: str = "http://127.0.0.1:1", **settings: str) -> Connection:
    """Return one called `till`."""
    told = {"location": "WH1", "square_location": STORE, **settings}
    return Connection(name="till", url=url, secret=lambda _: "token", settings=told)


def order(**changed: Any) -> Any:
    """Return an order with something about it changed."""
    return order_of("O-1", 0, **changed)


def with_line(whole: Any, **changed: Any) -> Any:
    """Return an order with its first line changed."""
    found = copy.deepcopy(whole)
    found["line_items"][0].update(changed)
    return found


def told(said: Any, skus: dict[str, str] | None = None) -> Translation:
    """Translate an order."""
    wired = connection()
    return parsed(order_delivery(said, SKUS if skus is None else skus, setup_of(wired)), wired)


def parsed(delivery: Any, wired: Connection) -> Translation:
    """Translate a delivery."""
    door = SquareTill(wired)
    try:
        return door.parse(delivery)
    finally:
        door.close()


def said_of(found: Translation, kind: Any) -> list[Any]:
    """Return what the reports of a kind say."""
    assert found.faults == ()
    return [r.data for r in found.reports if isinstance(r.data, kind)]


@dataclass
class Front:
    """A store in memory and our door to it."""

    store: Store
    door: SquareTill
    twin: Twin


@contextmanager
def opened(**settings: str) -> Iterator[Front]:
    """Open an empty store."""
    store = Store("token")
    with Twin(store.answer, has_effect) as twin:
        door = SquareTill(connection(twin.url, **settings))
        try:
            yield Front(store, door, twin)
        finally:
            door.close()
