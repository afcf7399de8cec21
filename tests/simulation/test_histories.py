"""Ten thousand histories of a small retail world in bad weather. A failing seed is a case for tests/scenarios."""

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256

import msgspec
import pytest

from tallystick.simulator.coverage import Coverage
from tallystick.simulator.golive.golive_history import golive_history
from tallystick.simulator.history import Story, run_history
from tallystick.simulator.weather import FAIR, STORM
from tests.simulation.estate_block import judged

HISTORIES, BLOCK = 10_000, 500
MESSAGES_MIN = 50


def block(number: int) -> tuple[list[Story], Counter[str], int]:
    """Run one block of seeds; return the stories that went wrong, the rows reached, and the shortest history."""
    coverage, wrong, shortest = Coverage(), [], MESSAGES_MIN * 100
    for seed in range(number * BLOCK, (number + 1) * BLOCK):
        story = run_history(seed, watch=coverage.seen)
        shortest = min(shortest, story.messages)
        if story.violations:
            wrong.append(story)
    return wrong, coverage.counts(), shortest


@pytest.fixture(scope="module")
def blocks() -> list[tuple[list[Story], Counter[str], int]]:
    """Every block of the ten thousand, run once, on all processors."""
    with ProcessPoolExecutor() as workers:
        return list(workers.map(block, range(HISTORIES // BLOCK)))


def the_bytes(seeds: range) -> str:
    """Return a digest of the stories of *seeds*."""
    digest = sha256()
    for seed in seeds:
        digest.update(msgspec.json.encode(run_history(seed)))
    return digest.hexdigest()


def test_no_history_breaks_a_promise(blocks: list[tuple[list[Story], Counter[str], int]]) -> None:
    """Lost, doubled, reordered and late messages and crashes at every step change nothing that the book promises."""
    assert [(story.seed, story.violations[0]) for wrong, _, _ in blocks for story in wrong] == []
    assert min(shortest for _, _, shortest in blocks) >= MESSAGES_MIN


def test_every_row_of_every_process_table_is_reached(blocks: list[tuple[list[Story], Counter[str], int]]) -> None:
    """A row that no history reaches is a row nobody has tried: either the world is too tame, or it cannot happen."""
    coverage = Coverage()
    for _, counts, _ in blocks:
        coverage.add(counts)
    coverage.add(judged()[2])
    going_live = Coverage()
    for seed in range(300):
        golive_history(seed, watch=going_live.seen)
    coverage.add(going_live.counts())
    assert coverage.missed() == []


def test_the_same_seed_tells_the_same_story() -> None:
    """A failing seed can be replayed byte for byte, also on another day, in another process."""
    command = "from tests.simulation.test_histories import the_bytes; print(the_bytes(range(5)))"
    told = {
        subprocess.run(
            [sys.executable, "-c", command],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert told == {the_bytes(range(5))}


def test_other_seeds_tell_other_stories() -> None:
    """The seed is what decides: two seeds are two worlds."""
    assert run_history(1).lines != run_history(2).lines


def test_in_fair_weather_nothing_is_repeated() -> None:
    """Without faults the world runs all the same, and the proofs hold."""
    assert [run_history(seed, FAIR).violations for seed in range(20)] == [()] * 20


def test_in_a_storm_the_promises_hold_as_well() -> None:
    """Three times the faults are no other kind of faults."""
    assert [run_history(seed, STORM).violations for seed in range(100)] == [()] * 100
