"""The front door over a real book, asked as a client would ask: HTTP in, HTTP out, in this process."""

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from tallystick.app.house import House, open_house
from tallystick.app.serving.wiring import Site, door_of
from tallystick.app.settings import Settings
from tallystick.engine.worker import Worker
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tallystick.storage.reading.proofs import check_book
from tests.api.people import let_in
from tests.engine.conftest import unit


class Api:
    """A client of the API, and the house behind it to look into."""

    def __init__(self, house: House, client: httpx.AsyncClient, keys: dict[str, str]) -> None:
        """Ask over *client*; what it did can be seen in *house*; *keys* are those of all who may call."""
        self.house, self.client, self.keys = house, client, keys
        self._receipts = itertools.count(1)

    def by(self, name: str) -> dict[str, str]:
        """Return the header of somebody else than the shop."""
        return {"authorization": f"Bearer {self.keys[name]}"}

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Read something."""
        return await self.client.get(f"/v1{path}", **more)

    async def stock(self, sku: str, **query: str) -> dict[str, Any]:
        """What may be promised of a product."""
        found: dict[str, Any] = (await self.get(f"/stock/{sku}", params=query)).json()["product"]
        return found

    async def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Send something as JSON."""
        return await self.client.post(f"/v1{path}", json={} if body is None else body, headers=headers)

    async def receives(self, units: int, sku: str = "LAMP", location: str = "WH1") -> None:
        """Put units on a shelf, at 4.00 each."""
        name = f"R{next(self._receipts)}"
        lines = (ReceiptLine(1, sku, units, 400 * units),)
        report = ReceiptReported(name, location, "EUR/2", "supplier", lines)
        gate = await self.house.gate(number=0)
        ((answer,),) = await gate.flush([unit(f"stock/{name}", report, f"receipt-{name}")])
        assert answer.event, answer

    async def works(self) -> None:
        """Work the inbox off, as `tally worker` does."""
        worker: Worker = await self.house.worker()
        await worker.drain(await self.house.gate(worker))

    async def ties_out(self) -> None:
        """Every proof of the book holds."""
        wrong = [proof for proof in await check_book(self.house.url, self.house.info) if not proof.ok]
        assert not wrong, wrong


def order(number: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """An order of one line of lamps."""
    line = {"sku": "LAMP", "quantity": quantity, "net": 1200 * quantity, "tax": 240 * quantity}
    return {"order": number, "channel": "web", "location": "WH1", "provider": "stripe", "lines": [line], **more}


@pytest.fixture
async def api(database_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """The door over a fresh book, and a shop that may do everything."""
    await create_book(database_url, "main", "EUR/2", TABLE)
    async with AsyncExitStack() as closing:
        house = await closing.enter_async_context(open_house(database_url, Settings(tmp_path)))
        keys = await let_in(database_url, Settings(tmp_path))
        door = await closing.enter_async_context(door_of(Site(house, CollectorRegistry())))
        transport = httpx.ASGITransport(door, raise_app_exceptions=True)
        headers = {"authorization": f"Bearer {keys['shop']}"}
        client = httpx.AsyncClient(transport=transport, base_url="http://tally", headers=headers)
        yield Api(house, await closing.enter_async_context(client), keys)
