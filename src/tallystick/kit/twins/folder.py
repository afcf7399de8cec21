"""A folder as the partner sees who takes files out of it."""

import json
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tallystick.kit.twins.faults import Fault
from tallystick.messages.catalogue import CATALOGUE


class CommandFolder:
    """Reads commands out of JSON files. Implements `contract.bench.Partner`, where nothing can fail on the way."""

    def __init__(self, folder: Path) -> None:
        """Look into *folder*."""
        self._folder, self._seen = folder, dict[str, Struct]()

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Nobody is called, so nothing can fail on the way."""

    def requests(self) -> int:
        """Nobody is called."""
        return 0

    def effects(self) -> Sequence[Struct]:
        """Read the files, in the order in which they were first seen."""
        for file in sorted(self._folder.glob("*.json")):
            self._seen.setdefault(file.name, command_in(file.read_bytes()))
        return list(self._seen.values())

    def stir(self, kind: type[Struct]) -> None:
        """Nothing comes out of this folder."""


def command_in(body: bytes) -> Struct:
    """Read a command out of its file."""
    said = json.loads(body)
    return CATALOGUE.decode(said["type"], json.dumps(said["data"]).encode())
