"""Seeds an activated Tryton: a company, its chart, its years, products and suppliers. Run by Tryton's own Python.

Usage: seed.py DATABASE CONFIGURATION CURRENCY DIGITS
Tryton is GPL: it is a program of its own here, and nothing of ours imports it or this file.
"""

import sys
from datetime import date
from decimal import Decimal

from proteus import Model, Wizard, config  # type: ignore[import-not-found, unused-ignore]

YEARS = range(2010, 2019)
COLLECTIVE = (
    # code, name, the account whose type it takes
    ("1.2.9", "Shop customers, summarised", "1.2.1"),
    ("1.2.8", "Tenders and providers to be settled", "1.1.4"),
    ("2.1.9", "Goods received, not yet invoiced", "2.2.1"),
    ("2.1.8", "Suppliers, summarised", "2.2.1"),
)
PRODUCTS = (("LAMP-ARC", "Arc lamp", True), ("MUG", "Mug", True), ("OLD-FAN", "Fan of old", False))
SUPPLIERS = ("Lumen Works Ltd", "Potters & Sons")


def found(model: str, *domain: tuple[str, str, object]) -> object:
    """Return the one record there is."""
    (record,) = Model.get(model).find(list(domain))
    return record


def company(code: str, digits: int) -> object:
    """Make the company and the currency it counts in, with as many decimals as it is told."""
    currency = Model.get("currency.currency")(name=code, code=code, symbol=code, digits=digits)
    currency.rounding = Decimal(1).scaleb(-digits)
    currency.save()
    party = Model.get("party.party")(name="Tally Test Retail")
    party.save()
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party, wizard.form.currency = party, currency
    wizard.execute("add")
    config.get_config()._context = Model.get("res.user").get_preferences(True, {})
    return found("company.company")


def chart(firm: object) -> None:
    """Make Tryton's universal chart, and the collective accounts that summarised journals need."""
    template = found("account.account.template", ("parent", "=", None), ("name", "like", "Universal%"))
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template, wizard.form.company = template, firm
    wizard.execute("create_account")
    receivable, payable = (
        found("account.account", ("code", "=", "1.2.1")),
        found("account.account", ("code", "=", "2.1.1")),
    )
    wizard.form.account_receivable, wizard.form.account_payable = receivable, payable
    wizard.form.category_account_expense = found("account.account", ("code", "=", "5.2.1"))
    wizard.form.category_account_revenue = found("account.account", ("code", "=", "4.1.1"))
    wizard.execute("create_properties")
    for code, name, like in COLLECTIVE:
        model = found("account.account", ("code", "=", like))
        account = Model.get("account.account")(name=name, code=code, parent=model.parent, type=model.type)  # type: ignore[attr-defined]
        account.party_required = False
        account.save()


def years(firm: object) -> None:
    """Make the fiscal years with a period a month."""
    kind = found("ir.sequence.type", ("name", "=", "Account Move"))
    invoices = found("ir.sequence.type", ("name", "=", "Invoice"))
    for year in YEARS:
        sequence = Model.get("ir.sequence.strict")(name=str(year), sequence_type=kind, company=firm)
        sequence.save()
        fiscal = Model.get("account.fiscalyear")(name=str(year), company=firm, move_sequence=sequence)
        fiscal.start_date, fiscal.end_date = date(year, 1, 1), date(year, 12, 31)
        numbers = Model.get("ir.sequence.strict")(name=f"invoices {year}", sequence_type=invoices, company=firm)
        numbers.save()
        for kind_of_invoice in ("in_invoice", "in_credit_note", "out_invoice", "out_credit_note"):
            setattr(fiscal.invoice_sequences[0], f"{kind_of_invoice}_sequence", numbers)
        fiscal.save()
        fiscal.click("create_period")


def masters() -> None:
    """Make products and who supplies them."""
    unit = found("product.uom", ("name", "=", "Unit"))
    parties = []
    for name in SUPPLIERS:
        party = Model.get("party.party")(name=name)
        party.save()
        parties.append(party)
    for number, (code, name, is_active) in enumerate(PRODUCTS):
        template = Model.get("product.template")(name=name, default_uom=unit, type="goods", purchasable=True)
        template.products[0].suffix_code = code
        template.save()
        Model.get("purchase.product_supplier")(template=template, party=parties[number % len(parties)]).save()
        if not is_active:
            template.active = False
            template.save()


def main(database: str, configuration: str, code: str, digits: str) -> None:
    """Seed *database*."""
    config.set_trytond(database, config_file=configuration)
    firm = company(code, int(digits))
    chart(firm)
    years(firm)
    masters()


if __name__ == "__main__":
    main(*sys.argv[1:5])
