"""The contract of connectors, laid on the door of files over every kind of place, each a real system."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from msgspec import Struct

from tallystick.connectors.files.bench import SOURCE, UNKNOWN, event, golden
from tallystick.connectors.files.connector import FilesDoor
from tallystick.kit.contract.bench import Bench
from tallystick.kit.contract.samples import trial_of
from tallystick.kit.contract.suite import CHECKS, check
from tallystick.kit.contract.verdict import Check, Standing
from tallystick.kit.files.arriving import FileDoor, Intake
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.folder import command_in
from tallystick.ports.connector import Connection
from tests.files.places import Place, store_of


class Partner:
    """Drops events, and takes commands out of the very same place."""

    def __init__(self, place: Place) -> None:
        """Drop three events."""
        self._place, self._seen = place, dict[str, Struct]()
        for number in range(3):
            self._drop(f"W{number}")

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """What goes wrong on the way is tried beside the contract."""

    def requests(self) -> int:
        """Nobody counts them."""
        return 0

    def effects(self) -> Sequence[Struct]:
        """Read commands, in the order in which they were first seen."""
        for name in self._place.names():
            if name not in self._seen and not name.startswith("W"):
                self._seen[name] = command_in(self._place.content(name))
        return list(self._seen.values())

    def stir(self, kind: type[Struct]) -> None:
        """Write one file anew, and another."""
        self._drop("W0")
        self._drop("W9")

    def _drop(self, number: str) -> None:
        self._place.drop(f"{number}.json", json.dumps(event(number)).encode())


@contextmanager
def bench(place: Place) -> Iterator[Bench]:
    """Lay a bench on a place."""
    secrets, partner = place.secrets(""), Partner(place)

    def door(_: object) -> FileDoor:
        there = Connection(name=SOURCE, url=place.url, secret=lambda n: secrets[n], settings=place.settings(""))
        return FileDoor(FilesDoor(there), Intake(source=SOURCE, store=store_of(place)))

    yield Bench(
        manifest=FileDoor(
            FilesDoor(Connection(name="", url="", secret=str)), Intake(source="", store=store_of(place))
        ).manifest,
        door=door,
        partner=partner,
        goldens=[golden()],
        trials=[trial_of(kind) for kind in FilesDoor.manifest.pushes],
        secrets=list(secrets.values()),
        unknown=UNKNOWN,
        limits=None,
    )


@pytest.mark.parametrize("promise", CHECKS, ids=lambda promise: promise.name)
def test_it_keeps_the_contract(place: Place, promise: Check) -> None:
    """Every promise that applies is kept, wherever the files lie."""
    verdict = check(promise, lambda: bench(place))
    assert verdict.standing is not Standing.BROKEN, f"{promise.rule} {verdict.reason}"
