"""The contract laid on one connector, wherever it is."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from tallystick.app.exits import not_found
from tallystick.kit.contract.suite import MakeBench, verdicts
from tallystick.kit.contract.verdict import Standing, Verdict

OURS: Final = "tallystick.connectors"
TWIN: Final = "twin"
"""A connector with many files keeps its bench and its hostile twin in a sub-room of that name."""


def room_of(name: str) -> str:
    """Return the module of a connector: ours by its name, anybody's by its dotted one."""
    room = name if "." in name else f"{OURS}.{name.replace('-', '_')}"
    if not _is_there(room):
        raise not_found(
            f"There is no connector {name!r}", "see `tally connector list`, or name a module: my_shop.connector"
        )
    return room


def bench_of(name: str) -> MakeBench:
    """Return what makes the bench of connector *name*; complain where it has none."""
    found: MakeBench = part_of(name, "bench", "bench")
    return found


def part_of(name: str, file: str, what: str) -> Any:
    """Return *what* stands in *file* of connector *name*, or of its sub-room `twin`; complain where there is no such file."""
    room = room_of(name)
    for place in (f"{room}.{file}", f"{room}.{TWIN}.{file}"):
        if _is_there(place):
            return getattr(import_module(place), what)
    remedy = "docs/how-to/connector.md says what belongs into it, with an example"
    raise not_found(f"Connector {name!r} has no {file}.py", remedy)


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def tried(name: str) -> Iterator[Verdict]:
    """Try every promise of the contract on connector *name*."""
    yield from verdicts(bench_of(name))


def kept(found: list[Verdict]) -> bool:
    """Say whether no promise is broken."""
    return all(v.standing is not Standing.BROKEN for v in found)
