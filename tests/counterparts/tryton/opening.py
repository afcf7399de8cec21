"""What a seeded Tryton is given before a test of today: a fiscal year to post in, products to keep."""

from collections.abc import Iterable
from typing import Any, Final

from tallystick.connectors.tryton.client import Access, Tryton
from tests.counterparts.tryton.server import PASSWORD, USER, Server

_KINDS: Final = ("in_invoice", "in_credit_note", "out_invoice", "out_credit_note")


def open_years(server: Server, years: Iterable[int]) -> None:
    """Open fiscal years of twelve periods each, as an accountant does."""
    client = _session(server)
    (company,) = _ids(client, "company.company", [])
    for year in years:
        if not _ids(client, "account.fiscalyear", [["name", "=", str(year)]]):
            _open(client, company, year)
    client.close()


def stock_products(server: Server, skus: Iterable[str]) -> None:
    """Make products of these codes, where there are none."""
    client = _session(server)
    (unit,) = _ids(client, "product.uom", [["name", "=", "Unit"]])
    for sku in skus:
        if not _ids(client, "product.product", [["code", "=", sku]]):
            product = {
                "name": sku.title(),
                "type": "goods",
                "purchasable": True,
                "default_uom": unit,
                "purchase_uom": unit,
                "products": [["create", [{"suffix_code": sku}]]],
            }
            client.write("model.product.template.create", [product])
    client.close()


def _open(client: Tryton, company: int, year: int) -> None:
    def sequence(name: str, kind: str) -> int:
        (number,) = _ids(client, "ir.sequence.type", [["name", "=", kind]])
        values = {"name": name, "sequence_type": number, "company": company}
        (made,) = client.write("model.ir.sequence.strict.create", [values])
        return int(made)

    invoices = sequence(f"invoices {year}", "Invoice")
    values = {
        "name": str(year),
        "company": company,
        "start_date": _date(year, 1, 1),
        "end_date": _date(year, 12, 31),
        "move_sequence": sequence(str(year), "Account Move"),
        "invoice_sequences": [
            ["create", [{"company": company, **{f"{kind}_sequence": invoices for kind in _KINDS}}]],
        ],
    }
    made = client.write("model.account.fiscalyear.create", [values])
    client.write("model.account.fiscalyear.create_period", made)


def _session(server: Server) -> Tryton:
    client = Tryton(Access(server.url, server.database, USER, PASSWORD))
    client.context = client.read("model.res.user.get_preferences", True)
    return client


def _ids(client: Tryton, model: str, domain: list[Any]) -> list[int]:
    return [row["id"] for row in client.read(f"model.{model}.search_read", domain, 0, None, [["id", "ASC"]], [])]


def _date(year: int, month: int, day: int) -> dict[str, Any]:
    return {"__class__": "date", "year": year, "month": month, "day": day}
