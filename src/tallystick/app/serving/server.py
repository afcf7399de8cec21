"""The HTTP server: granian, with one process or several, each with a gate of its own."""

import os
import tempfile
from contextlib import ExitStack
from typing import Any, Final

from granian import Granian
from granian.constants import Interfaces, Loops, RuntimeModes

from tallystick.app.serving.shared_metrics import FOLDER

STOP_SECONDS_MAX: Final = 40
BACKLOG: Final = 2048
_LOG: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}


def run_server(host: str, port: int, workers: int, book: str | None) -> None:
    """Serve until a signal says stop; requests under way are answered, at most for `STOP_SECONDS_MAX`."""
    with ExitStack() as closing:
        if book:
            os.environ["TALLYSTICK_BOOK"] = book
        if workers > 1:
            os.environ[FOLDER] = closing.enter_context(tempfile.TemporaryDirectory(prefix="tally-metrics-"))
        Granian(
            "tallystick.app.serving.wiring:application",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            workers=workers,
            loop=Loops.uvloop,
            runtime_mode=RuntimeModes.st,
            websockets=False,
            backlog=BACKLOG,
            factory=True,
            log_dictconfig=_LOG,
            workers_kill_timeout=STOP_SECONDS_MAX,
        ).serve()
