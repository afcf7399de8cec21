"""A process that takes files in, killed at a named point: `python -m tests.files.worker URL HOME POINT`."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from tallystick.app.connections.tending import tend_once
from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work
from tallystick.kit.files.arriving import FileDoor
from tallystick.kit.files.folder import Folder
from tallystick.ports.connector import Page
from tallystick.storage.connections.pulls import Pulls

_pull = FileDoor.pull


def die(*_: object, **__: object) -> Any:
    """End as `kill -9` does: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(what: Callable[..., Any]) -> Callable[..., Any]:
    """Do it, then die."""

    def done(*given: Any, **named: Any) -> Any:
        what(*given, **named)
        die()

    return done


def eager(self: FileDoor, kind: type[Struct], since: str) -> Page:
    """The broken twin: puts files away when they are read, before they are kept."""
    page = _pull(self, kind, since)
    self.kept(page)
    return page


def _set(where: type, name: str, what: Any) -> Callable[[], None]:
    return lambda: setattr(where, name, what)


POINTS: Final[dict[str, Callable[[], None]]] = {
    "listed": _set(FileDoor, "_todo", die),
    "read": _set(FileDoor, "pull", after(FileDoor.pull)),
    "kept": _set(FileDoor, "kept", die),
    "taken out of reach": _set(Folder, "take", after(Folder.take)),
    "moved": _set(Folder, "move", after(Folder.move)),
    "put away": _set(FileDoor, "kept", after(FileDoor.kept)),
    "half a move": lambda: setattr(os, "unlink", die),
}


async def main(url: str, home: Path, point: str) -> None:
    """Pull once and die at *point*; without one, work until killed."""
    async with open_house(url, Settings(home), "main") as house:
        if not point:
            await work(house, Way({}), asyncio.Event())
        if point == "eager":
            FileDoor.pull = eager  # type: ignore[method-assign]
            Pulls.keep = die  # type: ignore[method-assign]
        else:
            POINTS[point]()
        await tend_once(house, Way({}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
