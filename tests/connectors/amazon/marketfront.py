"""What the tests of Amazon share: doors, and what Amazon said, translated."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tallystick.connectors.amazon.client import Bucket
from tallystick.connectors.amazon.connector import AmazonMarket
from tallystick.connectors.amazon.pages import event_delivery, order_delivery, settlement_delivery
from tallystick.connectors.amazon.setup import setup_of
from tallystick.connectors.amazon.twin.bench import SECRETS, SETTINGS
from tallystick.connectors.amazon.twin.market import Market, has_effect
from tallystick.connectors.amazon.twin.samples import items_of, order_of
from tallystick.kit.limits import Limits
from tallystick.kit.twins.server import Twin
from tallystick.ports.connector import Connection, Delivery, Translation

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)
NUMBER = "O-1"


def connection(url: str = "http://127.0.0.1:1", **settings: str) -> Connection:
    """Return one called `amazon`."""
    told = {k: v for k, v in {**SETTINGS, "zone": "UTC", **settings}.items() if v}
    return Connection(name="amazon", url=url, secret=lambda name: SECRETS[name], settings=told)


def parsed(delivery: Delivery, **settings: str) -> Translation:
    """Translate a delivery."""
    door = AmazonMarket(connection(**settings))
    try:
        return door.parse(delivery)
    finally:
        door.close()


def told(order: Any = None, items: Any = None, **settings: str) -> Translation:
    """Translate an order with its items."""
    whole = order_of(NUMBER, 0) if order is None else order
    lines = items_of(NUMBER) if items is None else items
    return parsed(order_delivery(whole, lines, setup_of(connection())), **settings)


def happened(name: str, event: Any) -> Translation:
    """Translate an event of a list."""
    return parsed(event_delivery(name, event, setup_of(connection())))


def settled(text: str, **settings: str) -> Translation:
    """Translate a settlement."""
    return parsed(settlement_delivery(text, "R1", setup_of(connection())), **settings)


def raw(body: bytes) -> Translation:
    """Translate what came in a file or from a queue."""
    return parsed(Delivery(source="amazon", id="x", subject="x", body=body, digest=b""))


def with_item(**changed: Any) -> list[Any]:
    """Return the sample's items with the first one changed."""
    found = copy.deepcopy(items_of(NUMBER))
    found[0].update(changed)
    return found


def only(found: Translation) -> Any:
    """Return what the one report says."""
    assert found.faults == ()
    (report,) = found.reports
    return report.data


@dataclass
class Front:
    """An account in memory and our door to it."""

    market: Market
    door: AmazonMarket
    twin: Twin


@contextmanager
def opened(buckets: Mapping[str, Bucket] | None = None, **settings: str) -> Iterator[Front]:
    """Open an empty account."""
    market = Market(SECRETS)
    with Twin(market.answer, has_effect) as twin, Twin(market.grant) as granting:
        market.url = twin.url
        wired = connection(twin.url, lwa_url=f"{granting.url}/auth/o2/token", **settings)
        door = AmazonMarket(wired, Limits(per_second=1000, burst=1000, deadline_seconds=10), lambda: NOW, buckets or {})
        try:
            yield Front(market, door, twin)
        finally:
            door.close()
