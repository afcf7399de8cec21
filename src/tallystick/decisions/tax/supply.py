"""A supply of goods as the law looks at it, and the form of a rule that says what becomes of it."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from tallystick.decisions.tax.asked import TaxAsked
from tallystick.decisions.tax.quoted import Collector, Treatment, flawed
from tallystick.decisions.tax.rates import RateTable, StateRow
from tallystick.decisions.tax.territory import area, registered_in

AREAS_WITH_MARKETPLACES: Final = frozenset({"EU", "GB", "US"})


class Supply(Struct, frozen=True):
    """The question with what follows from it; *state* is that of the customer, in the United States."""

    asked: TaxAsked
    state: StateRow | None

    @property
    def origin(self) -> str:
        """The VAT area, or country, that the goods leave."""
        return area(self.asked.ship_from.country)

    @property
    def arrival(self) -> str:
        """The VAT area, or country, where they arrive."""
        return area(self.asked.ship_to.country)

    @property
    def is_domestic(self) -> bool:
        """They stay in one country."""
        return self.asked.ship_from.country == self.asked.ship_to.country

    @property
    def seller_area(self) -> str:
        """Where the seller is established."""
        return area(self.asked.seller.established)

    @property
    def vat_country(self) -> str:
        """The country of the customer's VAT number; empty for a private person or without a number."""
        customer = self.asked.customer
        return registered_in(customer.vat_id) if customer.is_business else ""

    @property
    def vat_area(self) -> str:
        """The VAT area of that country."""
        return area(self.vat_country)

    @property
    def on_marketplace(self) -> bool:
        """It was sold through one."""
        return bool(self.asked.marketplace)

    @property
    def to_consumer(self) -> bool:
        """The customer is no taxable person acting as such."""
        return not self.asked.customer.is_business

    @property
    def is_registered_there(self) -> bool:
        """The seller is registered in the customer's state."""
        return self.asked.ship_to.state in self.asked.seller.registered


class SupplyRule(Struct, frozen=True):
    """One row: its name, when it applies, what becomes of the line, where the tax belongs, who collects, the law, and why."""

    name: str
    when: Callable[[Supply], bool]
    treatment: Treatment
    where: str
    collector: Collector
    law: str
    because: str


def supply_of(asked: TaxAsked, table: RateTable) -> Supply:
    """Look at a question as the law does. Raises `TaxRefused` for what must be said and is not."""
    for name, place in (("ship_from", asked.ship_from), ("ship_to", asked.ship_to)):
        if place.country != "US" and (place.region or place.locality):
            raise flawed(
                f"{name}/region",
                f"parts of {place.country} with tax rules of their own are not known here: name the country only, "
                "if its general rules hold there",
            )
    to = asked.ship_to
    state = None
    if to.country == "US":
        if not to.region:
            raise flawed("ship_to/region", "a place in the United States needs its state, such as TX")
        state = table.state(to.state)
        if state is None:
            raise flawed(
                "ship_to/region", f"{to.state} is not in the rate table: add it under [[states]] to your rates"
            )
    supply = Supply(asked, state)
    if supply.arrival != supply.origin and supply.arrival in {"EU", "GB"} and asked.low_value is None:
        raise flawed(
            "low_value", f"goods enter {supply.arrival}: say whether the consignment is worth at most 150 EUR (135 GBP)"
        )
    if supply.on_marketplace and supply.arrival not in AREAS_WITH_MARKETPLACES:
        raise flawed(
            "marketplace",
            f"what marketplaces owe in {supply.arrival} is not known here: leave it out if the seller owes the tax",
        )
    return supply
