"""Keys of commands, for partners that keep none: the same key never stands for another command in this process."""

import threading
from typing import Final

from msgspec import Struct

from tallystick.ports.connector import Rejected

KEYS_MAX: Final = 10_000


class Keys:
    """Remembers the latest keys and what each was used for. Threads share it."""

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[str, Struct] = {}
        self._lock = threading.Lock()

    def refuse_another(self, command: Struct, key: str) -> None:
        """Raise `Rejected` where *key* was used for another command than this."""
        with self._lock:
            known = self._known.setdefault(key, command)
            if len(self._known) > KEYS_MAX:
                del self._known[next(iter(self._known))]
        if known != command:
            raise Rejected(f"key {key} was used for another command: give each command a key of its own")
