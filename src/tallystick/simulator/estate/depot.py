"""The warehouse and the shops' stockrooms: real shelves, parcels that leave them, and a count each statement night."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final

from msgspec import Struct

from tallystick.messages.fulfilment import DispatchRefused, DispatchReported, RecallShipment, ShipOrder
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, HeldLine, ReceiptLine, ReceiptReported
from tallystick.reconciliation.matching import Difference
from tallystick.simulator.estate.faults import Fault, difference
from tallystick.simulator.estate.town import Town
from tallystick.simulator.weather import DAY, HOUR

WAREHOUSE: Final = "WH1"
KIND: Final = "warehouse_stock_differs"
THEFTS: Final = {"goods_vanished", "goods_appeared"}
Parcel = tuple[HeldLine, ...]


class Depot:
    """Every shelf there is. `on_parcel` is called when a parcel should arrive at its customer's."""

    def __init__(self, town: Town) -> None:
        """Live in *town*."""
        self.town = town
        self.done: dict[str, Struct] = {}
        self.shelves: dict[str, Counter[str]] = {}
        self.asked: dict[str, Parcel] = {}
        self.parcels = self.receipts = 0
        self.on_parcel: Callable[[str, Parcel], None] = lambda *_: None

    def receives(self, location: str, sku: str, quantity: int) -> None:
        """Goods come in from a supplier."""
        self.receipts += 1
        self.shelves.setdefault(location, Counter())[sku] += quantity
        line = ReceiptLine(1, sku, quantity, quantity * 400 + self.receipts)
        report = ReceiptReported(f"r{self.receipts}", location, "EUR/2", "supplier", (line,))
        self.town.send(location, f"stock/r{self.receipts}", report)

    def take(self, key: str, command: Struct) -> None:
        """Do what a command says, once."""
        if key in self.done:
            return
        self.done[key] = command
        if isinstance(command, ShipOrder):
            self.asked[command.order] = command.lines
            self.town.after(self.town.between(HOUR, 12 * HOUR), partial(self._sends, command.order))
        elif isinstance(command, RecallShipment):
            self.town.after(60, partial(self._stops, command.order))

    def _stops(self, order: str) -> None:
        if self.asked.pop(order, ()):
            self.town.send(WAREHOUSE, f"order/{order}", DispatchRefused(order, "recalled"))

    def _sends(self, order: str) -> None:
        """Pack and send; now and then without a word, or say so without sending."""
        town, lines = self.town, self.asked.pop(order, ())
        if not lines:
            return
        one = lines[0]
        can_lie = len(lines) == 1 and order not in town.log.lied_orders
        lie = can_lie and town.lies and town.log.takes(_shelf(WAREHOUSE, one.sku))
        made_up = lie and town.happens(0.5)
        if not made_up:
            self._leaves(lines)
            town.after(town.between(4 * HOUR, 40 * HOUR), partial(self.on_parcel, order, lines))
        if not lie or made_up:
            self.parcels += 1
            left = DispatchReported(order, f"S{self.parcels}", lines)
            town.send(WAREHOUSE, f"order/{order}", left)
        if lie:
            kind, off = ("dispatch_made_up", one.quantity) if made_up else ("dispatch_unreported", -one.quantity)
            town.log.lied(kind, {(KIND, difference("stock", WAREHOUSE, one.sku)): off}, order)

    def _leaves(self, lines: Parcel) -> None:
        for line in lines:
            self.shelves[WAREHOUSE][line.sku] -= line.quantity

    def puts_back(self, lines: Parcel) -> None:
        """Returned goods stand on a shelf again, sellable or not."""
        for line in lines:
            self.shelves[WAREHOUSE][line.sku] += line.quantity

    def loses(self, skus: tuple[str, ...]) -> None:
        """Something is stolen, falls behind a shelf, or turns up."""
        town = self.town
        location = tuple(self.shelves)[int(town.chance.random() * len(self.shelves))]
        sku = skus[int(town.chance.random() * len(skus))]
        if sku not in self.shelves[location] or not town.log.takes(_shelf(location, sku)):
            return
        vanished = town.happens(0.6)
        off = -1 - int(town.chance.random() * 2) if vanished else 1
        self.shelves[location][sku] += off
        kind = "goods_vanished" if vanished else "goods_appeared"
        town.log.shown(kind, {(KIND, difference("stock", location, sku)): off})

    def recounts(self, found: Difference) -> None:
        """Staff count again where the controller found a difference, half of the time, and report what is really there.

        What was stolen once is at times stolen again.
        """
        subject = difference(found.rule, found.party, found.key)
        fault = next((f for f in self.town.log.faults if f.expects.get((KIND, subject)) == found.amount), None)
        if found.rule != "stock" or fault is None or fault.kind not in THEFTS or self.town.happens(0.5):
            return
        self.receipts += 1
        name = f"recount-{self.receipts}"
        lines = (AdjustmentLine(1, found.key, found.amount, "counted again"),)
        self.town.send(found.party, f"count/{name}", AdjustmentReported(name, found.party, "EUR/2", lines))
        if self.town.happens(0.5) and self.town.now < 20 * DAY:
            self.town.at_hour(26, 12, partial(self._loses_again, fault, found))

    def _loses_again(self, fault: Fault, found: Difference) -> None:
        exception = (KIND, difference(found.rule, found.party, found.key))
        self.shelves[found.party][found.key] -= 1
        total = fault.expects[exception] - 1
        fault.expects[exception] = total
        self.town.log.shown("goods_vanished", {exception: total})

    def states(self, night: int) -> None:
        """Count everything and send the count."""
        for location, shelf in self.shelves.items():
            lines = tuple(CountedUnits(sku, n) for sku, n in sorted(shelf.items()) if n)
            name = f"{location}/{night}"
            self.town.send(
                location, f"statement/stock/{name}", StockStatementReported(name, location, "on_hand", lines)
            )


def _shelf(location: str, sku: str) -> str:
    return f"shelf/{location}/{sku}"
