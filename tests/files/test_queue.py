"""Messages of a queue, against moto's SQS: kept, translated by a small connector, deleted only then."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from tallystick.app.connections.doors import Door, addresses_of
from tallystick.app.connections.tending import door_of, pulls_of
from tallystick.app.connectors import CONNECTORS
from tallystick.app.working.work import work_off
from tallystick.kit.quarantine import fault_of
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.ports.connector import (
    Connection,
    Delivery,
    Manifest,
    Misconfigured,
    Page,
    Report,
    Translation,
)
from tallystick.storage.connections.register import Configured, Register
from tests.counterparts.moto.server import KEY_ID, REGION, SECRET, client
from tests.files.conftest import Yard

HIDDEN_SECONDS = 1


class Payload(Struct, frozen=True):
    """What changed of an order."""

    AmazonOrderId: str
    Sku: str
    Quantity: int
    Cents: int


class Notification(Struct, frozen=True):
    """A notification in the manner of Amazon's, as much of it as this connector reads."""

    NotificationType: str
    EventTime: datetime
    Payload: Payload


class Notified:
    """A small connector: notifications of a marketplace become orders. It pulls nothing itself and pushes nothing."""

    manifest = Manifest(
        name="notified",
        system="A marketplace's notifications",
        role="test",
        foreign_version="1",
        auth="none",
        proven_by="twin",
    )

    def __init__(self, connection: Connection) -> None:
        """Translate in the name of *connection*."""
        self._name = connection.name

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Nothing is pulled."""
        raise Misconfigured(kind.__name__)

    def push(self, command: Struct, key: str) -> Any:
        """Nothing is pushed."""
        raise Misconfigured(key)

    def ask(self, question: Struct) -> Struct:
        """Nothing is asked."""
        raise Misconfigured(str(question))

    def named(self, delivery: Delivery) -> Delivery:
        """What concerns one order keeps its order."""
        return replace(delivery, subject=f"order/{_read(delivery).Payload.AmazonOrderId}")

    def parse(self, delivery: Delivery) -> Translation:
        """Read a notification."""
        try:
            said = _read(delivery)
        except msgspec.DecodeError as wrong:
            return Translation(faults=(fault_of(delivery, str(wrong), "see the notification, then drop this letter"),))
        order = said.Payload
        lines = (OrderLine(1, order.Sku, order.Quantity, order.Cents),)
        data = OrderPlaced(order.AmazonOrderId, self._name, "WH1", "EUR/2", "card", lines)
        at = said.EventTime.astimezone(UTC)
        subject = f"order/{order.AmazonOrderId}"
        return Translation((Report(id=subject, subject=subject, data=data, time=at, on=at.date(), zone="UTC"),))


def _read(delivery: Delivery) -> Notification:
    return msgspec.json.decode(delivery.body, type=Notification)


def notification(order: str) -> str:
    """A notification of an order."""
    payload = {"AmazonOrderId": order, "Sku": "LAMP", "Quantity": 1, "Cents": 1200}
    said = {"NotificationType": "ORDER_CHANGE", "EventTime": "2026-03-01T10:00:00Z", "Payload": payload, "New": [1]}
    return json.dumps(said)


class Lines:
    """A queue as the marketplace sees it, and a book connected to it."""

    def __init__(self, yard: Yard, amazon: str) -> None:
        """Make a queue of its own."""
        self.yard, self._client, self._amazon = yard, client(amazon, "sqs"), amazon
        self.name = f"q-{token_hex(6)}"
        self._url = self._client.create_queue(QueueName=self.name)["QueueUrl"]

    def send(self, *bodies: str) -> None:
        """Send messages."""
        for body in bodies:
            self._client.send_message(QueueUrl=self._url, MessageBody=body)

    def left(self) -> int:
        """Return how many messages are in the queue, hidden or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    async def connects(self, **more: str) -> Door:
        """Connect the queue and open its door."""
        house = self.yard.house
        register = Register(await house.connection(), house.names, house.keyring)
        address = f"sqs://{self._amazon.removeprefix('http://')}/123456789012/{self.name}"
        said = {"from": address, "from.region": REGION, "from.hidden_seconds": str(HIDDEN_SECONDS), **more}
        configured = Configured(name="market", connector="notified", url="", settings=said)
        await register.put(configured, addresses_of(configured, Notified))
        await register.set_secret("market", "from.access_key_id", KEY_ID)
        await register.set_secret("market", "from.secret_access_key", SECRET)
        return await self.yard.door(await register.named("market"))

    async def pulls(self, door: Door) -> int:
        """Pull everything that is due, now."""
        house = self.yard.house
        await self.yard.one("update connection_pull set due = now() returning 1")
        return await (await pulls_of(house, door, await house.connection())).run_once()


@pytest.fixture
async def lines(yard: Yard, amazon: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lines]:
    """A queue, and a house with a connector for what comes through it."""
    monkeypatch.setitem(CONNECTORS, "notified", Notified)
    found = Lines(yard, amazon)
    yield found
    found.close()


async def test_a_message_is_kept_translated_and_deleted(lines: Lines) -> None:
    """More than a batch of them; each is an order in the book, and none is left in the queue."""
    lines.send(*(notification(f"903-{n}") for n in range(25)))
    door = await lines.connects()
    async with asyncio.timeout(60):
        while lines.left():
            await lines.pulls(door)
    await work_off(lines.yard.house)
    assert await lines.yard.one("select count(*) from process") == 25
    assert await lines.yard.letters() == []


async def test_a_message_is_deleted_only_when_it_is_kept(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies between receiving and keeping leaves it in the queue; one that dies later meets it again."""
    lines.send(notification("903-1"))
    door = await lines.connects()
    (kind,) = door.connector.manifest.pulls
    received = await asyncio.to_thread(door.connector.pull, kind, "")
    assert (len(received.deliveries), lines.left(), await lines.yard.kept()) == (1, 1, [])
    house = lines.yard.house
    monkeypatch.setattr(door.connector, "kept", lambda _: None, raising=False)
    async with asyncio.timeout(60):
        while not await lines.yard.kept():
            await lines.pulls(door)
    assert lines.left() == 1
    anew = await door_of(house, door.known, await house.connection())
    async with asyncio.timeout(60):
        while lines.left():
            await lines.pulls(anew)
    await asyncio.to_thread(anew.close)
    assert len(await lines.yard.kept()) == 1


async def test_a_message_nobody_can_read_is_a_dead_letter_and_comes_no_more(lines: Lines) -> None:
    """Poison does not go round for ever: it is kept for a person, deleted, and the others flow."""
    lines.send("poison", notification("903-1"), json.dumps({"NotificationType": "X"}))
    door = await lines.connects()
    async with asyncio.timeout(60):
        while lines.left():
            await lines.pulls(door)
    await work_off(lines.yard.house)
    letters = await lines.yard.letters()
    assert [(number.partition("/")[0], remedy) for number, _, remedy in letters] == [
        ("message", "see the notification, then drop this letter")
    ] * 2
    assert await lines.yard.one("select count(*) from process") == 1
    assert await lines.pulls(door) == 0


async def test_the_same_notification_in_two_messages_is_one_order(lines: Lines) -> None:
    """A queue delivers at least once, and its sender may send twice: the report is known by what it says."""
    lines.send(notification("903-1"), notification("903-1"))
    door = await lines.connects()
    async with asyncio.timeout(60):
        while lines.left():
            await lines.pulls(door)
    await work_off(lines.yard.house)
    assert (len(await lines.yard.kept()), await lines.yard.one("select count(*) from event")) == (2, 1)


async def test_a_queue_that_is_not_there_is_for_a_person(lines: Lines) -> None:
    """The refusal names it."""
    lines.name = "nowhere"
    door = await lines.connects()
    (kind,) = door.connector.manifest.pulls
    with pytest.raises(Misconfigured, match=r"there is no queue .*/nowhere"):
        await asyncio.to_thread(door.connector.pull, kind, "")
