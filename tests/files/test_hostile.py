"""The whole contract on files in S3 and messages of SQS, against twins that lose, cut, drip, and answer nonsense."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import pytest

from tallystick.connectors.files.bench import SOURCE, UNKNOWN, event, golden
from tallystick.connectors.files.connector import FilesDoor
from tallystick.kit.contract.bench import Bench, json_golden
from tallystick.kit.contract.samples import trial_of
from tallystick.kit.contract.suite import CHECKS, check
from tallystick.kit.contract.verdict import Check, Standing
from tallystick.kit.files.addresses import Address, queue_at, store_at
from tallystick.kit.files.arriving import FileDoor, Intake
from tallystick.kit.files.queue import Queue, QueueDoor
from tallystick.kit.files.s3 import S3
from tallystick.kit.limits import Limits
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.ports.connector import Connection, Delivery, InDoubt, Report
from tests.files.test_queue import Notified, notification
from tests.files.twins import BUCKET, Bucket, Over, Waiting, deletes

SECRETS = {"access_key_id": "AKIACANARY00000", "secret_access_key": "canary-of-a-secret-access-key"}


@contextmanager
def bucket_bench() -> Iterator[Bench]:
    """Commands to `out/`, events from `in/`, of one bucket."""
    bucket = Bucket()
    with Twin(bucket.answer) as twin:
        settings = {"endpoint": twin.url}

        def door(limits: Limits) -> FileDoor:
            there = Connection(name=SOURCE, url=f"s3://{BUCKET}/out", secret=SECRETS.__getitem__, settings=settings)
            address = Address(url=f"s3://{BUCKET}/in", settings=settings, secret=SECRETS.__getitem__)
            return FileDoor(FilesDoor(there, limits), Intake(source=SOURCE, store=store_at(address, limits)))

        def drop(number: str) -> None:
            bucket.objects[f"in/{number}.json"] = json.dumps(event(number)).encode()

        yield Bench(
            manifest=door(Limits()).manifest,
            door=door,
            partner=Over(twin, drop, bucket.objects),
            goldens=[golden()],
            trials=[trial_of(kind) for kind in FilesDoor.manifest.pushes],
            secrets=list(SECRETS.values()),
            unknown=UNKNOWN,
        )


@contextmanager
def queue_bench() -> Iterator[Bench]:
    """Notifications of a queue."""
    queue = Waiting()
    with Twin(queue.answer, deletes) as twin:
        address = Address(url=f"sqs://{twin.url[7:]}/1/q", settings={}, secret=SECRETS.__getitem__)

        def door(limits: Limits) -> QueueDoor:
            service, url = queue_at(address, limits)
            inner = Notified(Connection(name=SOURCE, url="", secret=str))
            return QueueDoor(inner, Queue(source=SOURCE, service=service, url=url))

        def drop(number: str) -> None:
            queue.messages[f"m-{number}"] = notification(number)

        body = notification("903-1").encode()
        line = (OrderLine(1, "LAMP", 1, 1200),)
        at = datetime(2026, 3, 1, 10, tzinfo=UTC)
        report = Report(
            id="order/903-1",
            subject="order/903-1",
            data=OrderPlaced("903-1", SOURCE, "WH1", "EUR/2", "card", line),
            time=at,
            on=at.date(),
            zone="UTC",
        )
        delivery = Delivery(
            source=SOURCE, id="message/m-1", subject="order/903-1", body=body, digest=hashlib.sha256(body).digest()
        )
        yield Bench(
            manifest=door(Limits()).manifest,
            door=door,
            partner=Over(twin, drop),
            goldens=[json_golden(delivery, [report], ["/EventTime", "/Payload/AmazonOrderId", "/Payload/Cents"])],
            secrets=list(SECRETS.values()),
            unknown=b"NotificationType",
        )


@pytest.mark.parametrize("make", [bucket_bench, queue_bench])
@pytest.mark.parametrize("promise", CHECKS, ids=lambda promise: promise.name)
def test_it_keeps_the_contract(make: Callable[[], AbstractContextManager[Bench]], promise: Check) -> None:
    """Every promise that applies is kept, against everything that goes wrong on the way."""
    verdict = check(promise, make)
    assert verdict.standing is not Standing.BROKEN, f"{promise.rule} {verdict.reason}"


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.GARBAGE, Fault.CUT, Fault.ILL])
def test_a_copy_nobody_is_sure_of_deletes_nothing(fault: Fault) -> None:
    """An object is deleted only after the service said what it has copied; then it is put away at the next look."""
    bucket = Bucket()
    bucket.objects["in/a.json"] = b"one"
    with Twin(bucket.answer) as twin:
        address = Address(url=f"s3://{BUCKET}/in", settings={"endpoint": twin.url}, secret=SECRETS.__getitem__)
        store = store_at(address)
        assert isinstance(store, S3)
        twin.fail(fault, writing=True)
        with pytest.raises(InDoubt):
            store.put_away("a.json", hashlib.sha256(b"one").digest(), "archive")
        assert bucket.objects["in/a.json"] == b"one"
        assert store.put_away("a.json", hashlib.sha256(b"one").digest(), "archive")
        store.close()
    assert bucket.objects == {"in/archive/a.json": b"one"}
