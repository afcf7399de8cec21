"""What documents need of Tryton: company, accounts, taxes and years; the party; and products by code, made where missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.tryton.client import Tryton
from tallystick.connectors.tryton.documents.prices import Tax
from tallystick.connectors.tryton.values import day_of
from tallystick.connectors.tryton.warehouse.desk import company_of
from tallystick.messages.books.documents import LedgerDocument
from tallystick.model.amount import decimals_of
from tallystick.ports.connector import Rejected

ALL: Final = (0, None, None)
"""Offset, limit and order of a search that wants everything."""


class Goods(Struct, frozen=True):
    """A product and the unit it is sold in."""

    id: int
    unit: int


class Buyer(Struct, frozen=True):
    """A party and the address of its invoices and shipments."""

    id: int
    address: int


class Desk(Struct, frozen=True):
    """Everything a document refers to but products and parties."""

    company: int
    currency: int
    counted_in: str
    warehouse: int | None
    accounts: Mapping[str, int]
    taxes: Mapping[str, Tax]
    years: Sequence[tuple[date, date]]

    @property
    def decimals(self) -> int:
        """How many decimals the company's currency has."""
        return decimals_of(self.counted_in)

    def account(self, code: str, what: str) -> int:
        """Return the account of *code*; raise `Rejected` where there is none for *what*."""
        if code not in self.accounts:
            raise Rejected(f"Tryton has no account {code!r} for {what}: create it there, or map to another")
        return self.accounts[code]

    def year(self, day: date) -> tuple[date, date]:
        """Return the fiscal year *day* lies in; raise `Rejected` where there is none."""
        for first, last in self.years:
            if first <= day <= last:
                return first, last
        raise Rejected(f"Tryton has no fiscal year for {day}: create it and its periods there")

    def chosen(self, document: LedgerDocument) -> list[Tax]:
        """Return the taxes a document may bear; raise `Rejected` for a name that Tryton does not know."""
        unknown = [name for name in document.taxes if name not in self.taxes]
        if unknown:
            known = ", ".join(sorted(self.taxes)) or "none"
            raise Rejected(
                f"Tryton has no tax called {unknown[0]!r} (it has: {known}): correct `taxes` of the channel {document.channel}"
            )
        return [self.taxes[name] for name in document.taxes]


def desk_of(client: Tryton, company: str) -> Desk:
    """Read it."""
    number, currency, counted_in = company_of(client, company)
    mine = [["company", "=", number]]
    accounts = client.read("model.account.account.search_read", mine, *ALL, ["code"])
    fields = ["name", "rate", "type", "invoice_account.code"]
    taxes = client.read("model.account.tax.search_read", [*mine, ["type", "=", "percentage"]], *ALL, fields)
    years = client.read("model.account.fiscalyear.search_read", mine, *ALL, ["start_date", "end_date"])
    places = client.read("model.stock.location.search_read", [["type", "=", "warehouse"]], 0, 1, None, [])
    return Desk(
        number,
        currency,
        counted_in,
        places[0]["id"] if places else None,
        {a["code"]: a["id"] for a in accounts if a["code"]},
        {t["name"]: _tax(t) for t in taxes},
        [(day_of(y["start_date"]), day_of(y["end_date"])) for y in years],
    )


def _tax(row: Mapping[str, Any]) -> Tax:
    whole, _, part = str(row["rate"]["decimal"]).partition(".")
    return Tax(row["id"], row["name"], int(whole + part), 10 ** len(part), row["invoice_account."]["code"] or "")


def buyers_of(client: Tryton, documents: Sequence[LedgerDocument]) -> dict[str, Buyer]:
    """Return the parties documents are written to by code; one that is missing is made, with an address."""
    wanted = {d.customer: d.channel for d in documents}
    found = _buyers(client, sorted(wanted))
    missing = [
        {"code": code, "name": f"Customers of {channel}", "addresses": [["create", [{}]]]}
        for code, channel in sorted(wanted.items())
        if code not in found
    ]
    if missing:
        client.write("model.party.party.create", missing)
        found = _buyers(client, sorted(wanted))
    return found


def _buyers(client: Tryton, codes: Sequence[str]) -> dict[str, Buyer]:
    rows = client.read("model.party.party.search_read", [["code", "in", codes]], *ALL, ["code", "addresses"])
    for row in rows:
        if not row["addresses"]:
            raise Rejected(f"Tryton's party {row['code']!r} has no address: give it one for its invoices")
    return {row["code"]: Buyer(row["id"], row["addresses"][0]) for row in rows}


def goods_of(client: Tryton, documents: Sequence[LedgerDocument], category: str) -> dict[str, Goods]:
    """Return products by our code, but for those that cannot be sold; what is missing is made in *category*, if it is named."""
    names = {x.product: x.text for d in documents for x in d.items if x.product}
    found = _goods(client, sorted(names))
    missing = [sku for sku in sorted(names) if sku not in found]
    if missing and category:
        client.write("model.product.template.create", _made(client, {sku: names[sku] for sku in missing}, category))
        found = _goods(client, sorted(names))
    return found


def _goods(client: Tryton, codes: Sequence[str]) -> dict[str, Goods]:
    fields = ["code", "sale_uom", "salable"]
    rows = client.read("model.product.product.search_read", [["code", "in", codes]], *ALL, fields)
    twice = [r["code"] for n, r in enumerate(rows) if r["code"] in {x["code"] for x in rows[:n]}]
    if twice:
        raise Rejected(f"Tryton has several products of the code {twice[0]!r}: leave it to one of them")
    return {r["code"]: Goods(r["id"], r["sale_uom"]) for r in rows if r["salable"]}


def _made(client: Tryton, names: Mapping[str, str], category: str) -> list[dict[str, Any]]:
    domain = [["name", "=", category], ["accounting", "=", True]]
    categories = client.read("model.product.category.search_read", domain, 0, 2, None, [])
    units = client.read("model.product.uom.search_read", [["name", "=", "Unit"]], 0, 1, None, [])
    if len(categories) != 1 or not units:
        raise Rejected(
            f"Tryton has no accounting category {category!r}, or no unit called Unit: correct the setting `category`"
        )
    shared = {"type": "goods", "salable": True, "account_category": categories[0]["id"]}
    unit = {"default_uom": units[0]["id"], "sale_uom": units[0]["id"]}
    return [
        {"name": name, **shared, **unit, "products": [["create", [{"suffix_code": sku}]]]}
        for sku, name in names.items()
    ]
