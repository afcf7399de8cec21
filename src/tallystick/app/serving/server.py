"""The HTTP server: granian, with one process or several, each with a gate of its own."""

import os
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from granian import Granian
from granian.constants import Interfaces, Loops, RuntimeModes
from msgspec import Struct

from tallystick.app.serving.shared_metrics import FOLDER

if TYPE_CHECKING:
    from tallystick.app.house import House

API_ONLY: Final = "TALLYSTICK_SERVE_API_ONLY"
"""Set for the processes of a server whose workers run elsewhere."""
STOP_SECONDS_MAX: Final = 40
BACKLOG: Final = 2048
_LOG: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}


class Serving(Struct, frozen=True):
    """Where to listen, with how many processes, for which book, and whether workers run elsewhere."""

    host: str
    port: int
    workers: int
    book: str | None
    api_only: bool


def run_server(how: Serving) -> None:
    """Serve until a signal says stop; requests under way are answered, at most for `STOP_SECONDS_MAX`.

    The book is opened once before: what is wrong with it is said here, and not by each process in its own way.
    """
    with ExitStack() as closing:
        if how.book:
            os.environ["TALLYSTICK_BOOK"] = how.book
        if how.api_only:
            os.environ[API_ONLY] = "1"
        if how.workers > 1:
            os.environ[FOLDER] = closing.enter_context(tempfile.TemporaryDirectory(prefix="tally-metrics-"))
        from tallystick.app.running import in_house  # after the folder of metrics is set

        in_house(how.book, _opens)
        Granian(
            "tallystick.app.serving.wiring:application",
            address=how.host,
            port=how.port,
            interface=Interfaces.ASGI,
            workers=how.workers,
            loop=Loops.uvloop,
            runtime_mode=RuntimeModes.st,
            websockets=False,
            backlog=BACKLOG,
            factory=True,
            log_dictconfig=_LOG,
            workers_kill_timeout=STOP_SECONDS_MAX,
        ).serve()


async def _opens(house: "House") -> str:
    """The house could be opened, which is all that is asked."""
    return house.info.name
