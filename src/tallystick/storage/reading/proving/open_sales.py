"""The proof of open sales: what a customer may still bring back is what was sold, less what came back."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import asyncpg

from tallystick.messages.sales import CreditedLine, ReversedLine, SaleCredited, SaleRecorded, SaleReversed
from tallystick.storage.reading.facts import FactsUnreadable, decode_facts
from tallystick.storage.reading.proving.batch_stream import Filed
from tallystick.storage.reading.proving.finding import Findings, Proof
from tallystick.storage.reading.proving.rules_followed import Facts

_CREDITS: Final = (
    "select facts from event where position(convert_to('\"sale_credited\"', 'UTF8') in facts) > 0 "
    "or position(convert_to('\"sale_reversed\"', 'UTF8') in facts) > 0"
)
_ROWS_AT_ONCE: Final = 1000
Key = tuple[int, int, str, str]
"""(event, line, customer, sku): the sale line that goods can come back to."""
Left = tuple[int, int, int]
"""(units left, cost left, net per unit)."""


class OpenSales:
    """Compares each row of `open_sale` with the facts."""

    def __init__(self, names: dict[int, str]) -> None:
        """Take the products' codes by their number."""
        self._skus = names
        self._back: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
        self._findings = Findings("open_sales")
        self._rows = 0

    async def load(self, connection: asyncpg.Connection) -> "OpenSales":
        """Read what came back: it may stand in any batch, so it is known before the sales are seen."""
        cursor = await connection.cursor(_CREDITS)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            for (facts,) in rows:
                self._credit(facts)
        return self

    def _credit(self, stored: bytes) -> None:
        try:
            facts = decode_facts(stored)
        except FactsUnreadable:  # named by another proof
            return
        for fact in facts:
            if isinstance(fact, SaleCredited):
                self._came_back(fact.customer or "", fact.matched)
            elif isinstance(fact, SaleReversed) and fact.customer is not None:
                self._came_back(fact.customer, fact.goods)

    def _came_back(self, customer: str, lines: Iterable[CreditedLine | ReversedLine]) -> None:
        for x in lines:
            back = self._back[x.of_event, x.of_line, customer, x.sku]
            back[0] += x.quantity
            back[1] += x.cost

    def see(self, filed: Filed, facts: Facts) -> None:
        """Check the sales one batch opened."""
        self._rows += len(filed.sales)
        expected: dict[Key, Left] = {}
        for event, told in facts.items():
            for fact in told:
                if isinstance(fact, SaleRecorded) and fact.customer is not None:
                    expected.update(self._sold(event, fact, fact.customer))
        kept: dict[Key, Left] = {
            (event, line, customer, self._skus.get(sku, f"#{sku}")): (units, cost, unit_net)
            for event, line, customer, sku, units, cost, unit_net in filed.sales
        }
        if kept != expected:
            self._differ(expected, kept)

    def proof(self) -> Proof:
        """Say what was looked at, and name credits of sales that nobody made."""
        for (event, line, customer, sku), (units, _) in self._back.items():
            self._findings.say(f"{customer} {sku} event {event} line {line}: {units} units came back, no such sale")
        return self._findings.proof(f"{self._rows} lines that can come back")

    def _sold(self, event: int, fact: SaleRecorded, customer: str) -> Iterable[tuple[Key, Left]]:
        for x in fact.goods:
            key = (event, x.line, customer, x.sku)
            units, cost = self._back.pop(key, (0, 0))
            yield key, (x.quantity - units, x.cost - cost, x.net // x.quantity)

    def _differ(self, expected: dict[Key, Left], kept: dict[Key, Left]) -> None:
        for key in sorted(expected.keys() | kept.keys()):
            must, has = expected.get(key), kept.get(key)
            if must != has:
                event, line, customer, sku = key
                self._findings.say(
                    f"{customer} {sku} event {event} line {line}: {_shown(has)}, by the facts {_shown(must)}"
                )


def _shown(left: Left | None) -> str:
    return "no row" if left is None else f"{left[0]} units left at {left[1]}, {left[2]} each"
