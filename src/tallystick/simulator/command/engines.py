"""The engines by name: how many histories are lived on each, and how one is lived again from a tape."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from msgspec import Struct

from tallystick.app.house import database
from tallystick.app.settings import read_settings
from tallystick.simulator.history import Story
from tallystick.simulator.mutants.registry import put_in
from tallystick.simulator.postgres.run import on_postgres, run_on_postgres
from tallystick.simulator.running import Asked, run_in_memory
from tallystick.simulator.shrinking.shrink import TRIES_MAX
from tallystick.simulator.shrinking.tape import Make, TapedRun


class Engine(Struct, frozen=True):
    """*stories* lives what is asked, with a bug put in or none; *opened* yields what makes runs from tapes."""

    stories: Callable[[Asked, str], Iterator[Story]]
    opened: Callable[[str], AbstractContextManager[Make]]
    tries_max: int


@contextmanager
def _in_memory(mutant: str) -> Iterator[Make]:
    with put_in(mutant):
        yield TapedRun


def _told_by_postgres(asked: Asked, mutant: str) -> Iterator[Story]:
    with database(read_settings()) as url:
        yield from run_on_postgres(url, asked, mutant)


@contextmanager
def _on_postgres(mutant: str) -> Iterator[Make]:
    with database(read_settings()) as url, on_postgres(url) as make, put_in(mutant):
        yield make


POSTGRES_TRIES_MAX: Final = 60
ENGINES: Final[Mapping[str, Engine]] = {
    "memory": Engine(run_in_memory, _in_memory, TRIES_MAX),
    "postgres": Engine(_told_by_postgres, _on_postgres, POSTGRES_TRIES_MAX),
}
