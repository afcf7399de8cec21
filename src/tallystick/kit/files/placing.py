"""Files that leave: each appears once, whole or not at all, and the same name never has two contents."""

import msgspec
from msgspec import Struct

from tallystick.kit.files.store import Store, Taken, is_safe
from tallystick.messages.catalogue import CATALOGUE
from tallystick.ports.connector import Acknowledgement, Outcome, Rejected


def placed(store: Store, name: str, body: bytes) -> Acknowledgement:
    """Let a file appear; the same one again changes nothing. Raise `Rejected` where another stands under its name.

    Whoever takes it may delete it: what has gone meanwhile was there.
    """
    if not is_safe(name):
        raise Rejected(f"{name!r} is no name for a file: letters, digits and signs, without a path")
    try:
        store.place(name, body)
    except Taken:
        if store.found(name) not in (body, None):
            raise Rejected(f"another command stands under {name}") from None
    return Acknowledgement(name)


def is_placed(store: Store, name: str, body: bytes) -> Acknowledgement | None:
    """Say whether that very file stands there."""
    return Acknowledgement(name) if store.found(name) == body else None


class Commands:
    """Commands as JSON files, one each, named by their keys."""

    def __init__(self, store: Store) -> None:
        """Place them in *store*."""
        self._store = store

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Write *command*; raise `Rejected` where another stands under *key*."""
        return placed(self._store, f"{key}.json", _as_file(command, key))

    def became(self, command: Struct, key: str) -> Outcome:
        """Say whether a command stands there."""
        return Outcome(is_placed(self._store, f"{key}.json", _as_file(command, key)))


def _as_file(command: Struct, key: str) -> bytes:
    said = {"key": key, "type": CATALOGUE.of(type(command)).type, "data": command}
    return msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n"
