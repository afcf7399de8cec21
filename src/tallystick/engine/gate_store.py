"""What the gate needs of a database. Storage implements it; the gate decides."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from tallystick.decisions.rulebook import Rulebook
from tallystick.decisions.view import OpenSale
from tallystick.engine.answer import Settlement
from tallystick.journal.card import Card
from tallystick.journal.layer import Layer
from tallystick.processes.family import Family
from tallystick.processes.folded import Folded
from tallystick.processes.loaded import Loaded

Pair = tuple[str, str]


class StoreRefused(Exception):
    """The database would not take the batch because of what is in it: fold it again by halves to find the culprit."""


class StoreBusy(Exception):
    """Another gate was in the way (a deadlock, a subject born twice): nothing happened, try the batch again."""


class StoreAway(Exception):
    """The database is away, and what was under way may have happened or not.

    The same messages may be sent again under the same ids: what did happen is then answered as the original was.
    """


class Original(Struct, frozen=True):
    """A message that was recorded before: its event and the answer it was given, as JSON."""

    event: int
    answer: bytes


class OpenBatch(Protocol):
    """A batch under way: one database transaction that has locked its gate.

    `rulebook` holds the rules of what may be promised as they stood when it began; `shadow` names the channels whose
    commands are kept, exactly as of its place among all batches.
    """

    number: int
    recorded_at: datetime
    closed_through: date | None
    rulebook: Rulebook
    shadow: frozenset[str]

    async def claim(self, keys: Sequence[Pair]) -> Mapping[int, Original]:
        """Claim (source, id) keys for this batch; return those, by place, that were recorded before.

        A key that stands twice in *keys* is claimed by its first place.
        """

    async def families(self, subjects: Iterable[str]) -> Mapping[str, Family]:
        """Lock and return the families of *subjects*, in a fixed order; one not returned is not born yet."""

    async def looked_up(self, subject: str) -> Family:
        """Return the family of *subject* as it stands, not locked; empty where it is not born yet."""

    async def layers(self, keys: Iterable[Pair]) -> Mapping[Pair, Layer]:
        """Lock and return the stock layers of (sku, location), in a fixed order, born empty where new."""

    async def cards(self, names: Iterable[str]) -> Mapping[str, Card]:
        """Lock and return gift cards, in a fixed order; one that was never issued is of an unknown state."""

    async def sales(self, keys: Iterable[Pair]) -> Mapping[Pair, list[OpenSale]]:
        """Lock and return what (customer, sku) still has, oldest first."""

    async def store(self, folded: Sequence[Folded], loaded: Loaded) -> None:
        """Write everything the batch did, and its link in the chain."""

    async def unclaim(self, keys: Sequence[Pair]) -> None:
        """Give back keys whose message was not recorded after all."""

    async def settle(self, settlement: Settlement) -> None:
        """Note in the inbox what became of its deliveries."""

    async def commit(self) -> None:
        """Make it durable. When this returns, every answer may be given."""

    async def rollback(self) -> None:
        """Leave nothing behind."""


class GateStore(Protocol):
    """A database that can open batches for one gate."""

    currency: str

    async def begin(self) -> OpenBatch:
        """Open a transaction and lock this gate's chain."""
