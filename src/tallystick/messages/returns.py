"""Returns: permission, goods coming back, and what becomes of them; and goods that never arrived."""

from datetime import date
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from tallystick.messages.marketplaces.terms import CollectedTax
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import Minor, PositiveUnits, Units

Disposition = Literal["sellable", "quarantine", "damaged"]


class ReturnRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the customer asks to send lines back under *rma*.

    *reason*, *condition* and the day the customer got the goods are what a policy may ask for: see messages/returning.
    """

    order: str
    rma: str
    lines: tuple[HeldLine, ...]
    reason: str = ""
    condition: str = ""
    delivered_on: date | None = None


class ReturnedLine(Struct, frozen=True, gc=False):
    """Units of an order line that came back, and what becomes of them: `sellable`, `quarantine` or `damaged`."""

    line: int
    sku: str
    quantity: PositiveUnits
    disposition: Disposition


class ReturnReceived(Struct, frozen=True, gc=False):
    """Report: goods came back. They are taken in even where no permission was given.

    *parcel* names what came, so that it is taken in once however often it is reported; without it, each report is new.
    """

    order: str
    rma: str
    location: str
    lines: tuple[ReturnedLine, ...]
    parcel: str = ""


class LossClaimed(Struct, frozen=True, gc=False):
    """Report: the customer says under *claim* that these lines never arrived, and customer service accepts it."""

    order: str
    claim: str
    lines: tuple[HeldLine, ...]


class CreditedReturnLine(Struct, frozen=True, gc=False):
    """A returned line, fully valued at the price and cost it left with; *jurisdiction*: whose its tax is, if not the order's."""

    line: int
    sku: str
    quantity: Units
    disposition: str
    net: Minor
    tax: Minor
    cost: Minor
    jurisdiction: str | UnsetType = UNSET


class GoodsReturned(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: goods are back; revenue, tax and cost of the sale are taken back with them.

    Tax that a marketplace *collected* is told beside the lines, which then have none.
    """

    order: str
    rma: str
    channel: str
    location: str
    jurisdiction: str
    currency: str
    lines: tuple[CreditedReturnLine, ...]
    collected: tuple[CollectedTax, ...] = ()


class LostLine(Struct, frozen=True, gc=False):
    """A line that never arrived, valued at the price and cost it left with; *jurisdiction*: whose its tax is, if not the order's."""

    line: int
    sku: str
    quantity: Units
    net: Minor
    tax: Minor
    cost: Minor
    jurisdiction: str | UnsetType = UNSET


class GoodsLost(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: goods that left never reached the customer: the sale is taken back, its cost is a loss.

    Tax that a marketplace *collected* is told beside the lines, which then have none.
    """

    order: str
    claim: str
    channel: str
    location: str
    jurisdiction: str
    currency: str
    lines: tuple[LostLine, ...]
    collected: tuple[CollectedTax, ...] = ()


class TakeBack(Struct, frozen=True, gc=False):
    """Tell (return to order): these lines are back at *location*."""

    rma: str
    location: str
    lines: tuple[ReturnedLine, ...]


class ReturnSettled(Struct, frozen=True, gc=False):
    """Tell (order to return): the goods are booked."""


class CreditLoss(Struct, frozen=True, gc=False):
    """Tell (claim to order): these lines never arrived."""

    claim: str
    lines: tuple[HeldLine, ...]


class LossCredited(Struct, frozen=True, gc=False):
    """Tell (order to claim): the loss is booked."""
