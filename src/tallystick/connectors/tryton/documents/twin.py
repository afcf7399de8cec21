"""Tryton's sales and invoices in memory, as far as the door uses them: a confirmed sale makes one draft invoice."""

from fnmatch import fnmatchcase
from typing import Any

from tallystick.connectors.tryton.documents.prices import PRICE_DECIMALS, amount_of
from tallystick.connectors.tryton.twin import Company, Record, Refused
from tallystick.connectors.tryton.values import decimal_value, minor_of

DECIMALS = 3
SALE, INVOICE = "sale.sale", "account.invoice"


class Counter(Company):
    """A company that sells. Taxes are computed by their rates, as Tryton does, until somebody says otherwise."""

    def _search_read(self, model: str, domain: list[Any], *rest: Any) -> list[Record]:
        """Search also by one of several patterns, which the door asks of sales alone."""
        ways = next((one[1:] for one in domain if one[0] == "OR"), None)
        found = super()._search_read(model, [one for one in domain if one[0] != "OR"], *rest)
        if ways is None:
            return found
        patterns = [way[0][2].replace("%", "*") for way in ways]
        return [r for r in found if any(fnmatchcase(str(r["description"]), pattern) for pattern in patterns)]

    def _new(self, model: str, record: Record) -> Record:
        records = self.models.setdefault(model, [])
        record["id"] = max((r["id"] for r in records), default=0) + 1
        records.append(record)
        return record

    def _create(self, model: str, values: list[Record]) -> list[int]:
        made = []
        for one in values:
            if model == SALE:
                made.append(self._sale(one))
            elif model == "product.template":
                ((_, (own,)),) = one["products"]
                self._new("product.product", {"code": own["suffix_code"], "sale_uom": one["sale_uom"], "salable": 1})
            else:
                record = self._new(model, dict(one))
                made.append(record)
                if "addresses" in one:
                    record["addresses"] = [record["id"]]
        return [r["id"] for r in made]

    def _sale(self, values: Record) -> Record:
        ((_, lines),) = values["lines"]
        sale = self._new(SALE, {**values, "lines": None, "state": "draft", "number": None, "invoices": []})
        for line in lines:
            self._new("sale.line", {**line, "sale": sale["id"]})
        return sale

    def _those(self, model: str, ids: list[int]) -> list[Record]:
        found = [r for r in self.models.get(model, []) if r["id"] in ids]
        if len(found) != len(set(ids)):
            raise Refused("there is no such record any more")
        return found

    def _quote(self, model: str, ids: list[int]) -> None:
        for sale in self._those(model, ids):
            sale["state"] = "quotation" if sale["state"] == "draft" else sale["state"]
            sale["number"] = sale["number"] or str(sale["id"])

    def _confirm(self, model: str, ids: list[int]) -> None:
        for sale in self._those(model, ids):
            sale["state"] = "confirmed" if sale["state"] == "quotation" else sale["state"]

    def _process(self, model: str, ids: list[int]) -> None:
        for sale in self._those(model, ids):
            if sale["state"] != "confirmed":
                continue
            sale["state"] = "processing"
            sale["invoices"] = [self._invoice(sale)["id"]]

    def _invoice(self, sale: Record) -> Record:
        head = {"type": "out", "state": "draft", "number": None, "company": 1, "party": sale["party"], "move.": {}}
        invoice = self._new(INVOICE, {**head, "invoice_date": None, "description": None, "account": None})
        bases: dict[tuple[int, bool], int] = {}
        for line in [x for x in self.models["sale.line"] if x["sale"] == sale["id"]]:
            scale = 10 ** (PRICE_DECIMALS - DECIMALS)
            units, price = int(line["quantity"]), minor_of(line["unit_price"], PRICE_DECIMALS)
            amount = (1 if units > 0 else -1) * amount_of(abs(units), price, scale)
            own = {"invoice": invoice["id"], "origin": f"sale.line,{line['id']}", "account": 1}
            self._new(f"{INVOICE}.line", {**own, "amount": decimal_value(amount, DECIMALS)})
            for _, (tax,) in line["taxes"]:
                bases[tax, amount >= 0] = bases.get((tax, amount >= 0), 0) + amount
        for (tax, _), base in bases.items():
            rate = minor_of(next(t for t in self.models["account.tax"] if t["id"] == tax)["rate"], 2)
            owed = {"invoice": invoice["id"], "tax": tax, "base": decimal_value(base, DECIMALS)}
            self._new(f"{INVOICE}.tax", {**owed, "amount": decimal_value(base * rate // 100, DECIMALS)})
        self._sum(invoice)
        return invoice

    def _sum(self, invoice: Record) -> None:
        net, tax = (sum(minor_of(x["amount"], DECIMALS) for x in self._own(invoice, part)) for part in ("line", "tax"))
        invoice["total_amount"], invoice["tax_amount"] = (decimal_value(n, DECIMALS) for n in (net + tax, tax))

    def _own(self, invoice: Record, part: str) -> list[Record]:
        return [x for x in self.models.get(f"{INVOICE}.{part}", []) if x["invoice"] == invoice["id"]]

    def _write(self, model: str, ids: list[int], values: Record) -> None:
        for invoice in self._those(model, ids):
            if invoice["state"] != "draft":
                raise Refused("only drafts can be changed")
            for part in ("line", "tax"):
                for _, numbers, more in values["lines" if part == "line" else "taxes"]:
                    for record in self._those(f"{INVOICE}.{part}", numbers):
                        record.update(more)
            invoice.update({k: v for k, v in values.items() if k not in {"lines", "taxes"}})
            invoice["move."] = {"date": values["accounting_date"]}
            self._sum(invoice)

    def _post(self, model: str, ids: list[int]) -> None:
        for invoice in self._those(model, ids):
            if invoice["state"] == "draft":
                invoice.update(state="posted", number=str(invoice["id"]))

    def _delete(self, model: str, ids: list[int]) -> None:
        gone = self._those(model, ids)
        if any(r["state"] != "draft" for r in gone):
            raise Refused("only drafts can be deleted")
        self.models[model] = [r for r in self.models[model] if r not in gone]
