"""What a connector brings so that the contract can be laid on it: a door to its twin, the twin's controls, and samples."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from tallystick.kit.limits import Limits
from tallystick.kit.twins.faults import Fault
from tallystick.ports.connector import Delivery, Hook, Manifest, Report

QUICK: Final = Limits(per_second=1000, burst=1000, deadline_seconds=1, body_bytes_max=1_000_000, failures_max=1000)
"""A deadline that can be waited for, and no pace that would hold a test up."""


class Golden(Struct, frozen=True, kw_only=True):
    """A delivery as the partner writes it, and exactly the reports it must become: awkward amounts, zones, characters.

    `lacking` is the same without something it must have, by the name of what is missing; `extended` the same with
    something nobody knows.
    """

    delivery: Delivery
    reports: tuple[Report, ...]
    lacking: Mapping[str, bytes] = {}
    extended: bytes | None = None


def json_golden(delivery: Delivery, reports: Iterable[Report], required: Iterable[str]) -> Golden:
    """Return a golden pair for a JSON body; *required* are JSON pointers (RFC 6901) of what it must have."""
    extended = {**json.loads(delivery.body), "tally_unknown": {"new": [1, "two"]}}
    return Golden(
        delivery=delivery,
        reports=tuple(reports),
        lacking={pointer: without(delivery.body, pointer) for pointer in required},
        extended=json.dumps(extended).encode(),
    )


def without(body: bytes, pointer: str) -> bytes:
    """Return a JSON body without the member a JSON pointer names; raise `KeyError` where there is none."""
    whole = json.loads(body)
    *path, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    place: Any = whole
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place[step]
    del place[int(last) if isinstance(place, list) else last]
    return json.dumps(whole).encode()


class Trial(Struct, frozen=True):
    """A command to try, one like it that says something else, and one the partner must refuse, if it refuses any.

    The two may be pushed under one key to see that the second is `Rejected`. Where a partner lets a thing happen once,
    whatever the key (an order captured, a journal posted), `anew` makes the *n*th like it: of another order, say.
    """

    command: Struct
    other: Struct
    refused: Struct | None = None
    anew: Callable[[Struct, int], Struct] | None = None

    def number(self, n: int) -> "Trial":
        """Return the *n*th trial like this one."""
        if self.anew is None:
            return self
        refused = None if self.refused is None else self.anew(self.refused, n)
        return Trial(self.anew(self.command, n), self.anew(self.other, n), refused, self.anew)


class Partner(Protocol):
    """The twin's controls."""

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that reads, or the next in which a push has its effect, meet *fault*."""

    def requests(self) -> int:
        """Return how many requests have arrived so far."""

    def effects(self) -> Sequence[Struct]:
        """Return what has taken effect there, read back into our words, in order."""

    def stir(self, kind: type[Struct]) -> None:
        """Let something of *kind* change that was there, and something new come, as happens while pages are read."""


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """Webhooks of the twin: at least two *honest* ones that come at a moment, and *forged* ones, signed by somebody else."""

    honest: Callable[[datetime], Sequence[Hook]]
    forged: Callable[[datetime], Sequence[Hook]]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """How one connector is tried. `door` makes a new one within limits each time, as another process would.

    `limits` are narrow enough to be tried, None where it calls nobody. `secrets` are what it was given, to be found
    nowhere else. `unknown` is what the twin writes beyond the fields we know: kept in the bodies.
    """

    manifest: Manifest
    door: Callable[[Limits], Any]
    """It is closed by its `close`, where it has one."""
    partner: Partner | None = None
    goldens: Sequence[Golden] = ()
    trials: Sequence[Trial] = ()
    hooks: Hooks | None = None
    limits: Limits | None = QUICK
    secrets: Sequence[str] = ()
    unknown: bytes = b""
    asked_for: set[str] = field(default_factory=set)
    """The names of the secrets its doors have asked for: the bench's `secret` adds to it."""


def with_body(delivery: Delivery, body: bytes) -> Delivery:
    """Return a delivery that says *body* instead."""
    return replace(delivery, body=body)
