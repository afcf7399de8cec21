"""Worked cases, each with the law it follows: the question, and line by line what the answer has to be.

Every line of an answer is `jurisdiction percent net+tax collector`, or a treatment in place of the percentage.
"""

from typing import Final

from msgspec import Struct

from tallystick.decisions.tax.asked import TaxAsked
from tallystick.decisions.tax.quoted import TaxQuote, Treatment, in_percent
from tests.tax.asking import asked

EXCLUSIVE: Final = {"prices": "exclusive"}
BY_LINE: Final = {"rounding": "line"}
BAZAAR: Final = {"marketplace": "bazaar"}
LOW: Final = {"low_value": True}
HIGH: Final = {"low_value": False}
FROM_CHINA: Final = {"seller": {"established": "CN"}}


class Case(Struct, frozen=True):
    """What is asked, what the law says, and where it says so."""

    name: str
    law: str
    question: TaxAsked
    lines: tuple[str, ...]


def business(vat_id: str) -> dict[str, object]:
    """A taxable person with a VAT number."""
    return {"customer": {"is_business": True, "vat_id": vat_id}}


def told(quote: TaxQuote) -> tuple[str, ...]:
    """An answer in the words of a case."""
    return tuple(
        f"{x.jurisdiction} {in_percent(x.rate) if x.treatment is Treatment.TAXED else x.treatment} "
        f"{x.net}+{x.tax} {x.tax_collected_by}"
        for x in quote.lines
    )


# fmt: off
CASES: Final = (
    # ------------------------------------------------ rates, inclusive and exclusive
    Case("inclusive", "UStG § 10 (1), § 12 (1)", asked("DE>DE", 11900), ("DE 19 % 10000+1900 seller",)),
    Case("exclusive", "UStG § 12 (1): 0.1881 is 0.19", asked("DE>DE", 99, **EXCLUSIVE), ("DE 19 % 99+19 seller",)),
    Case("half a percent", "CGI art. 278-0 bis: 5.5 % of 19.99 is 1.09945", asked("FR>FR", {"amount": 1999, "tax_class": "reduced"}, **EXCLUSIVE), ("FR 5.5 % 1999+110 seller",)),
    Case("half a cent goes up", "VATA 1994 s. 29A: 5 % of 0.50 is 0.025", asked("GB>GB", {"amount": 50, "tax_class": "reduced"}, **EXCLUSIVE), ("GB 5 % 50+3 seller",)),
    Case("zero rate", "VATA 1994 s. 30, Sch. 8 Gp. 3", asked("GB>GB", {"amount": 1299, "tax_class": "zero"}), ("GB 0 % 1299+0 seller",)),
    Case("two rates", "UStG § 12 (1), (2)", asked("DE>DE", 11900, {"amount": 10700, "tax_class": "reduced"}), ("DE 19 % 10000+1900 seller", "DE 7 % 10000+700 seller")),
    Case("a rate for half a year", "UStG § 28 (1)", asked("DE>DE", 11600, on="2020-12-31"), ("DE 16 % 10000+1600 seller",)),
    Case("and its end", "UStG § 28 (1)", asked("DE>DE", 11900, on="2021-01-01"), ("DE 19 % 10000+1900 seller",)),
    Case("a rate of 25.5 %", "Arvonlisäverolaki 84 §", asked("FI>FI", 12550), ("FI 25.5 % 10000+2550 seller",)),
    Case("before it", "Arvonlisäverolaki 84 §", asked("FI>FI", 12400, on="2024-08-31"), ("FI 24 % 10000+2400 seller",)),
    Case("Switzerland", "MWSTG Art. 25 (1)", asked("CH>CH", 10810), ("CH 8.1 % 10000+810 seller",)),
    # ------------------------------------------------ rounding
    Case("by line", "C-302/07 Wetherspoon: national law may round each line", asked("GB>GB", 99, 99, 99, **EXCLUSIVE, **BY_LINE), ("GB 20 % 99+20 seller",) * 3),
    Case("by document", "EN 16931-1 BR-CO-17: 20 % of 2.97 is 0.59", asked("GB>GB", 99, 99, 99, **EXCLUSIVE), ("GB 20 % 99+20 seller", "GB 20 % 99+20 seller", "GB 20 % 99+19 seller")),
    Case("a document of shelf prices", "EN 16931-1 BR-CO-17: 2.97 holds 0.495, so 0.50", asked("GB>GB", 99, 99, 99), ("GB 20 % 82+17 seller", "GB 20 % 82+17 seller", "GB 20 % 83+16 seller")),
    # ------------------------------------------------ within the Union
    Case("distance sale", "VAT Directive Art. 33(a)", asked("DE>FR", 12000), ("FR 20 % 10000+2000 seller",)),
    Case("micro-business", "VAT Directive Art. 59c", asked("DE>FR", 11900, seller={"established": "DE", "below_threshold": True}), ("DE 19 % 10000+1900 seller",)),
    Case("no micro-business from elsewhere", "VAT Directive Art. 59c(1)(a)", asked("NL>FR", 12000, seller={"established": "DE", "below_threshold": True}), ("FR 20 % 10000+2000 seller",)),
    Case("intra-Community supply", "VAT Directive Art. 138(1), 200", asked("DE>FR", 10000, **EXCLUSIVE, **business("FR12345678901")), ("DE intra_community 10000+0 customer",)),
    Case("a Greek number", "VAT Directive Art. 138(1), 215", asked("DE>GR", 10000, **EXCLUSIVE, **business("EL123456789")), ("DE intra_community 10000+0 customer",)),
    Case("a number of where it leaves", "VAT Directive Art. 32, 138(1)", asked("DE>FR", 11900, **business("DE123456789")), ("DE 19 % 10000+1900 seller",)),
    Case("a business at home", "UStG § 1 (1) Nr. 1", asked("DE>DE", 11900, **business("DE123456789")), ("DE 19 % 10000+1900 seller",)),
    Case("a number in private hands", "VAT Directive Art. 33(a): acting as such", asked("DE>FR", 12000, customer={"vat_id": "FR12345678901"}), ("FR 20 % 10000+2000 seller",)),
    Case("an embassy", "VAT Directive Art. 151(1)(a)", asked("DE>FR", 10000, customer={"exemption": "15-10/2026"}), ("FR exempt_customer 10000+0 seller",)),
    # ------------------------------------------------ out of it, and into it
    Case("export", "VAT Directive Art. 146(1)(a)", asked("DE>CH", 11900), ("DE export 11900+0 seller",)),
    Case("import of low value by the one-stop shop", "VAT Directive Art. 33(c), 369l", asked("CN>DE", 2380, **LOW, seller={"established": "CN", "ioss": True}), ("DE 19 % 2000+380 seller",)),
    Case("import of low value without", "VAT Directive Art. 70", asked("CN>DE", 2380, **LOW), ("DE import 2380+0 customer",)),
    Case("import of more", "VAT Directive Art. 60, 70", asked("CN>DE", 23800, **HIGH, seller={"established": "CN", "ioss": True}), ("DE import 23800+0 customer",)),
    Case("import from Britain", "VAT Directive Art. 60, 70", asked("GB>IE", 9900, **HIGH), ("IE import 9900+0 customer",)),
    # ------------------------------------------------ marketplaces in the Union
    Case("marketplace, imported", "VAT Directive Art. 14a(1)", asked("CN>DE", 2380, **LOW, **BAZAAR), ("DE 19 % 2000+380 marketplace",)),
    Case("marketplace, imported, worth more", "VAT Directive Art. 14a(1), 70", asked("CN>DE", 23800, **HIGH, **BAZAAR), ("DE import 23800+0 customer",)),
    Case("marketplace, stock in the Union", "VAT Directive Art. 14a(2), 33(a)", asked("DE>AT", 12000, **FROM_CHINA, **BAZAAR), ("AT 20 % 10000+2000 marketplace",)),
    Case("marketplace, in one country", "VAT Directive Art. 14a(2)", asked("DE>DE", 11900, **FROM_CHINA, **BAZAAR), ("DE 19 % 10000+1900 marketplace",)),
    Case("marketplace, a seller of the Union", "VAT Directive Art. 14a(2), by its contrary", asked("DE>AT", 12000, **BAZAAR), ("AT 20 % 10000+2000 seller",)),
    Case("marketplace, to a business", "VAT Directive Art. 14a(2), 138(1)", asked("DE>AT", 10000, **EXCLUSIVE, **FROM_CHINA, **BAZAAR, **business("ATU12345678")), ("DE intra_community 10000+0 customer",)),
    Case("outside seller without a marketplace", "VAT Directive Art. 33(a)", asked("DE>AT", 12000, **FROM_CHINA), ("AT 20 % 10000+2000 seller",)),
    # ------------------------------------------------ Great Britain
    Case("British shop on a marketplace", "VATA 1994 s. 5A(1)(c)(ii), by its contrary", asked("GB>GB", 12000, **BAZAAR), ("GB 20 % 10000+2000 seller",)),
    Case("foreign seller's British stock", "VATA 1994 s. 5A(1)(c)(ii)", asked("GB>GB", 12000, **FROM_CHINA, **BAZAAR), ("GB 20 % 10000+2000 marketplace",)),
    Case("the same to a registered customer", "VATA 1994 s. 5A(1A)", asked("GB>GB", 12000, **FROM_CHINA, **BAZAAR, **business("GB123456789")), ("GB 20 % 10000+2000 seller",)),
    Case("135 pounds by a marketplace", "VATA 1994 s. 5A(3)", asked("CN>GB", 1200, **LOW, **BAZAAR), ("GB 20 % 1000+200 marketplace",)),
    Case("135 pounds without one", "VATA 1994 s. 7(5B)", asked("CN>GB", 1200, **LOW), ("GB 20 % 1000+200 seller",)),
    Case("135 pounds to a registered customer", "VATA 1994 s. 7AA", asked("DE>GB", 1000, **EXCLUSIVE, **LOW, **business("GB123456789")), ("GB reverse_charge 1000+0 customer",)),
    Case("more than 135 pounds", "VATA 1994 s. 1(1)(c)", asked("DE>GB", 50000, **HIGH), ("GB import 50000+0 customer",)),
    Case("British export", "VATA 1994 s. 30(6)", asked("GB>JP", 12000), ("GB export 12000+0 seller",)),
    Case("between others", "merverdiavgiftsloven § 6-21", asked("NO>CH", 12500), ("NO export 12500+0 seller",)),
    # ------------------------------------------------ the United States
    Case("nexus", "N.J.S.A. 54:32B-3, -4: 6.625 is 6.63", asked("US-CT>US-NJ", 10000, **EXCLUSIVE, seller={"established": "US", "registered": ["US-NJ"]}), ("US-NJ 6.625 % 10000+663 seller",)),
    Case("no nexus", "South Dakota v. Wayfair", asked("US-CT>US-NJ", 10000, **EXCLUSIVE, seller={"established": "US", "registered": ["US-CT"]}), ("US-NJ not_registered 10000+0 customer",)),
    Case("marketplace facilitator", "N.J.S.A. 54:32B-3.6", asked("US-CT>US-NJ", 10000, **EXCLUSIVE, **BAZAAR), ("US-NJ 6.625 % 10000+663 marketplace",)),
    Case("facilitator before the seller", "N.J.S.A. 54:32B-3.6", asked("US-NJ>US-NJ", 10000, **EXCLUSIVE, **BAZAAR, seller={"established": "US", "registered": ["US-NJ"]}), ("US-NJ 6.625 % 10000+663 marketplace",)),
    Case("certificate", "N.J.S.A. 54:32B-8", asked("US-NJ>US-NJ", 10000, **EXCLUSIVE, customer={"exemption": "ST-3"}, seller={"established": "US", "registered": ["US-NJ"]}), ("US-NJ exempt_customer 10000+0 seller",)),
    Case("no sales tax", "Oregon has none", asked("US-CT>US-OR", 10000, **EXCLUSIVE, seller={"established": "US", "registered": ["US-OR"]}), ("US-OR 0 % 10000+0 seller",)),
    Case("origin", "Tex. Tax Code § 321.203: 8.25 % of 19.99 is 1.649", asked("US-TX-AUSTIN>US-TX-WACO", 1999, **EXCLUSIVE, seller={"established": "US", "registered": ["US-TX"]}), ("US-TX-AUSTIN 8.25 % 1999+165 seller",)),
    Case("destination into the same state", "Tex. Tax Code § 321.203, 321.205", asked("US-NJ>US-TX-WACO", 1999, **EXCLUSIVE, seller={"established": "US", "registered": ["US-TX"]}), ("US-TX-WACO 7.75 % 1999+155 seller",)),
    Case("from abroad with nexus", "the same", asked("DE>US-NJ", 10000, **EXCLUSIVE, seller={"established": "DE", "registered": ["US-NJ"]}), ("US-NJ 6.625 % 10000+663 seller",)),
    # ------------------------------------------------ paid on account
    Case("on account, at its own rate", "VAT Directive Art. 65, 93: Luxembourg 16 % in 2023, 17 % after", asked("LU>LU", 23300, on="2024-01-10", prepaid=[{"on": "2023-12-15", "amount": 11600}]), ("LU 16 % 10000+1600 seller", "LU 17 % 10000+1700 seller")),
    Case("on account, at the rate of the supply", "VAT Directive Art. 95, UStG § 27 (1) S. 2-3", asked("DE>DE", 23800, on="2021-01-10", prepaid=[{"on": "2020-12-15", "amount": 11600}]), ("DE 19 % 9748+1852 seller", "DE 19 % 10252+1948 seller")),
    Case("on account for two lines", "VAT Directive Art. 65: a half of each", asked("FR>FR", 12000, {"amount": 10550, "tax_class": "reduced"}, prepaid=[{"on": "2026-02-01", "amount": 11275}]), ("FR 20 % 5000+1000 seller", "FR 20 % 5000+1000 seller", "FR 5.5 % 5000+275 seller", "FR 5.5 % 5000+275 seller")),
    Case("on account, nothing charged", "VAT Directive Art. 67, 138(1)", asked("DE>FR", 10000, prepaid=[{"on": "2026-02-01", "amount": 5000}], **business("FR12345678901")), ("DE intra_community 10000+0 customer",)),
    # ------------------------------------------------ vouchers
    Case("multi-purpose, issued", "VAT Directive Art. 30b(2)", asked("DE>DE", {"amount": 5000, "kind": "voucher_multi"}), ("DE voucher_issued 5000+0 seller",)),
    Case("multi-purpose, redeemed", "VAT Directive Art. 73a", asked("DE>DE", {"amount": 11900, "vouchers": [{"purpose": "multi", "face": 11900}]}), ("DE 19 % 10000+1900 seller",)),
    Case("multi-purpose, sold for less", "VAT Directive Art. 73a: what was paid, 100.00", asked("DE>DE", {"amount": 11900, "vouchers": [{"purpose": "multi", "face": 11900, "paid": 10000}]}), ("DE 19 % 8403+1597 seller",)),
    Case("single-purpose, issued", "VAT Directive Art. 30b(1)", asked("DE>DE", {"amount": 2380, "kind": "voucher_single"}), ("DE 19 % 2000+380 seller",)),
    Case("single-purpose, redeemed", "VAT Directive Art. 30b(1): no supply again", asked("DE>DE", {"amount": 2380, "vouchers": [{"purpose": "single", "face": 2380}]}), ("DE 19 % 0+0 seller",)),
    Case("single-purpose and a rest", "VAT Directive Art. 30b(1)", asked("DE>DE", {"amount": 3570, "vouchers": [{"purpose": "single", "face": 2380}]}), ("DE 19 % 1000+190 seller",)),
)
# fmt: on
