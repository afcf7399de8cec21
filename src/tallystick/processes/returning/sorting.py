"""What an inspection or a repair does on the shelf: units move, are thrown away, or leave for the customer again."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct

from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.returning.facts import GoneReturnLine, MovedReturnLine, ReturnSorted
from tallystick.messages.returning.policies import Verdict

QUARANTINE, DAMAGED, SELLABLE = "quarantine", "damaged", "sellable"
TO: Final[dict[Verdict, str]] = {"resell": SELLABLE, "refurbish": DAMAGED, "supplier": DAMAGED}
"""Where units stand after a verdict that keeps them."""
SENT_AGAIN: Final = "reject"


class Judged(Struct, frozen=True):
    """Units of a line and what becomes of them."""

    line: int
    sku: str
    quantity: int
    verdict: Verdict


class Sorting:
    """Works on the shelf of one location. Units that are not where they should be are taken from the sellable ones."""

    def __init__(self, view: View, location: str, state: str) -> None:
        """Take units from *state* at *location*."""
        self.shelf, self.location, self.state = Shelf(view), location, state
        self.moved: list[MovedReturnLine] = []
        self.scrapped: list[GoneReturnLine] = []
        self.sent_again: list[GoneReturnLine] = []
        self.missing = 0

    def sort(self, units: Judged) -> None:
        """Put *units* where their verdict says."""
        layer = self.shelf.layer(units.sku, self.location)
        there = min(units.quantity, getattr(layer, self.state))
        for state, quantity in ((self.state, there), (SELLABLE, units.quantity - there)):
            if quantity:
                self._from(state, units, quantity)
        self.missing += units.quantity - there

    def _from(self, state: str, units: Judged, quantity: int) -> None:
        to = TO.get(units.verdict)
        if to is None:
            cost = self.shelf.take(units.sku, self.location, quantity, state)
            gone = GoneReturnLine(units.line, units.sku, quantity, state, cost)
            (self.sent_again if units.verdict == SENT_AGAIN else self.scrapped).append(gone)
        elif state != to:
            self.shelf.move(units.sku, self.location, quantity, (state, to))
            self.moved.append(MovedReturnLine(units.line, units.sku, quantity, state, to))

    def facts(self, of: Any, channel: str) -> tuple[Struct, ...]:
        """Return the facts in the order they must be posted; nothing where nothing moved. *of* is the return's data."""
        place = (of.order, of.rma, channel, self.location, of.currency)
        if not (self.moved or self.scrapped or self.sent_again):
            return ()
        fact = ReturnSorted(*place, tuple(self.moved), tuple(self.scrapped), tuple(self.sent_again))
        return self.shelf.facts(self.location, (fact,))


def together(lines: Iterable[Any]) -> list[Judged]:
    """Return one entry for each line, product and verdict, what is kept before what goes away again."""
    units: dict[tuple[int, str, Verdict], int] = {}
    for x in lines:
        key = (x.line, x.sku, x.verdict)
        units[key] = units.get(key, 0) + x.quantity
    found = [Judged(line, sku, n, verdict) for (line, sku, verdict), n in units.items()]
    return sorted(found, key=lambda x: x.verdict == SENT_AGAIN)
