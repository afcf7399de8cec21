"""What a check is, and what it finds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from msgspec import Struct

from tallystick.kit.contract.bench import QUICK, Bench
from tallystick.kit.limits import Limits


class Broken(AssertionError):
    """A promise that a connector does not keep; the text says which, and what was seen instead."""


class Standing(StrEnum):
    """How a connector stands to one promise."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_APPLICABLE = "does not apply"


class Check(Struct, frozen=True):
    """One promise: its name, the rule in one sentence, why it would not apply to a bench, and the trial itself."""

    name: str
    rule: str
    why_not: Callable[[Bench], str]
    """Returns the reason, or nothing where it applies."""
    run: Callable[[Bench], None]
    """Raises `Broken`."""


class Verdict(Struct, frozen=True):
    """What came of a check, and why where it was not kept."""

    check: str
    standing: Standing
    reason: str = ""


def held(is_so: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    """Raise `Broken` with *otherwise* unless it *is_so*."""
    if not is_so:
        raise Broken(otherwise)


@contextmanager
def opened(bench: Bench, limits: Limits | None = None) -> Iterator[Any]:
    """Open a door, within other *limits* than the bench's where given, and close it at the end."""
    door = bench.door(limits or bench.limits or QUICK)
    try:
        yield door
    finally:
        getattr(door, "close", lambda: None)()


@contextmanager
def raising(expected: type[Exception] | tuple[type[Exception], ...], when: str) -> Iterator[list[Exception]]:
    """Run a block that must raise *expected*; what it raised is in the list afterwards."""
    caught: list[Exception] = []
    try:
        yield caught
    except expected as right:
        caught.append(right)
        return
    except Exception as wrong:
        raise Broken(f"{when}: {type(wrong).__name__} ({wrong}) instead of {_names(expected)}") from wrong
    raise Broken(f"{when}: nothing was raised, wanted {_names(expected)}")


def _names(kinds: type[Exception] | tuple[type[Exception], ...]) -> str:
    return " or ".join(k.__name__ for k in (kinds if isinstance(kinds, tuple) else (kinds,)))
