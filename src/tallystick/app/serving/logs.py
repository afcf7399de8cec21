"""Logs of the server: one JSON object a line on standard error, without bodies, secrets or anything a caller said."""

import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

FRAMES_MAX = 20


def write_logs() -> None:
    """Write what is logged from now on as JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            places_only,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def places_only(_logger: Any, _method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace a failure by its kind and the places it went through: its text may quote what a caller sent."""
    failure = told.pop("exc_info", None)
    if isinstance(failure, BaseException):
        frames = traceback.extract_tb(failure.__traceback__)[-FRAMES_MAX:]
        told["places"] = [f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in frames]
    return told
