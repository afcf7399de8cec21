"""Folders for servers that are killed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short_home() -> Iterator[Path]:
    """A data folder with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="tally-chaos-") as folder:
        yield Path(folder)
