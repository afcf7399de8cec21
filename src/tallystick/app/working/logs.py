"""What a long-running process says of itself: on standard error, a line an occurrence, never a body or a person."""

import asyncio
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from io import TextIOBase
from typing import Any, Final, TextIO, cast

import structlog

FRAMES_MAX: Final = 20


def start_logs() -> None:
    """Write for a person on a terminal, otherwise one JSON object a line."""
    shown = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            places_only,
            shown,
        ],
        # A line and its end in one write: several processes may share the file, and their lines must not mix.
        logger_factory=lambda *_: structlog.WriteLogger(cast("TextIO", _Error())),
    )


def places_only(_logger: Any, _method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace a failure by its kind and the places it went through: its text may quote what somebody sent."""
    failure = told.pop("exc_info", None)
    if isinstance(failure, BaseException):
        frames = traceback.extract_tb(failure.__traceback__)[-FRAMES_MAX:]
        told["places"] = [f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in frames]
    return told


class _Error(TextIOBase):
    """Standard error as it is now. Where nobody reads it any more, the line is lost and the work goes on."""

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def log_the_unheard(loop: asyncio.AbstractEventLoop) -> None:
    """Say in one line what nobody waited for: the database driver leaves such failures behind when a connection dies."""

    def heard(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        failure = context.get("exception")
        structlog.get_logger("worker").warning("unheard", failure=type(failure).__name__ if failure else "none")

    loop.set_exception_handler(heard)
