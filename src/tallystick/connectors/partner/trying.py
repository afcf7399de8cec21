"""How the three are tried: one bench, with each one's samples."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.partner.door import PartnerDoor
from tallystick.connectors.partner.translate import delivery_of
from tallystick.connectors.partner.twin import PartnerSystem, Refuses, refuses_nothing, signed
from tallystick.kit.contract.bench import Bench, Golden, Hooks, Trial, json_golden
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Twin
from tallystick.ports.connector import Connection, Hook, Report

SECRETS: Final = {"api_key": "canary-of-the-key", "hook_secret": "canary-of-the-hooks"}
NAME: Final = "partner"
ZONE: Final = "Europe/Berlin"
AT: Final = "2026-03-29T00:30:00.250+01:00"
PEOPLE: Final[Mapping[str, Mapping[str, object]]] = {"person:1": {"name": "Zoë Ångström", "country": "SE"}}


class Samples(Struct, frozen=True):
    """What one kind of partner is tried with: commands, an event with the data it becomes, and what it must have."""

    door: type[PartnerDoor]
    trials: tuple[Trial, ...]
    event: dict[str, Any]
    becomes: Struct
    required: tuple[str, ...]
    refuses: Refuses = refuses_nothing
    settings: Mapping[str, str] = {}


class Controls:
    """The twin's controls."""

    def __init__(self, system: PartnerSystem, twin: Twin) -> None:
        """Hold *system*, served by *twin*."""
        self._system, self._twin = system, twin

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads or writes meet *fault*."""
        self._twin.fail(fault, writing=writing)

    def requests(self) -> int:
        """Count requests."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Read requests back into our words."""
        return self._system.commands()

    def stir(self, kind: type[Struct]) -> None:
        """Nothing is pulled."""


@contextmanager
def bench_of(samples: Samples) -> Iterator[Bench]:
    """Open a partner and lay a bench on the door to it."""
    system, asked_for = PartnerSystem(SECRETS["api_key"], samples.refuses), set[str]()

    def secret(name: str) -> str:
        asked_for.add(name)
        return SECRETS[name]

    def hooks(secret: str, at: datetime) -> Sequence[Hook]:
        return [signed(secret, {**samples.event, "id": f"evt_{n}"}, at) for n in (1, 2)]

    with Twin(system.answer) as twin:
        connection = Connection(
            name=NAME, url=twin.url, secret=secret, settings={"zone": ZONE, **samples.settings}, person=PEOPLE.get
        )
        yield Bench(
            manifest=samples.door.manifest,
            door=lambda limits: samples.door(connection, limits),
            partner=Controls(system, twin),
            goldens=[_golden(samples)],
            trials=samples.trials,
            hooks=Hooks(
                honest=lambda at: hooks(SECRETS["hook_secret"], at), forged=lambda at: hooks("somebody else's", at)
            ),
            secrets=list(SECRETS.values()),
            unknown=b"nobody_knows",
            asked_for=asked_for,
        )


def _golden(samples: Samples) -> Golden:
    """Half an hour after midnight in Berlin it is still yesterday in UTC."""
    delivery = delivery_of(NAME, signed("", samples.event, datetime(2026, 3, 29, tzinfo=UTC)).body, samples.door.events)
    at = datetime.fromisoformat(AT)
    report = Report(
        id=samples.event["id"],
        subject=delivery.subject,
        data=samples.becomes,
        time=at.astimezone(UTC),
        on=at.date(),
        zone=ZONE,
    )
    return json_golden(delivery, [report], ("/type", "/at", "/data", *samples.required))
