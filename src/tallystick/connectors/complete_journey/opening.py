"""The stock that must have stood in each shop before its tills sold it: the feed never says what came in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Final

from tallystick.connectors.complete_journey.lines import Line, read_line
from tallystick.connectors.complete_journey.raw import ID_HEX_DIGITS, DeclaredOpening, Journal, decode, encode
from tallystick.connectors.complete_journey.translate import location_of
from tallystick.ports.connector import Delivery, Opening, Stocked

COST_SHARE_PERCENT: Final = 50
LINES_IN_DELIVERY_MAX: Final = 2000


class Need:
    """What journals sell: units by shop and product, and what each product was sold for and how often, in all shops."""

    def __init__(self) -> None:
        """Start with nothing sold."""
        self.units: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.peaks: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.earned: defaultdict[str, int] = defaultdict(int)
        self.sold: defaultdict[str, int] = defaultdict(int)
        self.first_day: date | None = None

    def follow(self, journal: Journal, left: Mapping[tuple[str, str], int]) -> None:
        """Count the goods that leave with the lines of a journal, beyond those that have *left* with an earlier one."""
        for (sku, _), units in left.items():
            self._bring_back(journal.shop, sku, units)
        of_shop = self.units[journal.shop]
        for row in journal.rows:
            line = read_line(row)
            if isinstance(line, Line) and line.quantity:
                of_shop[line.product] += line.quantity
                self.earned[line.product] += line.net
                self.sold[line.product] += line.quantity
        day = date.fromisoformat(journal.day)
        self.first_day = min(self.first_day or day, day)

    def lacking(self, shop: str, on_hand: Mapping[tuple[str, str], int]) -> list[tuple[str, int]]:
        """Return products and units that a shop lacks at the deepest."""
        at, peaks = location_of(shop), self.peaks.get(shop, {})
        deepest = ((sku, max(n, peaks.get(sku, n))) for sku, n in sorted(self.units[shop].items()))
        found = ((sku, n - on_hand.get((sku, at), 0)) for sku, n in deepest)
        return [(sku, n) for sku, n in found if n > 0]

    def _bring_back(self, shop: str, sku: str, units: int) -> None:
        """What a later journal no longer sells may be sold again from then on, not before: remember the peak."""
        sold, peaks = self.units[shop], self.peaks[shop]
        peaks[sku] = max(peaks.get(sku, 0), sold[sku])
        sold[sku] -= units

    def value(self, product: str, units: int) -> int:
        """Return the declared cost of *units*: a share of what the product was sold for, none if it never was."""
        sold = self.sold[product]
        return units * self.earned[product] * COST_SHARE_PERCENT // (100 * sold) if sold else 0


def opening_of(unseen: Iterable[Delivery], source: str, stocked: Stocked) -> Opening:
    """Say what must be declared, shop by shop, so that *unseen* journals, in their order, never lack any."""
    names, need = sha256(), Need()
    for delivery in unseen:
        names.update(delivery.id.encode() + b"\n")
        body = decode(delivery.body)
        if isinstance(body, Journal):
            need.follow(body, stocked.left.get(delivery.subject, {}))
    name = names.hexdigest()[:ID_HEX_DIGITS]
    deliveries = tuple(_deliveries(need, name, source, stocked))
    return Opening(deliveries, sum(sum(_units(d)) for d in deliveries))


def _deliveries(need: Need, name: str, source: str, stocked: Stocked) -> Iterator[Delivery]:
    """Yield openings of one shop each. Each has a subject of its own: a book posts line 1 of a subject once."""
    for shop in sorted(need.units, key=int):
        for part, lines in enumerate(_parts(need.lacking(shop, stocked.on_hand)), 1):
            units = dict(lines)
            values = {sku: need.value(sku, n) for sku, n in lines}
            body = encode(DeclaredOpening(shop, str(need.first_day), units, values))
            yield Delivery(
                source=source,
                id=f"opening#{name}/{shop}.{part}",
                subject=f"stock/{source}/opening/{name}/{shop}.{part}",
                body=body,
                digest=sha256(body).digest(),
            )


def _parts(lines: Sequence[tuple[str, int]]) -> Iterator[Sequence[tuple[str, int]]]:
    for first in range(0, len(lines), LINES_IN_DELIVERY_MAX):
        yield lines[first : first + LINES_IN_DELIVERY_MAX]


def _units(delivery: Delivery) -> Iterable[int]:
    body = decode(delivery.body)
    return body.units.values() if isinstance(body, DeclaredOpening) else ()
