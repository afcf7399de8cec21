"""Fifty thousand bad inputs to the parsers of files: each is translated, or refused with a name and a remedy."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest

from tests.fuzz.mutating import mutated
from tests.fuzz.targets import Target, flaw, targets

INPUTS = 50_000
HANG_SECONDS_MAX = 60
"""Far beyond what any input takes: only a parser that never comes back is ended by it."""
TARGETS = {target.name: target for target in targets()}


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Fail rather than hang."""

    def hung(*_: object) -> NoReturn:
        raise AssertionError(f"{what}: no answer within {HANG_SECONDS_MAX} s")

    before = signal.signal(signal.SIGALRM, hung)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_breaks_it(name: str) -> None:
    """No crash, no hang; a fault has a name, a reason and a remedy; a report is a message of the catalogue."""
    target = TARGETS[name]
    with guarded(name):
        for number in range(INPUTS // len(TARGETS)):
            signal.alarm(HANG_SECONDS_MAX)
            body = target.input(number)
            found = flaw(target, body)
            assert not found, f"input {number} of {name}: {found}\n{body[:2000]!r}"


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_right_stays_right(name: str) -> None:
    """The inputs that others are made of are translated without a fault, but one that refuses a group of ours."""
    faults = [f.reason for seed in TARGETS[name].seeds for t in TARGETS[name].parse(seed) for f in t.faults]
    assert [f for f in faults if not f.startswith("refused by them")] == []


def test_a_parser_that_crashes_is_found() -> None:
    """The broken twin: one that believes that every segment has a second element."""
    honest = TARGETS["x12"]

    def hasty(body: bytes) -> Iterator[object]:
        for segment in body.decode("latin-1").split("~"):
            segment.split("*")[1]
        return iter(())

    careless = Target("hasty", honest.seeds, hasty)  # type: ignore[arg-type]

    def fuzzed() -> None:
        for number in range(1000):
            flaw(careless, careless.input(number))

    with pytest.raises(IndexError):
        fuzzed()


def test_the_same_number_is_the_same_input() -> None:
    """So that what was found once is found again."""
    seeds = TARGETS["poslog"].seeds
    assert [mutated(seeds, n) for n in range(50)] == [mutated(seeds, n) for n in range(50)]
    assert len({mutated(seeds, n) for n in range(500)}) > 300
