"""Our documents ⇄ Tryton's sales and invoices, pure. Nothing is invented: what does not fit is refused by name."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.tryton.documents.desk import Buyer, Desk, Goods
from tallystick.connectors.tryton.documents.prices import PRICE_DECIMALS, Priced, Tax, fitting, priced
from tallystick.connectors.tryton.values import date_value, decimal_value, minor_of
from tallystick.messages.books.documents import DocumentCommand, DocumentItem, LedgerDocument, total_of
from tallystick.ports.connector import Rejected

Record = Mapping[str, Any]
PLACES: Final = 2
"""A line of ours is at most so many of Tryton's: its `sequence` there is ours times this, and the second one more."""
ORIGIN: Final = "sale.line,"


class Sale(Struct, frozen=True):
    """A sale of ours as Tryton holds it. *invoices* are those it led to."""

    id: int
    number: str
    state: str
    link: str
    key: str
    digest: str
    invoices: tuple[int, ...]


class Invoice(Struct, frozen=True):
    """An invoice or credit note, with its lines and taxes as Tryton holds them."""

    id: int
    number: str
    state: str
    total: int
    tax: int
    lines: tuple[Record, ...]
    taxes: tuple[Record, ...]


class Stock(Struct, frozen=True):
    """Who buys and what is bought, by code."""

    buyers: Mapping[str, Buyer]
    goods: Mapping[str, Goods]


def digest_of(document: LedgerDocument) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(msgspec.json.encode(document, order="deterministic")).hexdigest()[:16]


def description_of(command: DocumentCommand, key: str) -> str:
    """Return what a sale is found by: its link, the key of the command that made it, and what it said."""
    return f"{command.link} {key} {digest_of(command.written)}"


def sale_of(row: Record) -> Sale:
    """Read one of our sales."""
    link, _, rest = (row["description"] or "").partition(" ")
    key, _, digest = rest.partition(" ")
    return Sale(row["id"], row["number"] or "", row["state"], link, key, digest, tuple(row["invoices"] or ()))


def taxes_of(document: LedgerDocument, desk: Desk) -> dict[int, Tax | None]:
    """Return the tax of each item by its line; raise `Rejected` naming the one that no tax of the policy gives."""
    choice, found = desk.chosen(document), {}
    for x in document.items:
        tax = fitting(choice, x.net, x.tax, x.quantity) if choice or x.tax else None
        if tax is None and x.tax:
            names = ", ".join(document.taxes) or "none"
            raise Rejected(
                f"{document.order}, line {x.line}: a tax of {x.tax} on {x.net} is that of none of {names}: name Tryton's "
                f"tax for {x.tax_account} under `taxes` of the channel {document.channel}"
            )
        if tax is not None and x.tax and tax.code != x.tax_code:
            raise Rejected(
                f"Tryton's tax {tax.name!r} is owed on {tax.code}, the policy says {x.tax_code} for {x.tax_account}: "
                f"make them the same"
            )
        found[x.line] = tax
    return found


def values_of(command: DocumentCommand, key: str, desk: Desk, stock: Stock) -> dict[str, Any]:
    """Return the values that create a sale as a draft; what Tryton would fill in on a screen is said. Raises `Rejected`."""
    document = command.written
    if document.ledger_currency != desk.counted_in:
        raise Rejected(
            f"{command.link} is in {document.ledger_currency}, Tryton's company counts in {desk.counted_in}: say so under "
            f"currency in the ledger's policy and draw again"
        )
    desk.year(document.day)
    desk.account(document.code, document.receivable)
    for x in document.items:
        desk.account(x.code, x.account)
    buyer, taxes = stock.buyers[document.customer], taxes_of(document, desk)
    return {
        "company": desk.company,
        "currency": desk.currency,
        "warehouse": desk.warehouse,
        "party": buyer.id,
        "invoice_address": buyer.address,
        "shipment_address": buyer.address,
        "invoice_method": "order",
        "shipment_method": "manual",
        "sale_date": date_value(document.day),
        "reference": document.order,
        "description": description_of(command, key),
        "lines": [["create", [v for x in document.items for v in _lines(x, taxes[x.line], desk, stock)]]],
    }


def _lines(x: DocumentItem, tax: Tax | None, desk: Desk, stock: Stock) -> list[dict[str, Any]]:
    if x.product and x.product not in stock.goods:
        raise Rejected(
            f"Tryton has no product of the code {x.product!r} that can be sold: mark it as salable there, or create it, "
            f"or name the setting `category` to have it made"
        )
    goods = stock.goods.get(x.product)
    return [
        {
            "type": "line",
            "sequence": x.line * PLACES + n,
            "description": x.text,
            **({"product": goods.id, "unit": goods.unit} if goods else {}),
            **_amounts(one),
            "taxes": [["add", [tax.id]]] if tax else [],
        }
        for n, one in enumerate(priced(x.net, x.quantity, desk.decimals))
    ]


def _amounts(one: Priced) -> dict[str, Any]:
    return {"quantity": float(one.quantity), "unit_price": decimal_value(one.price, PRICE_DECIMALS)}


def corrections_of(command: DocumentCommand, invoice: Invoice, desk: Desk, issued: date) -> dict[str, Any]:
    """Return what a draft invoice must be told so that it says what the book does; *issued* is the date it bears."""
    document = command.written
    codes = {x.line: desk.account(x.code, x.account) for x in document.items}
    lines = [["write", [line["id"]], {"account": codes[_line(line)]}] for line in invoice.lines if _line(line) in codes]
    owed = _owed(document, taxes_of(document, desk))
    amounts = [
        ["write", [tax["id"]], {"amount": decimal_value(owed.get(_side(tax, desk.decimals), 0), desk.decimals)}]
        for tax in invoice.taxes
    ]
    return {
        "account": desk.account(document.code, document.receivable),
        "description": command.link,
        "invoice_date": date_value(issued),
        "accounting_date": date_value(document.day),
        "lines": lines,
        "taxes": amounts,
    }


def _owed(document: LedgerDocument, taxes: Mapping[int, Tax | None]) -> dict[tuple[int, bool], int]:
    """Return what is owed of each tax, what is sold and what is given back apart, as Tryton keeps them."""
    owed: dict[tuple[int, bool], int] = {}
    for x in document.items:
        tax = taxes[x.line]
        if tax is not None:
            owed[tax.id, x.net >= 0] = owed.get((tax.id, x.net >= 0), 0) + x.tax
    return owed


def _side(tax: Record, decimals: int) -> tuple[int, bool]:
    return tax["tax"], minor_of(tax["base"], decimals) >= 0


def _line(line: Record) -> int:
    return int(line["sequence"]) // PLACES


def says(document: LedgerDocument, invoice: Invoice, decimals: int) -> str:
    """Return what an invoice says otherwise than *document*, by line; nothing where it says the same to the last digit."""
    amounts: dict[int, int] = {}
    for line in invoice.lines:
        amounts[_line(line)] = amounts.get(_line(line), 0) + minor_of(line["amount"], decimals)
    for x in document.items:
        if amounts.get(x.line, 0) != x.net:
            return f"line {x.line} ({x.text}) comes to {amounts.get(x.line, 0)}, not {x.net}"
    tax = sum(x.tax for x in document.items)
    if invoice.tax != tax:
        return f"its tax comes to {invoice.tax}, not {tax}"
    total = total_of(document.items)
    return f"it comes to {invoice.total}, not {total}" if invoice.total != total else ""


def invoice_of(row: Record, lines: Sequence[Record], taxes: Sequence[Record], decimals: int) -> Invoice:
    """Read an invoice."""
    amounts = minor_of(row["total_amount"], decimals), minor_of(row["tax_amount"], decimals)
    return Invoice(row["id"], row["number"] or "", row["state"], *amounts, tuple(lines), tuple(taxes))
