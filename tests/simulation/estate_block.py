"""The estate's histories of CI, run once for all tests that look at them."""

from collections import Counter
from functools import cache

from tallystick.simulator.coverage import Coverage
from tallystick.simulator.estate.estate_run import run_estate
from tallystick.simulator.estate.verdict import Verdict

HISTORIES = 400


@cache
def judged() -> tuple[Verdict, tuple[str, ...], Counter[str]]:
    """Return the verdict on all histories, every promise that was broken in them, and the rows they reached."""
    found, broken, coverage = Verdict(), list[str](), Coverage()
    for seed in range(HISTORIES):
        one = run_estate(seed, watch=coverage.seen)
        found.add(one.verdict)
        broken += [f"{seed}: {v.kind}: {v.detail}" for v in one.story.violations]
    return found, tuple(broken), coverage.counts()
