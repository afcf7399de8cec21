"""The warehouse's finished papers after a cursor: what left, arrived, came back and was counted, as Tryton holds them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.tryton.client import Tryton
from tallystick.connectors.tryton.masters import Place, rewound
from tallystick.connectors.tryton.values import moment_value, stamp_of
from tallystick.connectors.tryton.warehouse.manifest import PAGE_SIZE_MAX
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.returns import ReturnReceived
from tallystick.messages.stock import AdjustmentReported, ReceiptReported
from tallystick.ports.connector import Delivery, Misconfigured, Page

_ALL: Final = (0, None, [["id", "ASC"]])
_MOVE: Final = (
    *("product.code", "quantity", "internal_quantity", "state", "unit_price", "currency.code"),
    *("currency.digits", "from_location", "from_location.type", "from_location.code"),
    *("to_location", "to_location.type", "to_location.code"),
)


class Kind(Struct, frozen=True):
    """A kind of paper: its model, the states that end it, its own fields, and where its moves hang."""

    name: str
    model: str
    states: tuple[str, ...]
    fields: tuple[str, ...]
    moves_by: str = "shipment"


KINDS: Final[Mapping[type[Struct], Kind]] = {
    DispatchReported: Kind(
        "dispatch",
        "stock.shipment.out",
        ("done", "cancelled"),
        ("number", "reference", "state", "effective_date", "warehouse.code"),
    ),
    ReceiptReported: Kind(
        "receipt",
        "stock.shipment.in",
        ("done",),
        ("number", "reference", "state", "effective_date", "warehouse.code"),
    ),
    ReturnReceived: Kind(
        "return",
        "stock.shipment.out.return",
        ("done",),
        ("number", "reference", "state", "effective_date", "warehouse.code", "warehouse_storage"),
    ),
    AdjustmentReported: Kind(
        "count",
        "stock.inventory",
        ("done",),
        ("number", "state", "date", "location.code", "location.parent.code", "location.parent.type"),
        moves_by="origin",
    ),
}


class Papers:
    """Reads finished papers of one company for the connection *source*."""

    def __init__(self, client: Tryton, source: str, company: tuple[int, str]) -> None:
        """Read with *client* the papers of a *company*, by its number and what it counts in."""
        self._client, self._source, (self._company, self._currency) = client, source, company

    def page(self, kind: Kind, since: str) -> Page:
        """Return papers finished after the cursor *since*, and the cursor after them."""
        cursor = _cursor(since)
        rows = self._rows(kind, cursor)
        if not rows:
            return Page((), since, more=False)
        is_more = len(rows) == PAGE_SIZE_MAX
        moves, notes = self._moves(kind, rows), self._notes(kind, rows)
        sold = self._sold(rows) if kind.name == "return" else {}
        deliveries = []
        for row in rows:
            paper = {**row, "moves": moves.get(row["id"], []), "notes": notes.get(row["id"], [])}
            paper["currency"] = self._currency
            if kind.name == "return":
                paper["sold"] = sold.get(order_of(row["reference"]), [])
            deliveries.append(delivery_of(kind, self._source, paper))
        last = Place(_stamp(rows[-1]), rows[-1]["id"])
        return Page(deliveries, msgspec.json.encode(last if is_more else rewound(last)).decode(), is_more)

    def _rows(self, kind: Kind, cursor: Place) -> list[Any]:
        at = moment_value(cursor.stamp)
        domain = [
            ["company", "=", self._company],
            ["state", "in", list(kind.states)],
            ["OR", ["write_date", ">", at], [["write_date", "=", at], ["id", ">", cursor.id]]],
        ]
        order = [["write_date", "ASC"], ["id", "ASC"]]
        fields = [*kind.fields, "write_date"]
        rows: list[Any] = self._client.read(f"model.{kind.model}.search_read", domain, 0, PAGE_SIZE_MAX, order, fields)
        return rows

    def _moves(self, kind: Kind, rows: Sequence[Any]) -> dict[int, list[Any]]:
        """Return the moves of papers, by paper."""
        owners = {f"{kind.model},{row['id']}": row["id"] for row in rows}
        if kind.moves_by == "origin":
            ids = [row["id"] for row in rows]
            lines = self._client.read(
                "model.stock.inventory.line.search_read", [["inventory", "in", ids]], *_ALL, ["inventory"]
            )
            owners = {f"stock.inventory.line,{x['id']}": x["inventory"] for x in lines}
        found: dict[int, list[Any]] = {}
        for move in self._client.read(
            "model.stock.move.search_read", [[kind.moves_by, "in", list(owners)]], *_ALL, [*_MOVE, kind.moves_by]
        ):
            found.setdefault(owners[move[kind.moves_by]], []).append(move)
        return found

    def _notes(self, kind: Kind, rows: Sequence[Any]) -> dict[int, list[str]]:
        owners = {f"{kind.model},{row['id']}": row["id"] for row in rows}
        found: dict[int, list[str]] = {}
        domain = [["resource", "in", list(owners)]]
        for note in self._client.read("model.ir.note.search_read", domain, *_ALL, ["resource", "message"]):
            found.setdefault(owners[note["resource"]], []).append(note["message"] or "")
        return found

    def _sold(self, rows: Sequence[Any]) -> dict[str, list[str]]:
        """Return the notes of the shipments of the orders that *rows* bring back, by order."""
        kind, found = KINDS[DispatchReported], dict[str, list[str]]()
        for order in {order_of(row["reference"]) for row in rows} - {""}:
            domain = [["company", "=", self._company], ["reference", "like", f"{order} %"]]
            mine = self._client.read(f"model.{kind.model}.search_read", domain, *_ALL, ["reference"])
            mine = [x for x in mine if order_of(x["reference"]) == order]
            found[order] = [note for notes in self._notes(kind, mine).values() for note in notes] if mine else []
        return found


def delivery_of(kind: Kind, source: str, paper: Mapping[str, Any]) -> Delivery:
    """Wrap a paper as it came, known by what it is and says: read again it adds nothing, mended it comes anew."""
    said = {k: v for k, v in paper.items() if k not in {"write_date", "notes", "sold"}}
    digest = hashlib.sha256(msgspec.json.encode(said, order="deterministic")).digest()
    order = order_of(paper.get("reference")) if kind.name in {"dispatch", "return"} else ""
    subject = f"order/{order}" if order else f"{_ROOTS[kind.name]}/{source}/{paper['number']}"
    body = msgspec.json.encode({"kind": kind.name, "source": source, "paper": paper}, order="deterministic")
    known = f"{name_of(kind.name, paper)}@{digest[:4].hex()}"
    return Delivery(source=source, id=known, subject=subject, body=body, digest=digest)


def name_of(kind: str, paper: Mapping[str, Any]) -> str:
    """Return what a paper is known by for ever, however often it is mended: it is booked once."""
    return f"{kind}/{paper['id']}/{paper['state']}"


_ROOTS: Final = {"dispatch": "stock", "return": "stock", "receipt": "stock", "count": "count"}


def order_of(reference: str | None) -> str:
    """Return the order in a reference `W1 3f.0` or `W1 RMA-1`; empty where it has no such form."""
    order, _, rest = (reference or "").rpartition(" ")
    return order if rest else ""


def moment_of(paper: Mapping[str, Any]) -> datetime:
    """Return when a paper was last written, UTC."""
    return datetime.fromisoformat(_stamp(paper))


def _stamp(row: Mapping[str, Any]) -> str:
    return stamp_of(row["write_date"])


def _cursor(since: str) -> Place:
    try:
        return msgspec.json.decode(since, type=Place) if since else Place()
    except msgspec.DecodeError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad
