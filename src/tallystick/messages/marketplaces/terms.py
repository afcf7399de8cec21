"""What a marketplace has arranged for an order of its own."""

from datetime import datetime

from msgspec import Struct

from tallystick.model.amount import Minor


class MarketplaceTerms(Struct, frozen=True, gc=False, omit_defaults=True):
    """The buyer has paid the marketplace, which owes us what leaves: nothing is authorised, captured or voided by us.

    *ship_by* (with its zone) is when all must have left: passed, somebody is told, and nothing is cancelled. Of the lines
    in *collects_tax_of*, goods and services by number, the marketplace pays the tax to the tax office itself
    (`tax_collected_by` is the marketplace): as a facilitator (laws of US states) or as the deemed seller (VAT Directive
    Art. 14a, VATA 1994 s. 5A). What it takes so is no part of our price (IFRS 15.47) and none of our tax.
    """

    ship_by: datetime | None = None
    collects_tax_of: tuple[int, ...] = ()


class CollectedTax(Struct, frozen=True, gc=False):
    """Tax of a line that the marketplace took from the buyer and owes to the tax office itself."""

    line: int
    tax: Minor
