"""The stock that must have stood there before the first line of a feed which never says what came in."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from statistics import median_low
from typing import Final

from tallystick.connectors.online_retail.deliveries import ID_HEX_DIGITS
from tallystick.connectors.online_retail.raw import DeclaredOpening, encode
from tallystick.connectors.online_retail.reports import LOCATION
from tallystick.messages.sales import CreditReported, SaleReported
from tallystick.messages.stock import AdjustmentReported
from tallystick.ports.connector import Delivery, Opening, Report, Stocked, Translation

COST_SHARE_PERCENT: Final = 50
FALLBACK_UNIT_COST: Final = 1_000
"""Minor units (thousandths of a pound), for what was never sold at a price."""

Parse = Callable[[Delivery], Translation]


class Need:
    """What has to be declared, growing report by report: running stock, its deepest point, and prices, by SKU."""

    def __init__(self, on_hand: Mapping[str, int]) -> None:
        """Start from what is on hand."""
        self.stock: dict[str, int] = {}
        self.lowest: dict[str, int] = {}
        self.prices: defaultdict[str, list[int]] = defaultdict(list)
        self.first_day: date | None = None
        self._on_hand = on_hand

    def follow(self, report: Report) -> None:
        """Let a report move the stock, and remember at what prices it sold."""
        for sku, change in movements(report):
            now = self.stock.get(sku)
            now = (self._on_hand.get(sku, 0) if now is None else now) + change
            self.stock[sku] = now
            if now < self.lowest.get(sku, 0):
                self.lowest[sku] = now
            self.first_day = min(self.first_day or report.on, report.on)
        if isinstance(report.data, SaleReported):
            for line in report.data.goods:
                self.prices[line.sku].append(line.net // line.quantity)

    def units(self) -> dict[str, int]:
        """Return how far each SKU would fall below zero at its deepest, in units."""
        return {sku: -lowest for sku, lowest in self.lowest.items()}

    def costs(self) -> dict[str, int]:
        """Return the declared unit cost of every SKU that moved, in minor units."""
        return {sku: _cost(self.prices.get(sku)) for sku in self.stock}


def movements(report: Report) -> Iterator[tuple[str, int]]:
    """Yield (SKU, units) by which a report moves goods, in the order in which the book takes its lines."""
    data = report.data
    if isinstance(data, SaleReported):
        for sold in (*data.goods, *data.giveaways):
            yield sold.sku, -sold.quantity
    elif isinstance(data, CreditReported):
        for back in data.goods:
            yield back.sku, back.quantity
    elif isinstance(data, AdjustmentReported):
        for counted in data.lines:
            yield counted.sku, counted.quantity


def opening_of(unseen: Iterable[Delivery], parse: Parse, source: str, stocked: Stocked) -> Opening:
    """Say what stock must be declared so that *unseen*, starting from what is on hand, never lack any."""
    names, need = sha256(), Need(_at_hand(stocked))

    def reports() -> Iterator[Report]:
        for delivery in unseen:
            names.update(delivery.id.encode() + b"\n")
            yield from parse(delivery).reports

    for _, day in groupby(reports(), key=lambda report: report.on):
        # Within a day by the clock, so that a file whose day is shuffled needs the same opening.
        for report in sorted(day, key=_by_the_clock):
            need.follow(report)
    if need.first_day is None:
        return Opening((), 0)
    opening = DeclaredOpening(need.first_day.isoformat(), need.units(), need.costs())
    return Opening((_delivery(opening, names.hexdigest()[:ID_HEX_DIGITS], source),), sum(opening.units.values()))


def _at_hand(stocked: Stocked) -> Mapping[str, int]:
    """Return units by product; what has left with an invoice that comes again need not be there a second time."""
    found: defaultdict[str, int] = defaultdict(int)
    for held in (stocked.on_hand, *stocked.left.values()):
        for (sku, at), units in held.items():
            found[sku] += units if at == LOCATION else 0
    return found


def _by_the_clock(report: Report) -> tuple[datetime, str]:
    return report.time, report.subject.rpartition("/")[2]


def _delivery(opening: DeclaredOpening, name: str, source: str) -> Delivery:
    """Wrap an opening. Each has a subject of its own: a book posts line 1 of a subject once, and this one is new."""
    body = encode(opening)
    subject = f"stock/{source}/opening/{name}"
    return Delivery(source=source, id=f"opening#{name}", subject=subject, body=body, digest=sha256(body).digest())


def _cost(prices: list[int] | None) -> int:
    if not prices:
        return FALLBACK_UNIT_COST
    return max(1, median_low(prices) * COST_SHARE_PERCENT // 100)
