"""Tax of a sale of goods: where it is owed, at which rate, who collects it, and what that is in minor units.

Rates are data and passed in; see docs/tax.md for what is decided here and what is not.
Never here: files, accounts, the validity of a VAT number (its form only).
"""
