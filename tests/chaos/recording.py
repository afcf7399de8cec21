"""Partners that remember: what took effect there, by key."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from msgspec import Struct

from tallystick.engine.delivery import Route
from tallystick.messages.catalogue import CATALOGUE, Role
from tallystick.ports.connector import Acknowledgement


class Recorder:
    """A partner within this process: the same key has one effect, however often it is pushed."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.pushed: Counter[str] = Counter()

    async def push(self, command: Struct, key: str) -> Acknowledgement:
        """Take a command."""
        self.pushed[key] += 1
        return Acknowledgement(f"theirs-{key}")

    async def ask(self, command: Struct, key: str) -> Acknowledgement | None:
        """Say whether a key took effect."""
        return Acknowledgement(f"theirs-{key}") if self.pushed[key] else None

    def keys(self) -> set[str]:
        """Return the keys that took effect."""
        return set(self.pushed)

    def routes(self) -> dict[str, Route]:
        """Every command goes here."""
        return {t.type: Route(self.push, self.ask) for t in CATALOGUE.types if t.role is Role.COMMAND}


def dropped(folder: Path) -> dict[str, Any]:
    """Return what lies in a drop folder, by key; half-written files are no files yet."""
    return {f.stem: json.loads(f.read_text()) for f in folder.glob("*.json") if not f.name.startswith(".")}
