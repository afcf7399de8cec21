"""Files that leave, each under a number of its own: the same key one file, once, also where the partner took it away.

What is sent is decided first and kept (`sent/`), then numbered (`numbers/`), then it appears in `out/`. After a crash
between two of these the next push under the key goes on where it stopped, with the same number and the same moment. Only a
crash right after the file appeared can make it appear a second time, as the very same bytes under the very same number.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.kit.boxes.mailbox import Mailbox
from tallystick.ports.connector import Rejected, Retryable

NUMBERS_TRIED_MAX: Final = 100_000
LOOK_BACK: Final = 100
"""So many numbers back a claim is looked for that a crash left without its file."""


class Paper(Struct, frozen=True):
    """A file to send: its name, its body."""

    name: str
    body: bytes


class Sent(Struct, frozen=True):
    """What was decided under a key: a digest of what is to be sent, its number, and the moment it is dated (UTC)."""

    what: str
    number: int
    at: datetime


_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
Make = Callable[[int, datetime], Paper]


class Sending:
    """Sends files through one mailbox. Processes may share it: what exists is never overwritten."""

    def __init__(self, box: Mailbox) -> None:
        """Write into *box*."""
        self._box, self._last = box, 0
        self._claims: dict[str, int] = {}

    def send(self, key: str, what: bytes, make: Make) -> Sent:
        """Send what *make* writes under a number; raise `Rejected` where *key* stands for something else than *what*."""
        name = _name(key)
        sent = self.known(key)
        if sent is None:
            make(0, _EVER)  # what cannot be written must not take a number: the partner would miss it
            sent = self._decided(name, what)
        if sent.what != _name_of(what):
            raise Rejected(f"key {key} was used for something else: give each command a key of its own")
        if self._box.found("sent", f"{name}.done") is None:
            paper = make(sent.number, sent.at)
            if self._box.once("out", paper.name, paper.body) != paper.body:
                raise Rejected(f"something else stands under {paper.name} in out/: see who wrote it")
            self._box.once("sent", f"{name}.done", b"")
        return sent

    def known(self, key: str) -> Sent | None:
        """Return what was decided under *key*, None where nothing was."""
        found = self._box.found("sent", f"{_name(key)}.json")
        return msgspec.json.decode(found, type=Sent) if found else None

    def is_sent(self, key: str, what: bytes) -> Sent | None:
        """Return what was sent under *key*, None where it did not leave or was something else."""
        sent = self.known(key)
        is_done = self._box.found("sent", f"{_name(key)}.done") is not None
        return sent if sent and is_done and sent.what == _name_of(what) else None

    def _decided(self, name: str, what: bytes) -> Sent:
        fresh = Sent(_name_of(what), self._number(name), datetime.now(UTC).replace(microsecond=0))
        stands = self._box.once("sent", f"{name}.json", msgspec.json.encode(fresh))
        self._claims.pop(name, None)
        return msgspec.json.decode(stands, type=Sent)

    def _number(self, name: str) -> int:
        """Claim the next number; one that was claimed for *name* before a crash is found again, so none is lost."""
        if not self._last:
            self._look_back()
        if name in self._claims:
            return self._claims[name]
        for number in range(self._last + 1, self._last + NUMBERS_TRIED_MAX):
            holder = self._box.once("numbers", f"{number:09}", name.encode()).decode()
            self._claims[holder] = self._last = number
            if holder == name:
                return number
        raise Retryable("no number is free: see numbers/ of the connection's folder")

    def _look_back(self) -> None:
        """Learn who holds the latest numbers: one of them may never have got its file."""
        taken = sorted(int(n) for n in self._box.names("numbers") if n.isdecimal())
        for number in taken[-LOOK_BACK:]:
            holder = self._box.found("numbers", f"{number:09}") or b""
            self._claims[holder.decode()] = number
        self._last = max(taken, default=0)


def _name(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:32]


def _name_of(what: bytes) -> str:
    return sha256(what).hexdigest()
