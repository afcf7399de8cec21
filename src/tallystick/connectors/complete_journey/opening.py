"""The stock that must have stood in each shop before its tills sold it: the feed never says what came in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Final

from tallystick.connectors.complete_journey.lines import Line, read_line
from tallystick.connectors.complete_journey.raw import ID_HEX_DIGITS, DeclaredOpening, Journal, decode, encode
from tallystick.connectors.complete_journey.translate import location_of
from tallystick.ports.connector import Delivery, Opening

COST_SHARE_PERCENT: Final = 50
LINES_IN_DELIVERY_MAX: Final = 2000


class Need:
    """What journals sell: units by shop and product, and what each product was sold for and how often, in all shops."""

    def __init__(self) -> None:
        """Start with nothing sold."""
        self.units: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.earned: defaultdict[str, int] = defaultdict(int)
        self.sold: defaultdict[str, int] = defaultdict(int)
        self.first_day: date | None = None

    def follow(self, journal: Journal) -> None:
        """Count the goods that leave with the lines of a journal."""
        of_shop = self.units[journal.shop]
        for row in journal.rows:
            line = read_line(row)
            if isinstance(line, Line) and line.quantity:
                of_shop[line.product] += line.quantity
                self.earned[line.product] += line.net
                self.sold[line.product] += line.quantity
        day = date.fromisoformat(journal.day)
        self.first_day = min(self.first_day or day, day)

    def value(self, product: str, units: int) -> int:
        """Return the declared cost of *units*: a share of what the product was sold for, none if it never was."""
        return units * self.earned[product] * COST_SHARE_PERCENT // (100 * self.sold[product])


def opening_of(unseen: Iterable[Delivery], source: str, on_hand: Mapping[tuple[str, str], int]) -> Opening:
    """Say what must be declared, shop by shop, so that *unseen* journals, starting from *on_hand*, never lack any."""
    names, need = sha256(), Need()
    for delivery in unseen:
        names.update(delivery.id.encode() + b"\n")
        body = decode(delivery.body)
        if isinstance(body, Journal):
            need.follow(body)
    name = names.hexdigest()[:ID_HEX_DIGITS]
    deliveries = tuple(_deliveries(need, name, source, on_hand))
    return Opening(deliveries, sum(sum(_units(d)) for d in deliveries))


def _deliveries(need: Need, name: str, source: str, on_hand: Mapping[tuple[str, str], int]) -> Iterator[Delivery]:
    """Yield openings of one shop each. Each has a subject of its own: a book posts line 1 of a subject once."""
    for shop, sold in sorted(need.units.items(), key=lambda item: int(item[0])):
        at = location_of(shop)
        lacking = [(sku, n - on_hand.get((sku, at), 0)) for sku, n in sorted(sold.items())]
        for part, lines in enumerate(_parts([x for x in lacking if x[1] > 0]), 1):
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
