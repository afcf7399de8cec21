"""The part of the book that is in hand while messages are folded: what the gate locked and read, and what they make of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tallystick.decisions.returning.policies import PoliciesVersion
from tallystick.decisions.rulebook import EMPTY, Lookup
from tallystick.decisions.sourcing.atlas import Atlas
from tallystick.decisions.view import NotLoaded, OpenSale
from tallystick.journal.card import Card
from tallystick.journal.layer import Layer
from tallystick.processes.family import Family, data_of
from tallystick.processes.members import RETURN_POLICIES, RETURN_POLICIES_SUBJECT


class Loaded:
    """The part of the book that is in hand: families, stock layers, open sales and rules, all of it mutable.

    With *strict*, looking at what was never loaded raises `NotLoaded`; without, it is empty (the in-memory book).
    `looked_up` are families that were read and not locked. `new_sales` were made since, by customers whose earlier ones are not loaded: `add_sales` puts both together.
    """

    def __init__(self, currency: str, *, strict: bool = True) -> None:
        """Start with nothing loaded, in a book that values its stock in *currency*."""
        self.currency, self.strict = currency, strict
        self.families: dict[str, Family] = {}
        self.looked_up: dict[str, Family] = {}
        self.layers: dict[tuple[str, str], Layer] = {}
        self.open_sales: dict[tuple[str, str], list[OpenSale]] = {}
        self.new_sales: dict[tuple[str, str], list[OpenSale]] = {}
        self.cards: dict[str, Card] = {}
        self.moved_cards: set[str] = set()
        self.rulebook = EMPTY
        self.shadow = frozenset[str]()
        """The channels whose commands are kept, for they run beside an old system."""
        self.moved_layers: set[tuple[str, str]] = set()
        self.revalued_layers: set[tuple[str, str]] = set()
        self.replanned_layers: set[tuple[str, str]] = set()
        self.used_sales: dict[tuple[str, str, int, int], OpenSale] = {}

    def layer(self, sku: str, location: str) -> Layer:
        """Return a stock layer; see `decisions.view.View`."""
        key = (sku, location)
        try:
            return self.layers[key]
        except KeyError:
            if self.strict:
                raise NotLoaded("layer", key) from None
        found = self.layers[key] = Layer()
        return found

    def card(self, name: str) -> Card:
        """Return a gift card; see `decisions.view.View`."""
        found = self.cards.get(name)
        if found is None:
            if self.strict:
                raise NotLoaded("card", (name, ""))
            found = self.cards[name] = Card()
        return found

    def rules(self, moment: datetime) -> Lookup:
        """Return the rules in force; see `decisions.view.View`."""
        return self.rulebook.at(moment)

    def sourcing(self, moment: datetime) -> Atlas | None:
        """Return the policy of sourcing in force; see `decisions.view.View`."""
        return self.rulebook.sourcing(moment)

    def return_policies(self) -> Sequence[PoliciesVersion]:
        """Return the policies of returns; see `decisions.view.View`. Nobody who asks holds them back from being changed."""
        family = self.families.get(RETURN_POLICIES_SUBJECT)
        if family is None:
            family = self.looked_up.get(RETURN_POLICIES_SUBJECT)
        if family is None:
            if self.strict:
                raise NotLoaded("family", (RETURN_POLICIES_SUBJECT, ""))
            return ()
        data = data_of(family, RETURN_POLICIES) if RETURN_POLICIES in family else None
        return data.versions if data is not None else ()

    def add_sales(self, found: Mapping[tuple[str, str], list[OpenSale]]) -> None:
        """Take in what (customer, sku) still has, oldest first."""
        for key, sales in found.items():
            self.open_sales[key] = [*sales, *self.new_sales.pop(key, ())]

    def sales(self, customer: str, sku: str) -> Sequence[OpenSale]:
        """Return open sales; see `decisions.view.View`."""
        key = (customer, sku)
        found = self.open_sales.get(key)
        if found is None:
            if self.strict:
                raise NotLoaded("sales", key)
            return ()
        return found
