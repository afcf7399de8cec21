"""Many histories at once: seeds in order, over all processors, told in one order whatever finished first."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.simulator.estate.estate_run import ESTATES, estate_story
from tallystick.simulator.history import Story, run_history
from tallystick.simulator.mutants.registry import put_in
from tallystick.simulator.weather import PROFILES, Profile

SEEDS_IN_BLOCK_MAX: Final = 25
SINGLE_PROCESS_BLOCKS_MAX: Final = 2
"""Below this, starting processes takes longer than living through it."""

WEATHERS: Final = PROFILES | ESTATES
"""Fault profiles by name: of the small world, and of the estate."""

RunBlock = Callable[[tuple[int, ...]], list[Story]]


class Asked(Struct, frozen=True):
    """Which histories: *histories* seeds from *seed*, in the weather called *faults*."""

    seed: int
    histories: int = 1
    faults: str = "usual"

    @property
    def profile(self) -> Profile:
        """The weather."""
        return WEATHERS[self.faults]

    @property
    def is_estate(self) -> bool:
        """Whether the whole estate is lived in, whose partners lie, rather than the small world."""
        return self.faults in ESTATES

    @property
    def blocks(self) -> list[tuple[int, ...]]:
        """The seeds, cut into what one process takes at a time."""
        seeds = range(self.seed, self.seed + self.histories)
        return [tuple(seeds[n : n + SEEDS_IN_BLOCK_MAX]) for n in range(0, len(seeds), SEEDS_IN_BLOCK_MAX)]


def run_in_memory(asked: Asked, mutant: str = "") -> Iterator[Story]:
    """Yield the stories of *asked* in the order of their seeds, each as soon as it and all before it are known."""
    return in_order(asked, partial(_block, asked, mutant))


def in_order(asked: Asked, run: RunBlock) -> Iterator[Story]:
    """Run the blocks of *asked* by *run*, on all processors when there are many, and yield their stories in order."""
    if len(asked.blocks) <= SINGLE_PROCESS_BLOCKS_MAX:
        return chain.from_iterable(map(run, asked.blocks))
    return _spread(asked.blocks, run)


def _spread(blocks: Iterable[tuple[int, ...]], run: RunBlock) -> Iterator[Story]:
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for stories in workers.map(run, blocks):
            yield from stories


def _block(asked: Asked, mutant: str, seeds: tuple[int, ...]) -> list[Story]:
    run = estate_story if asked.is_estate else run_history
    with put_in(mutant):
        return [run(seed, asked.profile) for seed in seeds]


def fingerprint(story: Story) -> str:
    """Return a digest of all that a story says: two runs of one seed have the same."""
    return sha256(msgspec.json.encode(story)).hexdigest()[:16]
