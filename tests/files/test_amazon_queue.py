"""Amazon's own notifications by SQS, against moto: an order that stands in the book is stopped when its buyer wishes it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tallystick.app.connections.doors import Door, addresses_of
from tallystick.app.working.work import work_off
from tallystick.connectors.amazon.connector import AmazonMarket
from tallystick.connectors.amazon.twin.bench import SETTINGS
from tallystick.storage.connections.register import Configured, Register
from tests.counterparts.moto.server import KEY_ID, REGION, SECRET
from tests.files.conftest import Yard
from tests.files.test_queue import HIDDEN_SECONDS, Lines


class Notices(Lines):
    """Amazon's queue, and a book that reads it for the channel `amazon`."""

    async def connects(self, **more: str) -> Door:
        """Connect the queue and open its door."""
        house = self.yard.house
        register = Register(await house.connection(), house.names, house.keyring)
        address = f"sqs://{self._amazon.removeprefix('http://')}/123456789012/{self.name}"
        come = {"from": address, "from.region": REGION, "from.hidden_seconds": str(HIDDEN_SECONDS)}
        configured = Configured(
            name="notices", connector="amazon", url="", settings={**SETTINGS, **come, "channel": "amazon", **more}
        )
        await register.put(configured, addresses_of(configured, AmazonMarket))
        await register.set_secret("notices", "from.access_key_id", KEY_ID)
        await register.set_secret("notices", "from.secret_access_key", SECRET)
        return await self.yard.door(await register.named("notices"))


@pytest.fixture
async def notices(yard: Yard, amazon: str) -> AsyncIterator[Notices]:
    """A queue, and a house that reads it."""
    found = Notices(yard, amazon)
    yield found
    found.close()


def _notice(order: str, kind: str = "ORDER_CHANGE") -> str:
    summary = {"OrderStatus": "Unshipped", "FulfillmentType": "MFN", "OrderItems": [{"IsBuyerRequestedCancel": True}]}
    change = {"OrderChangeNotification": {"AmazonOrderId": order, "Summary": summary}}
    said = {"NotificationType": kind, "EventTime": datetime.now(UTC).isoformat(), "Payload": change}
    return json.dumps(said)


async def test_a_wish_to_cancel_reaches_the_order(notices: Notices) -> None:
    """It waits for its order, which has not come yet; what is no notification of an order is a letter, and the queue is empty."""
    notices.send(_notice("903-1"), _notice("903-2", "PRICING_HEALTH"))
    door = await notices.connects()
    async with asyncio.timeout(60):
        while notices.left():
            await notices.pulls(door)
    await work_off(notices.yard.house)
    (letter,) = await notices.yard.letters()
    assert "Seller Central" in letter[2]
    assert await notices.yard.one("select count(*) from inbox where subject = 'order/amazon-903-1'") == 1
