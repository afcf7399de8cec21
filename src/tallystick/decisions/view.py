"""What a decision may look at: stock layers and lines sold, as they stand before the message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from tallystick.decisions.returning.policies import PoliciesVersion
from tallystick.decisions.rulebook import Lookup
from tallystick.decisions.sourcing.atlas import Atlas
from tallystick.journal.card import Card
from tallystick.journal.layer import Layer


class OpenSale(Struct):
    """Units of a sale line that could still come back: the event and line that sold them, units and value left.

    `unit_net` is the price per unit in minor units, to prefer the sale that a credit's price belongs to.
    """

    event: int
    line: int
    left: int
    cost_left: int
    unit_net: int


class View(Protocol):
    """The loaded part of the book. Looking at what was not loaded raises `NotLoaded`, and the gate loads it."""

    currency: str

    def layer(self, sku: str, location: str) -> Layer:
        """Return the stock layer of a product at a location, empty if it never had any."""

    def card(self, name: str) -> Card:
        """Return a gift card, one of an unknown state if it was never issued."""

    def rules(self, moment: datetime) -> Lookup:
        """Return the rules of what may be promised, as in force at *moment* (UTC)."""

    def sourcing(self, moment: datetime) -> Atlas | None:
        """Return the policy of sourcing in force at *moment* (UTC), None where there is none."""

    def return_policies(self) -> Sequence[PoliciesVersion]:
        """Return the policies of returns that are or will be in force; none were ever declared where it is empty."""

    def sales(self, customer: str, sku: str) -> Sequence[OpenSale]:
        """Return what *customer* bought of *sku* and still has, oldest first."""


class NotLoaded(LookupError):
    """A decision looked at something the gate had not locked: it is loaded, and the batch folded again."""

    def __init__(self, kind: str, key: tuple[str, str]) -> None:
        """Name what was missing.

        `layer` (sku, location), `sales` (customer, sku), `card` (card, nothing), or `family` (subject, "") to be read.
        """
        super().__init__(f"{kind} {key} is not loaded")
        self.kind, self.key = kind, key
