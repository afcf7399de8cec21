"""Metrics of several processes as one: each writes to files of a folder, and whichever is asked adds them up."""

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Set before prometheus_client is imported, or it does not look: this module does not import it until it is asked."""


def shown(registry: "CollectorRegistry") -> bytes:
    """Return what Prometheus is shown: of all processes where they share a folder, else of *registry*."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    if FOLDER not in os.environ:
        return generate_latest(registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
