"""How this connector is tried: `tally connector check tryton-warehouse`, and in the tests. A running Tryton tries it elsewhere."""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.tryton.twin import TOKEN, Record
from tallystick.connectors.tryton.values import date_value, moment_value
from tallystick.connectors.tryton.warehouse.connector import TrytonWarehouse
from tallystick.connectors.tryton.warehouse.manifest import MANIFEST
from tallystick.connectors.tryton.warehouse.notes import lines_in, note_of
from tallystick.connectors.tryton.warehouse.papers import KINDS, delivery_of
from tallystick.connectors.tryton.warehouse.twin import Depot, move, redirects
from tallystick.kit.contract.bench import Bench, Golden, Trial, json_golden
from tallystick.kit.limits import Limits
from tallystick.kit.twins.faults import Fault
from tallystick.kit.twins.server import Heard, Twin
from tallystick.messages.fulfilment import (
    DispatchRefused,
    DispatchReported,
    RecallLines,
    RecallShipment,
    RedirectShipment,
    ShipOrder,
)
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, HeldLine, ReceiptLine, ReceiptReported
from tallystick.ports.connector import Connection, Report

NAME, USER, PASSWORD = "wms", "tally", "canary-of-the-password"
DAY: Final = date(2026, 3, 29)
_BEGIN: Final = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
LINES: Final = (HeldLine(1, "MUG “blue”", 2), HeldLine(3, "LAMP", 1))
OUT: Final = "stock.shipment.out"
_PLACE: Final = {"id": 5, "code": "WH1", "type": "warehouse"}
_CUSTOMER: Final = {"id": 7, "code": "CUS", "type": "customer"}
_STORE: Final = {"id": 3, "code": "STO", "type": "storage", "parent.": _PLACE}


def _stamp(n: int) -> dict[str, Any]:
    return moment_value((_BEGIN + timedelta(seconds=n)).isoformat(timespec="microseconds"))


def _paper(n: int, **more: Any) -> Record:
    shared = {"id": n, "number": str(n), "state": "done", "company": 1, "write_date": _stamp(n), "warehouse.": _PLACE}
    return {**shared, "effective_date": date_value(DAY), **more}


def _places(kind: str, origin: Record, target: Record) -> dict[str, Any]:
    return {kind: "", "from_location.": origin, "to_location.": target, "to_location": target["id"]}


def _depot() -> Depot:
    depot = Depot(USER, PASSWORD)
    currency = {"id": 1, "code": "GBP", "digits": 3}
    supplier, lost = {"id": 6, "code": "SUP", "type": "supplier"}, {"id": 4, "code": None, "type": "lost_found"}
    depot.models = {
        "company.company": [{"id": 1, "party.": {"name": "Shop"}, "currency": 1, "currency.": currency}],
        "party.party": [{"id": 4, "code": "ONLINE", "addresses": [4], "customer_location": 7}],
        "stock.location": [{**_PLACE, "storage_location": 3, "output_location": 2}],
        "product.product": [{"id": n, "code": x.sku, "default_uom": 1} for n, x in enumerate(LINES, 1)],
        OUT: [_paper(1, reference="A1 0.1")],
        "stock.shipment.in": [_paper(1, reference="PO-7")],
        "stock.shipment.out.return": [_paper(1, reference="A1 RMA-1", warehouse_storage=3)],
        "stock.inventory": [_paper(1, date=date_value(DAY), **{"location.": _STORE})],
        "stock.inventory.line": [{"id": 1, "inventory": 1}],
        "ir.note": [{"id": 1, "resource": f"{OUT},1", "message": note_of("A1", LINES)}],
    }
    out = {**_places("shipment", _STORE, _CUSTOMER), "shipment": f"{OUT},1"}
    back = {**_places("shipment", _CUSTOMER, _STORE), "shipment": "stock.shipment.out.return,1"}
    depot.models["stock.move"] = [
        *(move(n, x.sku, x.quantity, **out) for n, x in enumerate(LINES, 1)),
        move(11, "LAMP", 12, **{**_places("shipment", supplier, _STORE), "shipment": "stock.shipment.in,1"}),
        move(12, "LAMP", 1, **{**back, "from_location.": _STORE}),
        move(13, "LAMP", 2, **{**_places("origin", lost, _STORE), "origin": "stock.inventory.line,1"}),
    ]
    return depot


class Controls:
    """The twin's controls."""

    def __init__(self, depot: Depot, twin: Twin) -> None:
        """Hold *depot*, served by *twin*."""
        self._depot, self._twin, self._changes = depot, twin, 100

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next call fail; whose session is ended while he writes is not let in again either."""
        self._twin.fail(fault, writing=writing)
        if fault is Fault.CLOSED and writing:
            self._depot.doors_shut = 1

    def requests(self) -> int:
        """Count calls."""
        return len(self._twin.heard)

    def effects(self) -> Sequence[Struct]:
        """Read what was asked of the warehouse back into our words, in order."""
        notes = self._depot.models["ir.note"]
        found: list[Struct] = []
        for verb, one in self._depot.asked:
            if verb == "redirect":
                recipient, order, _ = one["message"].removeprefix("Tallystick recipient ").split(" ")
                found.append(RedirectShipment(order, "WH1", recipient))
                continue
            order = one["reference"].rpartition(" ")[0]
            lines = tuple(lines_in(n["message"] for n in notes if n["resource"] == f"{OUT},{one['id']}"))
            if verb == "recall":
                found.append(RecallShipment(order, "WH1"))
            else:
                found.append(ShipOrder(order, "WH1", lines) if verb == "ship" else RecallLines(order, "WH1", lines))
        return found

    def stir(self, kind: type[Struct]) -> None:
        """Let the first paper be written again, and another be finished."""
        papers = self._depot.models[KINDS[kind].model]
        self._changes += 2
        papers[0]["write_date"] = _stamp(self._changes - 1)
        another = {**papers[0], "id": self._changes, "number": str(self._changes), "write_date": _stamp(self._changes)}
        papers.append(another)


def _takes_effect(depot: Depot, heard: Heard) -> bool:
    """Say whether a call is the one in which goods are asked for, called back or sent elsewhere."""
    call = json.loads(heard.body)
    method, params = call["method"], call["params"]
    if method == "model.ir.note.create":
        return any(redirects(note) for note in params[0])
    if method == f"model.{OUT}.wait":  # a second time it only makes the picking list anew
        return any(one["state"] == "draft" for one in depot.models[OUT] if one["id"] in params[0])
    return bool(method == f"model.{OUT}.cancel")


def _handed_over(depot: Depot, n: int = 0) -> RecallShipment:
    """Have goods of another order asked for, and return what recalls them."""
    order, number = f"R{n}", 1000 + len(depot.models[OUT])
    depot.models[OUT].append(_paper(number, reference=f"{order} 0.{n}", state="packed"))
    return RecallShipment(order, "WH1")


def _waiting(depot: Depot, n: int = 0, root: str = "Q") -> RecallLines:
    """Have goods of another order wait to be picked, and return what takes one unit out."""
    number = 2000 + len(depot.models[OUT])
    order = f"{root}{number}"
    depot.models[OUT].append(_paper(number, reference=f"{order} 1.{n}", state="waiting"))
    notes = depot.models["ir.note"]
    notes.append({"id": 2000 + len(notes), "resource": f"{OUT},{number}", "message": note_of(order, LINES)})
    return RecallLines(order, "WH1", (HeldLine(1, LINES[0].sku, 1),))


def _changes(depot: Depot) -> list[Trial]:
    """Units taken out, and goods sent elsewhere."""

    def elsewhere(n: int) -> RedirectShipment:
        return RedirectShipment(_waiting(depot, n, "E").order, "WH1", "person:1")

    out, away = _waiting(depot), elsewhere(0)
    return [
        Trial(
            out,
            replace(out, lines=(HeldLine(3, "LAMP", 1),)),
            RecallLines("NOBODY", "WH1", out.lines),
            lambda _, n: _waiting(depot, n),
        ),
        Trial(
            away,
            replace(away, recipient="person:2"),
            RedirectShipment("NOBODY", "WH1", "person:1"),
            lambda _, n: elsewhere(n),
        ),
    ]


def _another(command: Struct, n: int) -> Struct:
    order = command.order  # type: ignore[attr-defined]
    return replace(command, order=f"{order}-{n}")


def _goldens(depot: Depot) -> Iterator[Golden]:
    moves, notes = depot.models["stock.move"], [n["message"] for n in depot.models["ir.note"]]
    at = _BEGIN + timedelta(seconds=1)
    told: list[tuple[type[Struct], Sequence[Record], Sequence[Struct], Sequence[str]]] = [
        (DispatchReported, moves[:2], [DispatchReported("A1", "1", LINES)], ("reference", "moves", "notes")),
        (
            DispatchReported,
            moves[:1],
            [
                DispatchReported("A1", "1", LINES[:1]),
                DispatchRefused("A1", "shipment 1 left 1 units behind", LINES[1:]),
            ],
            (),
        ),
        (
            ReceiptReported,
            moves[2:3],
            [ReceiptReported(f"{NAME}/1", "WH1", "GBP/3", "supplier", (ReceiptLine(1, "LAMP", 12, 14_814),))],
            ("moves", "warehouse."),
        ),
        (
            ReturnReceived,
            moves[3:4],
            [ReturnReceived("A1", "RMA-1", "WH1", (ReturnedLine(3, "LAMP", 1, "sellable"),), f"{NAME}/1")],
            ("reference", "moves", "sold"),
        ),
        (
            AdjustmentReported,
            moves[4:5],
            [AdjustmentReported(f"{NAME}/1", "WH1", "GBP/3", (AdjustmentLine(1, "LAMP", 2, "count"),))],
            ("moves", "location."),
        ),
    ]
    for kind, own, said, required in told:
        paper = {**depot.models[KINDS[kind].model][0], "moves": own, "notes": notes, "sold": notes, "currency": "GBP/3"}
        delivery = delivery_of(KINDS[kind], NAME, paper)
        name = delivery.id.partition("@")[0]
        reports = [
            Report(id=f"{name}#{n}" if n else name, subject=delivery.subject, data=data, time=at, on=DAY, zone="UTC")
            for n, data in enumerate(said)
        ]
        yield json_golden(delivery, reports, [f"/paper/{field}" for field in required])


@contextmanager
def bench() -> Iterator[Bench]:
    """Open a warehouse with a paper of each kind, and lay a bench on the door to it."""
    depot = _depot()
    goldens = [*_goldens(depot)]
    asked: set[str] = set()

    def secret(name: str) -> str:
        asked.add(name)
        return PASSWORD

    with Twin(depot.answer, partial(_takes_effect, depot)) as twin:
        settings = {"database": "shop", "user": USER, "customer": "ONLINE"}

        def door(limits: Limits) -> TrytonWarehouse:
            return TrytonWarehouse(Connection(name=NAME, url=twin.url, settings=settings, secret=secret), limits)

        ship = ShipOrder("B1", "WH1", LINES)
        first, other = _handed_over(depot), RecallShipment("A1", "WH1")
        recall = Trial(first, other, RecallShipment("NOBODY", "WH1"), lambda _, n: _handed_over(depot, n))
        yield Bench(
            manifest=MANIFEST,
            door=door,
            partner=Controls(depot, twin),
            goldens=goldens,
            trials=[
                Trial(ship, replace(ship, lines=LINES[:1]), replace(ship, location="NOWHERE"), _another),
                recall,
                *_changes(depot),
            ],
            secrets=[PASSWORD, TOKEN, base64.b64encode(f"{USER}:1:{TOKEN}".encode()).decode()],
            asked_for=asked,
        )
