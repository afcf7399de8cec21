"""What the warehouse's own database says, past Tryton and past our code."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

_MOVES: Final = (
    "from stock_move m join product_product p on p.id = m.product "
    "join stock_location f on f.id = m.from_location join stock_location t on t.id = m.to_location "
)
_OF: Final = "join {table} s on m.shipment = '{model},' || s.id "
_OUT: Final = _OF.format(table="stock_shipment_out", model="stock.shipment.out")
_BACK: Final = _OF.format(table="stock_shipment_out_return", model="stock.shipment.out.return")
Units = dict[str, dict[str, int]]
"""Units by SKU, by order."""


def rows(file: Path, question: str) -> Sequence[Any]:
    """Ask a Tryton's database; nothing is written."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=60)) as database:
        return database.execute(question).fetchall()


def waiting(file: Path) -> list[str]:
    """Return the orders whose shipments wait for the crew."""
    found = rows(file, "select reference from stock_shipment_out where state = 'waiting' order by id")
    return [_order(reference) for (reference,) in found]


def shipped(file: Path) -> Units:
    """Return what left for customers."""
    return _by_order(file, f"{_MOVES}{_OUT}where m.state = 'done' and t.type = 'customer'")


def returned(file: Path) -> Units:
    """Return what came back from customers."""
    return _by_order(file, f"{_MOVES}{_BACK}where m.state = 'done' and f.type = 'customer'")


def promised(file: Path) -> dict[str, int]:
    """Return what is to leave and has not, by SKU."""
    open_ = "s.state not in ('done', 'shipped', 'cancelled', 'draft') and m.state not in ('done', 'cancelled')"
    asked = f"select p.code, sum(m.internal_quantity) {_MOVES}{_OUT}where t.type = 'customer' and {open_} group by 1"
    return {sku: int(units) for sku, units in rows(file, asked)}


def on_hand(file: Path) -> dict[str, int]:
    """Return what stands on the shelves, by SKU."""
    into, out_of = (f"sum(case when {x}.type = 'storage' then m.internal_quantity else 0 end)" for x in "tf")
    found = rows(file, f"select p.code, {into} - {out_of} {_MOVES}where m.state = 'done' group by 1")
    return {sku: int(units) for sku, units in found}


def _by_order(file: Path, moves: str) -> Units:
    found: Units = defaultdict(dict)
    for reference, sku, units in rows(
        file, f"select s.reference, p.code, sum(m.internal_quantity) {moves} group by 1, 2"
    ):
        of_order = found[_order(reference)]
        of_order[sku] = of_order.get(sku, 0) + int(units)
    return dict(found)


def _order(reference: str) -> str:
    return reference.rpartition(" ")[0]
