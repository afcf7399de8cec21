"""What a retailer says once of its taxes: who sells on which channel, where goods leave from, which class a product has."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.decisions.tax.asked import (
    Code,
    Country,
    Customer,
    LineAsked,
    Place,
    Prices,
    Rounding,
    Seller,
    TaxAsked,
    TaxClass,
)
from tallystick.decisions.tax.quoted import TaxFlaw, TaxRefused

_REMEDY = "add it to the file that `tax.channels_file` names (docs/tax.md)"


class ChannelTax(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose sales a channel's are (see `Seller`), and how its taxes are rounded.

    *checks* holds the taxes that its orders name against our own.
    """

    established: Country
    registered: Annotated[tuple[Code, ...], Meta(max_length=200)] = ()
    below_threshold: bool = False
    ioss: bool = False
    rounding: Rounding = "document"
    checks: bool = True

    @property
    def seller(self) -> Seller:
        """The seller as a tax engine asks for it."""
        return Seller(self.established, self.registered, self.below_threshold, self.ioss)


class TaxSetup(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it: *classes* are by product; a product that is not there is of the standard class."""

    channels: Mapping[str, ChannelTax] = {}
    locations: Mapping[str, Place] = {}
    classes: Mapping[str, TaxClass] = {}

    def class_of(self, sku: str) -> str:
        """Return the class of rate of a product."""
        return self.classes.get(sku, "standard")


class OrderAsked(Struct, frozen=True):
    """An order whose tax is wanted: its *lines* as (line, product, units, amount, class; an empty class is the product's own).

    *ship_to* None: it is handed over where it lies. *on* is the tax point.
    """

    order: str
    channel: str
    location: str
    currency: str
    on: date
    prices: Prices
    lines: Sequence[tuple[int, str, int, int, str]]
    ship_to: Place | None = None
    customer: Customer = Customer()
    low_value: bool | None = None


def question_of(order: OrderAsked, setup: TaxSetup) -> TaxAsked:
    """Return the question for a tax engine. Raises `TaxRefused` where the setup does not know the channel or the location."""
    channel, place = setup.channels.get(order.channel), setup.locations.get(order.location)
    flaws = []
    if channel is None:
        flaws.append(TaxFlaw("channel", f"nobody said who sells on {order.channel}: {_REMEDY}"))
    if place is None:
        flaws.append(TaxFlaw("location", f"nobody said in which country {order.location} is: {_REMEDY}"))
    if channel is None or place is None:
        raise TaxRefused(*flaws)
    return TaxAsked(
        document=order.order,
        on=order.on,
        currency=order.currency,
        prices=order.prices,
        seller=channel.seller,
        ship_from=place,
        ship_to=order.ship_to or place,
        lines=tuple(
            LineAsked(line, amount, quantity, tax_class or setup.class_of(sku), sku)
            for line, sku, quantity, amount, tax_class in order.lines
        ),
        rounding=channel.rounding,
        customer=order.customer,
        low_value=order.low_value,
    )
