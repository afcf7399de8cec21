"""Who owes which tax where: a table read from top to bottom; the first row that applies counts.

Art. are of Directive 2006/112/EC as amended by (EU) 2017/2455 and (EU) 2019/1995; s. of the Value Added Tax Act 1994.
"""

from datetime import date
from typing import Final

from tallystick.decisions.tax.quoted import Collector, flawed
from tallystick.decisions.tax.quoted import Treatment as To
from tallystick.decisions.tax.supply import Supply, SupplyRule

LAST_RULES_FROM: Final = date(2021, 7, 1)
"""Since then Art. 14a and the one-stop shops apply (Decision (EU) 2020/1109), and the British rules since six months
before. What held earlier across borders and on marketplaces is not known here."""

SELLER, MARKETPLACE, CUSTOMER = Collector
ARRIVAL, ORIGIN = "arrival", "origin"


def _exempt(s: Supply) -> bool:
    return bool(s.asked.customer.exemption)


def _in_states(s: Supply) -> bool:
    return s.arrival == "US"


def _enters_eu(s: Supply) -> bool:
    return s.arrival == "EU" and s.origin != "EU"


def _enters_britain(s: Supply) -> bool:
    return s.arrival == "GB" and s.origin != "GB"


def _is_low(s: Supply) -> bool:
    return s.asked.low_value is True


def _within_eu(s: Supply) -> bool:
    return s.arrival == s.origin == "EU"


def _across_eu(s: Supply) -> bool:
    return _within_eu(s) and not s.is_domestic


def _micro(s: Supply) -> bool:
    seller, leaves = s.asked.seller, s.asked.ship_from.country
    return seller.below_threshold and seller.established == leaves


def _facilitated(s: Supply) -> bool:
    since = s.state.facilitator_from if s.state else None
    return s.on_marketplace and since is not None and since <= s.asked.on


def _acquires(s: Supply) -> bool:
    """A number of another Member State than the one the goods leave."""
    return s.vat_area == "EU" and s.vat_country != s.asked.ship_from.country


# fmt: off
RULES: Final = (
    # The United States: sales tax of the state of the customer, whoever sells from wherever.
    SupplyRule("us_certificate", lambda s: _in_states(s) and _exempt(s), To.EXEMPT_CUSTOMER, ARRIVAL, SELLER,
               "the customer's exemption certificate under the law of the state", "the customer has shown a certificate of exemption"),
    SupplyRule("us_marketplace", lambda s: _in_states(s) and _facilitated(s), To.TAXED, ARRIVAL, MARKETPLACE,
               "the state's marketplace facilitator law", "the marketplace collects in place of its sellers"),
    SupplyRule("us_registered", lambda s: _in_states(s) and s.is_registered_there, To.TAXED, ARRIVAL, SELLER,
               "the state's sales and use tax law", "the seller has nexus there and collects"),
    SupplyRule("us_no_nexus", _in_states, To.NOT_REGISTERED, ARRIVAL, CUSTOMER,
               "South Dakota v. Wayfair, Inc., 585 U.S. 162 (2018)", "the seller has no nexus there: use tax is the customer's"),
    # Into the European Union.
    SupplyRule("eu_import_marketplace", lambda s: _enters_eu(s) and _is_low(s) and s.on_marketplace and s.to_consumer, To.TAXED, ARRIVAL, MARKETPLACE,
               "VAT Directive Art. 14a(1), 33(b)-(c)", "the marketplace is deemed to have sold goods of low value that are imported"),
    SupplyRule("eu_import_ioss", lambda s: _enters_eu(s) and _is_low(s) and s.asked.seller.ioss and s.to_consumer, To.TAXED, ARRIVAL, SELLER,
               "VAT Directive Art. 33(c), 143(1)(ca), 369l", "the seller declares it in the import one-stop shop"),
    SupplyRule("eu_import", _enters_eu, To.IMPORT, ARRIVAL, CUSTOMER,
               "VAT Directive Art. 60, 70, 201", "import VAT is paid by whoever imports"),
    # Into Great Britain.
    SupplyRule("gb_import_business", lambda s: _enters_britain(s) and _is_low(s) and s.vat_country == "GB", To.REVERSE_CHARGE, ARRIVAL, CUSTOMER,
               "VATA 1994 s. 7AA", "a registered customer accounts for goods of low value"),
    SupplyRule("gb_import_marketplace", lambda s: _enters_britain(s) and _is_low(s) and s.on_marketplace, To.TAXED, ARRIVAL, MARKETPLACE,
               "VATA 1994 s. 5A(1)(c)(i), 5A(3)", "the marketplace is deemed to have sold goods of low value that are imported"),
    SupplyRule("gb_import_low", lambda s: _enters_britain(s) and _is_low(s), To.TAXED, ARRIVAL, SELLER,
               "VATA 1994 s. 7(5B)", "goods of low value are supplied in the United Kingdom, by a seller who registers"),
    SupplyRule("gb_import", _enters_britain, To.IMPORT, ARRIVAL, CUSTOMER,
               "VATA 1994 s. 1(1)(c), 15", "import VAT is paid by whoever imports"),
    # Out of them, and elsewhere across a border.
    SupplyRule("eu_export", lambda s: s.origin == "EU" and s.arrival != "EU", To.EXPORT, ORIGIN, SELLER,
               "VAT Directive Art. 146(1)(a)", "goods that leave the Union are exempt, with proof of exit"),
    SupplyRule("gb_export", lambda s: s.origin == "GB" and s.arrival != "GB", To.EXPORT, ORIGIN, SELLER,
               "VATA 1994 s. 30(6)", "exported goods are zero-rated, with proof of export"),
    SupplyRule("export", lambda s: s.origin != s.arrival, To.EXPORT, ORIGIN, SELLER,
               "the export rule of the country that the goods leave", "goods are taxed where they arrive"),
    # Within them.
    SupplyRule("exempt_customer", _exempt, To.EXEMPT_CUSTOMER, ARRIVAL, SELLER,
               "VAT Directive Art. 151, or the national rule that the certificate names", "the customer has shown a certificate of exemption"),
    SupplyRule("eu_marketplace", lambda s: _within_eu(s) and s.on_marketplace and s.to_consumer and s.seller_area != "EU", To.TAXED, ARRIVAL, MARKETPLACE,
               "VAT Directive Art. 14a(2), 33(a)", "the marketplace is deemed to have sold what a seller from outside the Union has within it"),
    SupplyRule("gb_marketplace", lambda s: s.arrival == "GB" and s.on_marketplace and s.seller_area != "GB" and s.vat_country != "GB", To.TAXED, ARRIVAL, MARKETPLACE,
               "VATA 1994 s. 5A(1)(c)(ii), 5A(1A)", "the marketplace is deemed to have sold what a seller from abroad has in the country"),
    SupplyRule("eu_intra_community", lambda s: _across_eu(s) and _acquires(s), To.INTRA_COMMUNITY, ORIGIN, CUSTOMER,
               "VAT Directive Art. 138(1), 200", "the customer accounts for the acquisition under a number of another Member State"),
    SupplyRule("eu_business_without_number", lambda s: _across_eu(s) and not s.to_consumer, To.TAXED, ORIGIN, SELLER,
               "VAT Directive Art. 32", "a taxable person without a number of another Member State is supplied where the transport begins"),
    SupplyRule("eu_micro", lambda s: _across_eu(s) and _micro(s), To.TAXED, ORIGIN, SELLER,
               "VAT Directive Art. 59c", "distance sales of at most 10 000 EUR a year stay at home"),
    SupplyRule("eu_distance", _across_eu, To.TAXED, ARRIVAL, SELLER,
               "VAT Directive Art. 33(a)", "distance sales are taxed where the goods arrive"),
    SupplyRule("domestic", lambda _: True, To.TAXED, ARRIVAL, SELLER,
               "VAT Directive Art. 31-32, VATA 1994 s. 7(2), or the national law", "the goods stay in one country"),
)
# fmt: on


def rule_of(supply: Supply) -> SupplyRule:
    """Return the row that applies. Raises `TaxRefused` for a day whose rules are not known here."""
    asked = supply.asked
    if asked.on < LAST_RULES_FROM and (not supply.is_domestic or asked.marketplace):
        raise flawed(
            "on",
            f"rules across borders and of marketplaces are known here from {LAST_RULES_FROM} on, not for {asked.on}",
        )
    return next(rule for rule in RULES if rule.when(supply))


def jurisdiction_of(supply: Supply, rule: SupplyRule) -> str:
    """Return where the tax belongs; within a state that sources at the origin, there, unless a marketplace collects."""
    asked = supply.asked
    if rule.where == ORIGIN:
        return asked.ship_from.code
    is_origin_sourced = supply.state is not None and supply.state.sourcing == ORIGIN
    if is_origin_sourced and asked.ship_from.state == asked.ship_to.state and rule.collector is SELLER:
        return asked.ship_from.code
    return asked.ship_to.code
