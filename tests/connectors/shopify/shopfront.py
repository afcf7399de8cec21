"""What the tests of Shopify share: doors, and what the shop says, translated."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tallystick.connectors.shopify.connector import ShopifyShop
from tallystick.connectors.shopify.deliveries import order_delivery, payout_delivery
from tallystick.connectors.shopify.setup import setup_of
from tallystick.connectors.shopify.twin.samples import beside_of, order_of
from tallystick.connectors.shopify.twin.shop import Shop, has_effect
from tallystick.kit.twins.server import Twin
from tallystick.ports.connector import Connection, Translation

SECRETS = {"access_token": "token", "hook": "hook-secret"}


def connection(url: str = "http://127.0.0.1:1", **settings: str) -> Connection:
    """Return one called `web`."""
    told = {"location": "WH1", "bank": "main", **settings}
    return Connection(name="web", url=url, secret=SECRETS.__getitem__, settings=told)


def order(number: int = 1000, **changed: Any) -> Any:
    """Return an order with something about it changed."""
    return {**order_of(number, 0), **changed}


def plain(**changed: Any) -> Any:
    """Return an order in the shop's own currency, without bags: one lamp for 10.00 and nothing else."""
    lamp = {"id": 1, "sku": "LAMP", "quantity": 1, "current_quantity": 1, "price": "10.00"}
    said = {"currency": "USD", "presentment_currency": "USD", "line_items": [lamp], "shipping_lines": []}
    return {**order(), **said, "total_price": "10.00", "total_price_set": None, **changed}


def with_line(whole: Any, **changed: Any) -> Any:
    """Return an order with its first line changed."""
    found = copy.deepcopy(whole)
    found["line_items"][0].update(changed)
    return found


def told(said: Any, *deals: Any, notes: tuple[Any, ...] = (), **settings: str) -> Translation:
    """Translate an order with its transactions and our notes on it."""
    wired = connection(**settings)
    return parsed(order_delivery(said, beside_of(*deals, notes=notes), setup_of(wired)), wired)


def paid_out(parts: Any) -> Translation:
    """Translate a payout."""
    wired = connection()
    return parsed(payout_delivery(parts, setup_of(wired)), wired)


def parsed(delivery: Any, wired: Connection) -> Translation:
    """Translate a delivery."""
    door = ShopifyShop(wired)
    try:
        return door.parse(delivery)
    finally:
        door.close()


def said_of(found: Translation, kind: type) -> list[Any]:
    """Return what the reports of a kind say."""
    assert found.faults == ()
    return [r.data for r in found.reports if isinstance(r.data, kind)]


@dataclass
class Front:
    """A shop in memory and our door to it."""

    shop: Shop
    door: ShopifyShop
    twin: Twin


@contextmanager
def opened(**settings: str) -> Iterator[Front]:
    """Open an empty shop."""
    shop = Shop(SECRETS["access_token"])
    with Twin(shop.answer, has_effect) as twin:
        door = ShopifyShop(connection(twin.url, **settings))
        try:
            yield Front(shop, door, twin)
        finally:
            door.close()
