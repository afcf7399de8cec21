"""The whole contract, laid on one connector."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Final

from tallystick.kit.contract import hooking, manners, meaning, reading, writing
from tallystick.kit.contract.bench import Bench
from tallystick.kit.contract.verdict import Broken, Check, Standing, Verdict

CHECKS: Final[tuple[Check, ...]] = (
    *reading.CHECKS,
    *writing.CHECKS,
    *meaning.CHECKS,
    *hooking.CHECKS,
    *manners.CHECKS,
)
NAMES: Final = frozenset(check.name for check in CHECKS)
MakeBench = Callable[[], AbstractContextManager[Bench]]
"""Starts a fresh twin and lays a bench on it; every connector's `bench.py` has one, named `bench`."""


def check(one: Check, make: MakeBench) -> Verdict:
    """Try one promise on a bench of its own."""
    with make() as bench:
        try:
            reason = bench.manifest.not_held_to.get(one.name) or one.why_not(bench)
            if reason:
                return Verdict(one.name, Standing.NOT_APPLICABLE, reason)
            one.run(bench)
        except Broken as broken:
            return Verdict(one.name, Standing.BROKEN, str(broken))
        except Exception as error:  # noqa: BLE001 - whatever a stranger's connector raises is its verdict, not our end
            return Verdict(one.name, Standing.BROKEN, f"{type(error).__name__}: {error}")
    return Verdict(one.name, Standing.KEPT)


def verdicts(make: MakeBench) -> Iterator[Verdict]:
    """Try all promises, one after the other."""
    for one in CHECKS:
        yield check(one, make)
