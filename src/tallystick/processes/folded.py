"""What folding a message comes to: what it did, or why it could not be folded."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from tallystick.decisions.view import OpenSale
from tallystick.journal.posting import Posting
from tallystick.messages.envelope import Message
from tallystick.processes.table import Break


class TooEarly(Exception):
    """The message overtook one it depends on: keep it until its subject has moved."""


class Refused(Exception):
    """The message cannot be folded: park its subject; `remedy` says what a person can do."""

    def __init__(self, reason: str, remedy: str) -> None:
        """Keep reason and remedy apart."""
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


class Timer(Struct, frozen=True, gc=False):
    """`DeadlinePassed` is due for *member* at *due*, if it still stands at *version* then."""

    member: str
    version: int
    due: datetime


class NewSale(Struct, frozen=True, gc=False):
    """Goods that a known customer now has and may bring back."""

    customer: str
    sku: str
    sale: OpenSale


class Folded(Struct, gc=False):
    """What one accepted message did. *commands* are told; *kept* ones are what an old system does in our place."""

    event: int
    message: Message
    outcome: str = "ignored"
    state: str = ""
    answer: dict[str, Any] | None = None
    facts: list[Struct] = []
    postings: list[Posting] = []
    commands: list[Struct] = []
    kept: list[Struct] = []
    breaks: list[Break] = []
    explained: list[str] = []
    timers: list[Timer] = []
    new_sales: list[NewSale] = []
