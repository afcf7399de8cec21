"""A Tryton warehouse in memory, as far as the door uses it: shipments that are drafts until they wait, and finished papers."""

from typing import Any

from tallystick.connectors.tryton.twin import Company, Record, Refused


class Depot(Company):
    """A company's warehouse. `asked` lists the shipments handed over and the recalls, as (verb, shipment), in order."""

    def __init__(self, user: str, password: str) -> None:
        """Begin empty."""
        super().__init__(user, password)
        self.asked: list[tuple[str, Record]] = []
        """What was handed over (`ship`), recalled, taken out (`out`) or sent elsewhere (`redirect`: the note)."""

    def _create(self, model: str, values: list[Record]) -> list[int]:
        if model == "ir.note":
            self.asked += [("redirect", one) for one in values if redirects(one)]
            return [self._new(model, dict(one)) for one in values]
        made = []
        for one in values:
            ((_, moves),) = one["outgoing_moves"]
            if any(m["quantity"] > 10**6 for m in moves):
                raise Refused("so many units do not fit on a truck")
            number = self._new(model, {**one, "outgoing_moves": None, "state": "draft", "number": None})
            self._asked_for(f"{model},{number}", moves)
            made.append(number)
        return made

    def _asked_for(self, shipment: str, moves: list[Record]) -> None:
        codes = {p["id"]: p["code"] for p in self.models["product.product"]}
        for one in moves:
            self._new("stock.move", {**one, "shipment": shipment, "product.": {"code": codes[one["product"]]}})

    def _write(self, model: str, ids: list[int], values: Record) -> None:
        for one in self._those(model, ids):
            one.update(values)

    def _new(self, model: str, record: Record) -> int:
        records = self.models.setdefault(model, [])
        record["id"] = max((r["id"] for r in records), default=0) + 1
        records.append(record)
        number: int = record["id"]
        return number

    def _wait(self, model: str, ids: list[int]) -> None:
        for one in self._those(model, ids):
            if one["state"] not in {"draft", "waiting", "assigned"}:
                raise Refused("only what is not picked can wait")
            if one["state"] == "draft":
                self.asked.append(("ship", one))
            one.update(state="waiting", number=one["number"] or f"S{one['id']}")

    def _cancel(self, model: str, ids: list[int]) -> None:
        found = self._those(model, ids)
        self.asked += [("out" if one["state"] == "draft" else "recall", one) for one in found[:1]]
        for one in found:
            one["state"] = "cancelled"

    def _delete(self, model: str, ids: list[int]) -> None:
        gone = self._those(model, ids)
        if any(one["state"] not in {"draft", "cancelled"} for one in gone):
            raise Refused("only drafts can be deleted")
        self.models[model] = [r for r in self.models[model] if r not in gone]

    def _those(self, model: str, ids: list[int]) -> list[Record]:
        return [r for r in self.models.get(model, []) if r["id"] in ids]


def redirects(note: Record) -> bool:
    """Say whether a note sends a shipment elsewhere."""
    return str(note["message"]).startswith("Tallystick recipient ")


def move(number: int, sku: str, units: int, **more: Any) -> Record:
    """Write a finished move of some units."""
    return {
        "id": number,
        "product.": {"id": number, "code": sku},
        "quantity": float(units),
        "internal_quantity": float(units),
        "state": "done",
        "unit_price": {"__class__": "Decimal", "decimal": "1.2345"},
        "currency.": {"id": 1, "code": "GBP", "digits": 3},
        **more,
    }
