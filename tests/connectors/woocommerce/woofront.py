"""What the tests of WooCommerce share: doors, and what the shop says, translated."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tallystick.connectors.woocommerce.connector import WooShop
from tallystick.connectors.woocommerce.deliveries import order_delivery
from tallystick.connectors.woocommerce.setup import setup_of
from tallystick.connectors.woocommerce.twin.samples import order_of
from tallystick.connectors.woocommerce.twin.shop import Shop
from tallystick.kit.twins.server import Twin
from tallystick.ports.connector import Connection, Translation

SECRETS = {"consumer_key": "ck", "consumer_secret": "cs", "hook": "hook-secret"}


def connection(url: str = "http://127.0.0.1:1", **settings: str) -> Connection:
    """Return one called `web`."""
    return Connection(name="web", url=url, secret=SECRETS.__getitem__, settings={"location": "WH1", **settings})


def order(**changed: Any) -> Any:
    """Return an order with something about it changed."""
    return order_of(100, 0, **changed)


def with_line(whole: Any, **changed: Any) -> Any:
    """Return an order with its first line changed."""
    found = copy.deepcopy(whole)
    found["line_items"][0].update(changed)
    return found


def told(said: Any, *refunds: Any, **settings: str) -> Translation:
    """Translate an order with its refunds."""
    wired = connection(**settings)
    short = [{"id": r["id"], "reason": r["reason"], "total": f"-{r['amount']}"} for r in refunds]
    whole = {**said, "refunds": short} if refunds else said
    return parsed(order_delivery(whole, list(refunds) or None, setup_of(wired)), wired)


def parsed(delivery: Any, wired: Connection) -> Translation:
    """Translate a delivery."""
    door = WooShop(wired)
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
    """A shop in memory and our door to it."""

    shop: Shop
    door: WooShop
    twin: Twin


@contextmanager
def opened(**settings: str) -> Iterator[Front]:
    """Open an empty shop."""
    shop = Shop(SECRETS["consumer_key"], SECRETS["consumer_secret"])
    with Twin(shop.answer) as twin:
        door = WooShop(connection(twin.url, **settings))
        try:
            yield Front(shop, door, twin)
        finally:
            door.close()
