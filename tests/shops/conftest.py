"""Running shops, each a copy of its seeded template, and our doors to them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tallystick.connectors.vendure.connector import VendureShop
from tallystick.ports.connector import Connection
from tests.counterparts.vendure.api import Api, clerk
from tests.counterparts.vendure.server import HOOK_SECRET, PASSWORD, Shop, needs_vendure, served

VENDURE_SECRETS = {"password": PASSWORD, "hook": HOOK_SECRET}


def vendure_door(url: str, **settings: str) -> VendureShop:
    """Return our door to a Vendure at *url*."""
    told = {"location": "WH1", **settings}
    return VendureShop(Connection(name="web", url=url, secret=VENDURE_SECRETS.__getitem__, settings=told))


@dataclass
class Web:
    """A running Vendure, its owner's session, and our door."""

    shop: Shop
    admin: Api
    door: VendureShop


@pytest.fixture(scope="session")
def web(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """One Vendure for all tests of a run: it takes seconds to start. They mind their orders, and leave stock to sell."""
    needs_vendure()
    with served(cluster_url, tmp_path_factory.mktemp("vendure")) as shop:
        found = Web(shop, clerk(shop.url, PASSWORD), vendure_door(shop.url))
        yield found
        found.door.close()
        found.admin.close()
