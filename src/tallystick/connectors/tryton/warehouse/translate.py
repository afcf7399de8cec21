"""A warehouse's papers in our words. Pure; what cannot be understood is a fault that names the paper and the remedy."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.tryton.values import day_of, minor_of
from tallystick.connectors.tryton.warehouse.notes import asked_in, left_behind, lines_in, order_in, told_to_lines
from tallystick.connectors.tryton.warehouse.papers import moment_of, name_of, order_of
from tallystick.kit.quarantine import fault_of
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.returns import Disposition, ReturnedLine, ReturnReceived
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, HeldLine, ReceiptLine, ReceiptReported
from tallystick.model.amount import AmountError, money
from tallystick.ports.connector import Delivery, Report, Translation

Paper = Mapping[str, Any]
ZONES: Final[Mapping[str, Disposition]] = {"QUA": "quarantine", "DAM": "damaged"}


class Unclear(Exception):
    """A paper that does not say what it must: the reason, and the remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


def translation_of(delivery: Delivery) -> Translation:
    """Read one paper."""
    try:
        told = msgspec.json.decode(delivery.body)
        paper = told["paper"]
        said = READERS[told["kind"]](paper, told["source"])
        name, at = name_of(told["kind"], paper), moment_of(paper)
        on = _day(paper, at)
    except Unclear as unclear:
        return Translation(faults=(fault_of(delivery, str(unclear), unclear.remedy),))
    except (KeyError, TypeError, ValueError, AmountError, msgspec.DecodeError) as bad:
        reason = f"a paper of Tryton's warehouse cannot be read: {type(bad).__name__} {bad}"
        remedy = "see that the Tryton user may read this field, then pull again"
        return Translation(faults=(fault_of(delivery, reason, remedy),))
    reports = tuple(
        Report(
            id=name if n == 0 else f"{name}#{n}",
            subject=delivery.subject,
            data=data,
            time=at,
            on=on,
            zone="UTC",
        )
        for n, data in enumerate(said)
    )
    return Translation(reports)


def _dispatch(paper: Paper, _: str) -> list[Struct]:
    order, asked = order_of(paper["reference"]), asked_in(paper["notes"])
    if not lines_in(paper["notes"]) or order != order_in(paper["notes"]):
        raise Unclear(
            f"shipment {paper['number']} was not asked for by us (reference {paper['reference']!r})",
            "if goods left for an order, report the dispatch by hand; otherwise drop it here",
        )
    if paper["state"] == "cancelled":
        what = f"shipment {paper['number']} was cancelled" if paper["number"] else "they were taken out as asked"
        return [DispatchRefused(order, f"{what} in the warehouse", tuple(asked))] if asked else []
    left = _units(m for m in paper["moves"] if m["to_location."]["type"] == "customer")
    got, extra = told_to_lines(left, asked)
    short = left_behind(asked, got)
    # What left beyond what was asked for has left all the same: on a line of its own, for the book to say so.
    lines = lines_in(paper["notes"])
    got += [HeldLine(max(x.line for x in lines) + n, sku, units) for n, (sku, units) in enumerate(extra.items(), 1)]
    said: list[Struct] = [DispatchReported(order, paper["number"], tuple(got))] if got else []
    if short:
        units = sum(x.quantity for x in short)
        said.append(DispatchRefused(order, f"shipment {paper['number']} left {units} units behind", short))
    return said


def _receipt(paper: Paper, source: str) -> list[Struct]:
    moves = [m for m in paper["moves"] if m["from_location."]["type"] == "supplier" and m["state"] == "done"]
    currencies = {money(m["currency."]["code"], m["currency."]["digits"]) for m in moves if m["currency."]}
    if len(currencies) != 1 or any(m["unit_price"] is None for m in moves):
        raise Unclear(
            f"receipt {paper['number']} has moves without a price, or in several currencies",
            "a done move keeps its price: report this receipt by hand with its cost, and drop it here",
        )
    (currency,) = currencies
    lines = tuple(ReceiptLine(n, _sku(m), _whole(m), _value(m)) for n, m in enumerate(moves, 1))
    return [ReceiptReported(f"{source}/{paper['number']}", _location(paper), currency, "supplier", lines)]


def _return(paper: Paper, source: str) -> list[Struct]:
    order, rma = order_of(paper["reference"]), (paper["reference"] or "").rpartition(" ")[2]
    sold = lines_in(paper["sold"])
    if not order or not sold:
        raise Unclear(
            f"return {paper['number']} names no order that was shipped here (reference {paper['reference']!r})",
            "write `ORDER RMA` into its reference in Tryton, pull again, and drop this one",
        )
    lines: list[ReturnedLine] = []
    for disposition, units in _put_away(paper).items():
        got, extra = told_to_lines(units, sold)
        if extra:
            raise Unclear(
                f"return {paper['number']} brings {', '.join(extra)} that {order} was never sent",
                "report what came back as a count with its reason, and drop it here",
            )
        lines += [ReturnedLine(x.line, x.sku, x.quantity, disposition) for x in got]
    return [ReturnReceived(order, rma, _location(paper), tuple(lines), f"{source}/{paper['number']}")]


def _put_away(paper: Paper) -> dict[Disposition, dict[str, int]]:
    """Return what came back by what becomes of it: where it was put says so."""
    found: dict[Disposition, list[Paper]] = {}
    for m in paper["moves"]:
        if m["from_location."]["type"] == "customer":
            continue
        code = m["to_location."]["code"]
        if m["to_location"] != paper["warehouse_storage"] and code not in ZONES:
            raise Unclear(
                f"return {paper['number']} was put into {code or 'a zone without a code'}",
                "put it into the storage zone, or into one coded QUA or DAM",
            )
        found.setdefault(ZONES.get(code, "sellable"), []).append(m)
    return {disposition: _units(moves) for disposition, moves in found.items()}


def _count(paper: Paper, source: str) -> list[Struct]:
    zone = paper["location."] or {}
    warehouse = zone.get("parent.") or {}
    if warehouse.get("type") != "warehouse" or not warehouse["code"] or zone["code"] in ZONES:
        raise Unclear(
            f"count {paper['number']} is of {zone.get('code') or 'a place without a code'}",
            "only a sellable zone of a warehouse with a code is counted here: report this count by hand, and drop it here",
        )
    units: dict[str, int] = {}
    for m in paper["moves"]:
        sign = 1 if m["from_location."]["type"] == "lost_found" else -1
        units[_sku(m)] = units.get(_sku(m), 0) + sign * _whole(m)
    lines = tuple(AdjustmentLine(n, sku, x, "count") for n, (sku, x) in enumerate(units.items(), 1) if x)
    if not lines:
        return []
    return [AdjustmentReported(f"{source}/{paper['number']}", warehouse["code"], paper["currency"], lines)]


READERS: Final = {"dispatch": _dispatch, "receipt": _receipt, "return": _return, "count": _count}


def _units(moves: Iterable[Paper]) -> dict[str, int]:
    found: dict[str, int] = {}
    for m in moves:
        if m["state"] == "done":
            found[_sku(m)] = found.get(_sku(m), 0) + _whole(m)
    return found


def _sku(move: Paper) -> str:
    code: str = move["product."]["code"] or ""
    if not code:
        raise Unclear(
            f"a product without a code was moved (move {move['id']})", "give the product a code, then pull again"
        )
    return code


def _whole(move: Paper, field: str = "internal_quantity") -> int:
    quantity = move[field]
    if quantity != int(quantity):
        raise Unclear(
            f"{quantity} of {_sku(move)} were moved", "units here are whole: count the product in a smaller unit"
        )
    return int(quantity)


def _value(move: Paper) -> int:
    """The worth of a move, whole minor units: its price times its units, half a unit upwards."""
    decimals = move["currency."]["digits"]
    scale = len(move["unit_price"]["decimal"].partition(".")[2])
    price = minor_of(move["unit_price"], max(scale, decimals))
    divisor: int = 10 ** (max(scale, decimals) - decimals)
    return (2 * price * _whole(move, "quantity") + divisor) // (2 * divisor)


def _location(paper: Paper) -> str:
    code: str = (paper["warehouse."] or {}).get("code") or ""
    if not code:
        raise Unclear(
            f"{paper['number']} is of a warehouse without a code", "give the warehouse a code, then pull again"
        )
    return code


def _day(paper: Paper, at: datetime) -> date:
    day = paper.get("effective_date") or paper.get("date")
    return day_of(day) if day else at.astimezone(UTC).date()
