"""Exactly one shipment for each command, in a warehouse that knows no idempotency keys.

Drafts are harmless: nobody picks them. So a shipment is created as a draft that carries order and key; then all of that
key are looked up, every draft but the oldest is deleted, and only then that one is handed to the warehouse (`wait`).
Who hands one over has deleted every other draft he saw; one he did not see was committed later, so its maker sees his.
"""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.tryton.client import Tryton
from tallystick.connectors.tryton.values import decimal_value
from tallystick.connectors.tryton.warehouse.addresses import Addresses
from tallystick.connectors.tryton.warehouse.desk import Desk, products_of
from tallystick.connectors.tryton.warehouse.notes import lines_in, note_of, recall_note_of, recalled_in
from tallystick.kit.calls import RETRY_SECONDS
from tallystick.messages.fulfilment import RecallShipment, ShipOrder
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Acknowledgement, Rejected, Retryable

MODEL: Final = "model.stock.shipment.out"
RESOURCE: Final = "stock.shipment.out"
DRAFT, CANCELLED, LEFT = "draft", "cancelled", ("shipped", "done")


class Shipment(Struct, frozen=True):
    """A shipment of ours as Tryton holds it."""

    id: int
    number: str
    reference: str
    state: str

    @property
    def is_open(self) -> bool:
        """Whether goods have neither left nor been kept."""
        return self.state not in {CANCELLED, *LEFT}

    @property
    def key(self) -> str:
        """Return the key of the command it was made for."""
        return self.reference.rpartition(" ")[2]


class Shipments:
    """Our shipments in one company of Tryton."""

    def __init__(self, client: Tryton, desk: Desk, addresses: Addresses | None = None) -> None:
        """Work with *client* at *desk*; *addresses* say where a shipment goes."""
        self._client, self._desk = client, desk
        self._addresses = addresses or Addresses(client, desk)

    def ship(self, command: ShipOrder, key: str) -> Acknowledgement:
        """Have the lines of an order sent. The same *key* again changes nothing."""
        return self.paper(command, key, "wait")

    def paper(self, command: ShipOrder, key: str, verb: str) -> Acknowledgement:
        """Have one shipment of a *key*, complete with its note, and take it out of the drafts by *verb*."""
        standing = self.standing(command, key)
        if standing is not None:
            return standing
        if not self._drafts(key):
            self._create(command, key)
        drafts = self._drafts(key)
        standing = self.standing(command, key)
        if standing is not None or not drafts:
            return standing or self._again(command, key)
        kept, *others = drafts
        if others:
            self._client.write(f"{MODEL}.delete", [x.id for x in others])
        if not self.lines_of(kept):
            self.note(kept, note_of(command.order, command.lines, command.recipient))
        self._client.write(f"{MODEL}.{verb}", [kept.id])
        return self.standing(command, key) or self._again(command, key)

    def standing(self, command: ShipOrder, key: str) -> Acknowledgement | None:
        """Acknowledge a command whose shipment stands in the warehouse; raise `Rejected` when it says something else."""
        found = [x for x in self._found([["reference", "like", f"% {key}"]]) if x.key == key and x.state != DRAFT]
        if not found:
            return None
        shipment = found[0]
        if shipment.reference != _reference(command.order, key) or self.lines_of(shipment) != list(command.lines):
            raise Rejected(
                f"Tryton's shipment {shipment.number} has the key {key} and says something else: see who changed it"
            )
        return _all_of(found[:1])

    def recall(self, command: RecallShipment, key: str) -> Acknowledgement:
        """Cancel what has not left of an order. What is packed is unpacked by the warehouse's people."""
        standing = self.recalled(command, key)
        if standing is not None:
            return standing
        found = self.of(command.order)
        if not found:
            raise Rejected(
                f"Tryton has no shipment of the order {command.order}: see whether it was ever asked for one"
            )
        self.note(found[0], recall_note_of(command.order, key))
        self._client.write(f"{MODEL}.cancel", [x.id for x in found if x.is_open])
        return _all_of(found)

    def recalled(self, command: RecallShipment, key: str) -> Acknowledgement | None:
        """Acknowledge a recall after which nothing is left to cancel; raise `Rejected` for a key of another order."""
        for note in self.notes(["message", "like", f"% {key}"]):
            order = recalled_in(note, key)
            if order and order != command.order:
                raise Rejected(f"the key {key} has recalled the order {order}: see who uses it twice")
        found = self.of(command.order)
        return _all_of(found) if found and not any(x.is_open for x in found) else None

    def lines_of(self, shipment: Shipment) -> list[HeldLine]:
        """Return the lines a shipment was asked for."""
        return lines_in(self.notes_on(shipment))

    def note(self, shipment: Shipment, message: str) -> None:
        """Write a note on a shipment."""
        self._client.write("model.ir.note.create", [{"resource": f"{RESOURCE},{shipment.id}", "message": message}])

    def notes_on(self, shipment: Shipment) -> list[str]:
        """Return the notes on a shipment, oldest first."""
        return self.notes(["resource", "=", f"{RESOURCE},{shipment.id}"])

    def notes(self, condition: list[str]) -> list[str]:
        """Return notes, oldest first."""
        notes = self._client.read("model.ir.note.search_read", [condition], 0, None, [["id", "ASC"]], ["message"])
        return [n["message"] or "" for n in notes]

    def of(self, order: str) -> list[Shipment]:
        """Return every shipment of an order, oldest first."""
        return [x for x in self._found([["reference", "like", f"{order} %"]]) if _order(x) == order]

    def _drafts(self, key: str) -> list[Shipment]:
        return [x for x in self._found([["reference", "like", f"% {key}"]]) if x.key == key and x.state == DRAFT]

    def _found(self, domain: Sequence[Any]) -> list[Shipment]:
        mine = [["company", "=", self._desk.company], *domain]
        fields = ["number", "reference", "state"]
        rows = self._client.read(f"{MODEL}.search_read", mine, 0, None, [["id", "ASC"]], fields)
        return [Shipment(r["id"], r["number"] or "", r["reference"] or "", r["state"]) for r in rows]

    def _create(self, command: ShipOrder, key: str) -> None:
        desk, place = self._desk, self._desk.place(command.location)
        products = products_of(self._client, [x.sku for x in command.lines])
        moves = [
            {
                "company": desk.company,
                "product": products[x.sku].id,
                "unit": products[x.sku].unit,
                "quantity": float(x.quantity),
                "from_location": place.output,
                "to_location": desk.customer_zone,
                "unit_price": decimal_value(0, 0),
                "currency": desk.currency,
            }
            for x in command.lines
        ]
        values = {
            "company": desk.company,
            "customer": desk.customer,
            "delivery_address": self._addresses.of(command.recipient),
            "warehouse": place.id,
            "warehouse_storage": place.storage,
            "warehouse_output": place.output,
            "reference": _reference(command.order, key),
            "outgoing_moves": [["create", moves]],
        }
        self._client.write(f"{MODEL}.create", [values])

    @staticmethod
    def _again(command: ShipOrder, key: str) -> Acknowledgement:
        raise Retryable(f"the shipment of {command.order} ({key}) changed while it was handed over", RETRY_SECONDS)


def _reference(order: str, key: str) -> str:
    return f"{order} {key}"


def _all_of(shipments: Sequence[Shipment]) -> Acknowledgement:
    return Acknowledgement(", ".join(x.number or f"draft {x.id}" for x in shipments))


def _order(shipment: Shipment) -> str:
    return shipment.reference.rpartition(" ")[0]
