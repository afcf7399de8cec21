"""What is changed of a shipment that was asked for: units taken out of it, or where it goes.

Tryton has no keys, so each change is made to what it is to be in the end, which may be done twice, and marked by a note.
Units taken out become a shipment of their own that is cancelled at once: pulled as any cancelled one, it is the
warehouse's word that they will not come.
"""

from typing import Any, Final

from tallystick.connectors.tryton.client import Tryton
from tallystick.connectors.tryton.warehouse.addresses import Addresses
from tallystick.connectors.tryton.warehouse.desk import ALL, Desk
from tallystick.connectors.tryton.warehouse.notes import (
    asked_in,
    is_taken_out_by,
    redirected_in,
    redirected_note_of,
    taken_out_note_of,
)
from tallystick.connectors.tryton.warehouse.shipments import DRAFT, MODEL, RESOURCE, Shipment, Shipments
from tallystick.messages.fulfilment import RecallLines, RedirectShipment, ShipOrder
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Acknowledgement, Rejected

UNPICKED: Final = frozenset({DRAFT, "waiting", "assigned"})
_REMEDY: Final = "ask its people; what leaves is told all the same"


class Changes:
    """Changes to our shipments in one company of Tryton."""

    def __init__(self, client: Tryton, desk: Desk, addresses: Addresses) -> None:
        """Work with *client* at *desk*."""
        self._client, self._desk, self._addresses = client, desk, addresses
        self._shipments = Shipments(client, desk)

    def recall_lines(self, command: RecallLines, key: str) -> Acknowledgement:
        """Take units out of the shipment that has them; raise `Rejected` once they are picked."""
        standing = self.taken_out(command, key)
        if standing is not None:
            return standing
        mine = self._shipments.of(command.order)
        if not any(is_taken_out_by(note, key) for one in mine for note in self._shipments.notes_on(one)):
            kept = self._holding(command, mine)
            left = _without(asked_in(self._shipments.notes_on(kept)), command.lines)
            self._lower(kept, left or [])
            self._shipments.note(kept, taken_out_note_of(command.order, command.lines, key))
        return self._shipments.paper(_paper(command), key, "cancel")

    def taken_out(self, command: RecallLines, key: str) -> Acknowledgement | None:
        """Acknowledge units that were taken out under *key*; raise `Rejected` for a key that did something else."""
        return self._shipments.standing(_paper(command), key)

    def redirect(self, command: RedirectShipment, key: str) -> Acknowledgement:
        """Write on what has not left whom it goes to now: the vault's reference, and the address where that is wanted."""
        standing = self.redirected(command, key)
        if standing is not None:
            return standing
        mine = self._shipments.of(command.order)
        still_here = [one for one in mine if one.is_open]
        if not still_here:
            what = "has left, or was cancelled" if mine else "was never asked for here"
            raise Rejected(f"too late: everything of the order {command.order} {what}")
        if self._addresses.are_told:
            self._readdress(still_here, command.recipient)
        for one in still_here:
            self._shipments.note(one, redirected_note_of(command.order, command.recipient, key))
        return _names(still_here)

    def redirected(self, command: RedirectShipment, key: str) -> Acknowledgement | None:
        """Acknowledge a redirection that stands on all that is still here; raise `Rejected` for a key that said something else."""
        marked = []
        for note in self._shipments.notes(["message", "like", f"% {key}"]):
            said = redirected_in(note, key)
            if said[0] and said != (command.order, command.recipient):
                raise Rejected(f"the key {key} has redirected the order {said[0]}: see who uses it twice")
            marked += [note] if said[0] else []
        still_here = [one for one in self._shipments.of(command.order) if one.is_open]
        done = [one for one in still_here if any(redirected_in(n, key)[0] for n in self._shipments.notes_on(one))]
        return _names(done or self._shipments.of(command.order)) if marked and len(done) == len(still_here) else None

    def _readdress(self, shipments: list[Shipment], recipient: str) -> None:
        """Tryton lets the address of a draft be changed only: back to one, and on to where it waits to be picked."""
        picked = [x.number for x in shipments if x.state not in UNPICKED]
        if picked:
            raise Rejected(f"too late: {picked[0]} is picked, and Tryton keeps its address: {_REMEDY}")
        address = {"delivery_address": self._addresses.of(recipient)}
        for one in shipments:
            if one.state == "assigned":
                self._client.write(f"{MODEL}.wait", [one.id])
            if one.state != DRAFT:
                self._client.write(f"{MODEL}.draft", [one.id])
            self._client.write(f"{MODEL}.write", [one.id], address)
            self._client.write(f"{MODEL}.wait", [one.id])

    def _holding(self, command: RecallLines, mine: list[Shipment]) -> Shipment:
        """Return the shipment that still has all these units and of which nothing is picked."""
        if not mine:
            raise Rejected(
                f"Tryton has no shipment of the order {command.order}: see whether it was ever asked for one"
            )
        holding = [x for x in mine if _without(asked_in(self._shipments.notes_on(x)), command.lines) is not None]
        for one in holding:
            if one.state in UNPICKED:
                return one
        if any(x.is_open for x in holding):
            raise Rejected(f"too late: what was to be taken out of {command.order} is picked: {_REMEDY}")
        raise Rejected(f"too late: no shipment of {command.order} that is still here has these units: {_REMEDY}")

    def _lower(self, shipment: Shipment, left: list[HeldLine]) -> None:
        """Set what each product of a shipment is asked for, and have its picking list made anew; nothing left: cancel it."""
        units: dict[str, int] = {}
        for x in left:
            units[x.sku] = units.get(x.sku, 0) + x.quantity
        if not units:
            self._client.write(f"{MODEL}.cancel", [shipment.id])
            return
        domain = [["shipment", "=", f"{RESOURCE},{shipment.id}"], ["to_location", "=", self._desk.customer_zone]]
        moves: list[Any] = self._client.read("model.stock.move.search_read", domain, *ALL, ["product.code", "quantity"])
        for move in sorted(moves, key=lambda m: int(m["id"])):
            sku = move["product."]["code"]
            wanted = min(units.get(sku, 0), int(move["quantity"]))
            units[sku] = units.get(sku, 0) - wanted
            if wanted != move["quantity"]:
                self._client.write("model.stock.move.write", [move["id"]], {"quantity": float(wanted)})
        self._client.write(f"{MODEL}.wait", [shipment.id])


def _paper(command: RecallLines) -> ShipOrder:
    return ShipOrder(command.order, command.location, command.lines)


def _without(asked: list[HeldLine], lines: tuple[HeldLine, ...]) -> list[HeldLine] | None:
    """Return what is left of *asked* without *lines*; None where it does not have them all."""
    units = {(x.line, x.sku): x.quantity for x in asked}
    for x in lines:
        left = units.get((x.line, x.sku), 0) - x.quantity
        if left < 0:
            return None
        units[x.line, x.sku] = left
    return [HeldLine(line, sku, n) for (line, sku), n in units.items() if n]


def _names(shipments: list[Shipment]) -> Acknowledgement:
    return Acknowledgement(", ".join(x.number or f"draft {x.id}" for x in shipments))
