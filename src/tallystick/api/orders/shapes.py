"""What is said of orders over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.api.gift_cards.shapes import Code
from tallystick.api.words import (
    LINES_MAX,
    Currency,
    Money,
    Name,
    Number,
    PositiveMoney,
    Quantity,
    Reference,
    Sku,
    Text,
)
from tallystick.decisions.tax.asked import Customer, Place, TaxClass
from tallystick.messages.selling.kits import KitSold

CARDS_MAX = 10


class LineWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """One line wanted: `net` and `tax` are for the whole line. Lines are numbered from 1 in the order they come.

    Where the tax is to be calculated, `net` is the price without it or `gross` the price with it, and `tax_class` the class of
    rate, if it is not the product's own. `jurisdiction` is whose its tax is, if not the order's.
    `kit` says that the product is one: it is taken apart, and the lines of the order are its components.
    """

    sku: Sku
    quantity: Quantity
    net: Money | None = None
    tax: Money = 0
    gross: Money | None = None
    tax_class: TaxClass | None = None
    jurisdiction: Name | None = None
    kit: bool = False


class CardGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A gift card that pays: `amount` of it, or as much as there is where that is left out."""

    code: Code
    amount: PositiveMoney | None = None


class TaxDetails(Struct, frozen=True, forbid_unknown_fields=True):
    """What a tax depends on and the order does not say: see `POST /v1/tax/quotes`, where each is explained.

    `ship_to` is the country of `delivery` where it is left out, and where neither is there, where the goods lie. `on` is the
    tax point: today where it is left out. The customer's VAT number is asked with, and not kept.
    """

    ship_to: Place | None = None
    customer: Customer = Customer()
    low_value: bool | None = None
    on: date | None = None


class Address(Struct, frozen=True, forbid_unknown_fields=True):
    """Where goods go, and to whom: kept in the vault, never in the book. `country` is its two letters (ISO 3166-1)."""

    name: Text
    lines: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=5)]
    city: Text
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
    postal_code: Text = ""
    phone: Text = ""
    email: Text = ""


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """How the customer is written to: kept in the vault, never in the book. `language` is a tag such as `de-AT`."""

    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
    name: Text = ""
    language: Annotated[str, Meta(pattern=r"^([a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*)?$")] = ""


class OrderWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """An order to be placed: all of its lines are reserved, or it is refused. Two lines of one product count together.

    `partial` asks for what is there instead: the order is cut down to it, and the answer says to what. `reservation`
    names one of the same order number whose units it takes over. `customer` is a reference such as `person:…`, never a name; `currency` is the book's own when it is left out. `delivery` is where it goes; `payment_method` the provider's reference of how the
    customer pays; `contact` how the customer is written to, or else the mail address of `delivery`. A `location` of
    `auto` has the order sourced by the policy in force, for the `area` it goes to: a country and the beginning of a
    postcode, such as `GB-SW1`. With `pick_up` the customer fetches it. customer pays; `contact` how the customer is written to, or else the mail address of `delivery`. `tax` says whether the
    lines name their tax or it is to be calculated; `tax_details` is what that depends on. `gift_cards` pay
    before the provider does, in their order: one that cannot pay what it is named for refuses the order.
    """

    order: Number
    channel: Name
    location: Name
    provider: Name
    lines: Annotated[tuple[LineWanted, ...], Meta(min_length=1, max_length=LINES_MAX)]
    currency: Currency | None = None
    jurisdiction: Name = "none"
    customer: Reference | None = None
    reservation: Name | None = None
    partial: bool = False
    delivery: Address | None = None
    payment_method: Reference = ""
    contact: Contact | None = None
    area: Annotated[str, Meta(max_length=16)] = ""
    pick_up: bool = False
    tax: Literal["given", "calculate"] = "given"
    tax_details: TaxDetails | None = None
    gift_cards: Annotated[tuple[CardGiven, ...], Meta(max_length=CARDS_MAX)] = ()


class TaxedStanding(Struct, frozen=True):
    """A line with its tax: `rate` in ten-thousandths of a percent, `treatment` why where none is charged."""

    line: int
    net: int
    tax: int
    jurisdiction: str
    rate: int
    treatment: str


class Placed(Struct, frozen=True, omit_defaults=True):
    """What became of an order. `lines_without_stock` are those that were cut down, where that was asked for.

    `sourced` says which location sends how many units of which line, of an order that named none.
    `taxes` are those of the lines as they were ordered, where they were to be calculated. `kits` say which
    lines of the order the kits became, with the units of each in one kit.
    """

    order: str
    outcome: str
    state: str
    lines_without_stock: list[int] = []
    taxes: list[TaxedStanding] = []
    kits: list[KitSold] = []
    sourced: dict[str, dict[str, int]] = {}


class CancellationWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Why an order is to be stopped."""

    reason: Text = ""


class LineCancellationWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """How many units of the line are not wanted (all that are open, where it is left out), and why.

    `reference` tells two cancellations of as many units of one line apart.
    """

    quantity: Quantity | None = None
    reason: Text = ""
    reference: Reference = ""


class LineWhere(Struct, frozen=True):
    """Which line of which order; lines are numbered from 1."""

    order: Number
    line: Annotated[int, Meta(ge=1, le=LINES_MAX)]


class OrderWhere(Struct, frozen=True):
    """Which order."""

    order: Number


class LineStanding(Struct, frozen=True):
    """A line as it stands: units and worth still to be sent, and what left and has not come back."""

    line: int
    sku: str
    open: int
    open_net: int
    open_tax: int
    sent: int
    sent_net: int
    sent_tax: int


class CommandStanding(Struct, frozen=True):
    """Something asked of another system: `waiting`, `done` or `dead`."""

    type: str
    state: str
    attempts: int
    due: datetime


class DueStanding(Struct, frozen=True):
    """A process that must move on by a moment, or is told that it did not."""

    process: str
    by: datetime


class OrderStanding(Struct, frozen=True):
    """An order as it stands: the states of its processes, its lines, what was asked of others, what is due."""

    order: str
    state: str
    processes: dict[str, str]
    channel: str | None
    location: str | None
    currency: str | None
    lines: list[LineStanding]
    commands: list[CommandStanding]
    deadlines: list[DueStanding]
