"""Who writes to customers: a letter goes to a person, once where that can be had. Implemented in publishing/notices/."""

from typing import Protocol

from msgspec import Struct


class Addressee(Struct, frozen=True):
    """Whom a letter goes to. Personal data: it lives in the vault and in the letter, and nowhere between."""

    email: str
    name: str = ""
    language: str = ""

    def __repr__(self) -> str:
        """Say nothing of the person: whatever prints this may be kept."""
        return "Addressee(…)"


class Letter(Struct, frozen=True):
    """What is said; *html* may be empty. *language* is the one it is written in."""

    subject: str
    text: str
    html: str = ""
    language: str = ""

    def __repr__(self) -> str:
        """Say nothing of it: it addresses a person."""
        return "Letter(…)"


class Posted(Struct, frozen=True):
    """A letter on its way: *key* is the same for each attempt, so that a double can be known; *about* is the command."""

    key: str
    to: Addressee
    letter: Letter
    about: Struct


class Notifier(Protocol):
    """A way to reach customers.

    Raises `Rejected` for what this addressee will never get, `Retryable` for what may be tried later, `InDoubt` where it
    may have gone out, `Misconfigured` for what stops all letters. Texts of failures name no person.
    """

    async def send(self, posted: Posted) -> str:
        """Send a letter; return what it is known by there."""

    async def close(self) -> None:
        """Hang up."""
