"""How this connector is tried: `tally connector check files`, and in the tests over every kind of place."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.files.connector import FilesDoor
from tallystick.kit.contract.bench import Bench, Golden, json_golden
from tallystick.kit.contract.samples import trial_of
from tallystick.kit.files.arriving import FileDoor, Intake
from tallystick.kit.files.folder import Folder
from tallystick.kit.files.shelf import Shelf
from tallystick.kit.twins.folder import CommandFolder
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.ports.connector import Connection, Delivery, Report

SOURCE: Final = "partner"
UNKNOWN: Final = b"loyalty_points"
REQUIRED: Final = ("/id", "/subject", "/time", "/type", "/data/order", "/data/lines/0/quantity")


def event(number: str) -> dict[str, Any]:
    """Return an order placed half an hour before Vienna puts its clocks forward, as a partner writes it."""
    return {
        "specversion": "1.0",
        "id": f"placed-{number}",
        "source": "their-own-name",
        "type": "tallystick.sales.order_placed.v1",
        "subject": f"order/{number}",
        "time": "2026-03-28T23:30:00+00:00",
        "zone": "Europe/Vienna",
        "data": {
            "order": number,
            "channel": "web",
            "location": "WH1",
            "currency": "EUR/2",
            "provider": "card",
            "lines": [{"line": 1, "sku": "LÄMP „1“", "quantity": 3, "net": 9_007_199_254_740_991, "tax": 7}],
            "loyalty_points": 12,
        },
    }


def golden() -> Golden:
    """Return an event with exactly what it must become."""
    body = json.dumps(event("W1")).encode()
    digest = hashlib.sha256(body).digest()
    delivery = Delivery(source=SOURCE, id="file/W1.json", subject="order/W1", body=body, digest=digest)
    line = OrderLine(1, "LÄMP „1“", 3, 9_007_199_254_740_991, 7)
    report = Report(
        id="placed-W1",
        subject="order/W1",
        data=OrderPlaced("W1", "web", "WH1", "EUR/2", "card", (line,)),
        time=datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
        on=date(2026, 3, 29),
        zone="Europe/Vienna",
    )
    return json_golden(delivery, [report], REQUIRED)


class Exchanged(CommandFolder):
    """The partner of two folders: takes commands out of one, and drops events into the other."""

    def __init__(self, out: Path, into: Path) -> None:
        """Drop three events."""
        super().__init__(out)
        self._into = into
        into.mkdir()
        for number in range(3):
            self._drop(f"W{number}")

    def stir(self, kind: type[Struct]) -> None:  # noqa: ARG002 - all that comes is files
        """Write one file anew, as it was, and drop another."""
        self._drop("W0")
        self._drop(f"W{len(list(self._into.iterdir()))}")

    def _drop(self, number: str) -> None:
        (self._into / f"{number}.json").write_text(json.dumps(event(number)))


def door_to(out: str, store: Any) -> FileDoor:
    """Return the door to a partner that takes files from *out* and drops others into *store*."""
    connection = Connection(name=SOURCE, url=out, secret=lambda _: "")
    return FileDoor(FilesDoor(connection), Intake(source=SOURCE, store=store))


@contextmanager
def bench() -> Iterator[Bench]:
    """Lay a bench on two folders of its own."""
    with TemporaryDirectory(prefix="tally-bench-") as place:
        out, into = Path(place) / "out", Path(place) / "in"
        partner = Exchanged(out, into)

        def door(_: object) -> FileDoor:
            return door_to(f"folder://{out}", Shelf(Folder(into)))

        manifest = door(None).manifest
        yield Bench(
            manifest=manifest,
            door=door,
            partner=partner,
            goldens=[golden()],
            trials=[trial_of(kind) for kind in manifest.pushes],
            unknown=UNKNOWN,
            limits=None,
        )
