"""What a long-running process says of itself: on standard error, a line an occurrence, never a body or a person."""

import sys

import structlog


def start_logs() -> None:
    """Write for a person on a terminal, otherwise one JSON object a line."""
    shown = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            shown,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
