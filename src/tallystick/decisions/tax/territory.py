"""Which countries share one VAT area, and what a VAT number says of them."""

from typing import Final

# fmt: off
EU: Final = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
"""The Member States by ISO 3166. Territories outside the VAT area (Art. 6 of the VAT Directive) have codes of their own
or none, and are not known here; nor is Northern Ireland."""
GREECE_IN_NUMBERS: Final = "EL"
"""A Greek VAT number begins with EL (Art. 215 of the VAT Directive)."""


def area(country: str) -> str:
    """Return `EU` for a Member State, else the country itself."""
    return "EU" if country in EU else country


def registered_in(vat_id: str) -> str:
    """Return the country whose VAT number this is; empty for no number."""
    prefix = vat_id[:2]
    return "GR" if prefix == GREECE_IN_NUMBERS else "" if prefix == "GR" else prefix
