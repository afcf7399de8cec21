"""What sets of a warehouse and of suppliers say, in canonical reports. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from msgspec import Struct

from tallystick.connectors.x12.coverage import COST, EXCEPTION, FIELD, REFUSED
from tallystick.connectors.x12.elements import (
    MEND,
    Partner,
    Said,
    check_measure,
    day,
    line,
    loops,
    needed,
    product,
    said,
    units,
)
from tallystick.connectors.x12.envelopes import Segment, TransactionSet
from tallystick.kit.boxes.coverage import Left
from tallystick.messages.availability import InboundAnnounced, InboundLine
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, HeldLine, ReceiptLine, ReceiptReported
from tallystick.model.amount import AmountError, decimals_of, parse_decimal

DONE_WITH: Final = frozenset({"CC", "CL", "CP"})
"""Element 368: shipped complete, or in part with no back order. What `BP` and others leave behind is still open."""
TAKEN: Final = frozenset({"A", "E"})
LX: Final = "LX"


def _shipped(one: TransactionSet, partner: Partner) -> Said:
    """945: what left for an order. A line is known by the N9*LI that our 940 gave it."""
    head = needed(one, "W06")
    order, shipment, on = said(head, 2), said(head, 4), day(said(head, 3), "W0603")
    left: list[HeldLine] = []
    lacking: list[HeldLine] = []
    for item, rest in _shipped_items(one):
        check_measure(item, 5, partner)
        number, sku = _line(item, rest, partner), product(item, 6, partner)
        sent, short = units(item, 3), units(item, 4) if item(4) else 0
        left += [HeldLine(number, sku, sent)] if sent else []
        lacking += [HeldLine(number, sku, short)] if short and said(item, 1) in DONE_WITH else []
    if not left and not lacking:
        raise Left(FIELD, "945: W12 is missing: no line left and none is refused", MEND)
    reports: list[Struct] = [DispatchReported(order, shipment, tuple(left))] if left else []
    if lacking:
        reports.append(DispatchRefused(order, f"short in shipment {shipment}", tuple(lacking)))
    return f"945/{order}/{shipment}", f"order/{order}", on, tuple(reports)


def _shipped_items(one: TransactionSet) -> Iterator[tuple[Segment, tuple[Segment, ...]]]:
    """Yield each W12 with what follows it, up to the next LX, and the LX it stands under at the end."""
    for head, within in loops(one, LX):
        starts = [n for n, segment in enumerate(within) if segment.name == "W12"]
        for begin, end in pairwise([*starts, len(within)]):
            yield within[begin], (*within[begin + 1 : end], head)


def _line(item: Segment, rest: tuple[Segment, ...], partner: Partner) -> int:
    """Return the line of the order: N9*LI, or the LX before the item where the partner repeats ours there."""
    if partner.line == LX:
        return line(rest[-1](1) if rest and rest[-1].name == LX else "", "LX01")
    for segment in rest:
        if segment.name == "N9" and segment(1) == "LI":
            return line(said(segment, 2), "N902")
    raise Left(FIELD, f"{item.name} has no N9*LI: which line of the order it is does not stand there", MEND)


def _received(one: TransactionSet, partner: Partner) -> Said:
    """944: what came in. It knows no cost: that stands in the connection's settings."""
    head = needed(one, "W17")
    receipt, on = said(head, 3), day(said(head, 2), "W1702")
    if any(segment.name == "W13" for segment in one.segments):
        raise Left(EXCEPTION, "944: W13 speaks of damaged, short or excess goods", "receive what is right by hand")
    lines = []
    for number, (item, _) in enumerate(loops(one, "W07"), 1):
        check_measure(item, 2, partner)
        sku, count = product(item, 3, partner), units(item, 1)
        if count:
            lines.append(ReceiptLine(number, sku, count, count * _cost(sku, partner)))
    if not lines:
        raise Left(FIELD, "944: W07 is missing: nothing came in", MEND)
    inbound = head(5)
    data = ReceiptReported(receipt, partner.location, partner.currency, "supplier", tuple(lines), inbound=inbound)
    subject = f"inbound/{inbound}" if inbound else f"receipt/{partner.source}/{receipt}"
    return f"944/{receipt}", subject, on, (data,)


def _cost(sku: str, partner: Partner) -> int:
    remedy = f"give its cost by piece in the setting `costs`, as {sku}=12.50, and try the letter again"
    if sku not in partner.costs:
        raise Left(COST, f"944: nothing says what {sku} costs", remedy)
    try:
        found = parse_decimal(partner.costs[sku], decimals_of(partner.currency))
    except AmountError as wrong:
        raise Left(COST, f"setting `costs`: {sku}: {wrong}", remedy) from None
    if found < 0:
        raise Left(COST, f"setting `costs`: {sku} costs less than nothing", remedy)
    return found


def _adjusted(one: TransactionSet, partner: Partner) -> Said:
    """947: what the warehouse counted over or under, signed, with its reason (element 893)."""
    head = needed(one, "W15")
    name, on = said(head, 2), day(said(head, 1), "W1501")
    lines = []
    for number, (item, _) in enumerate(loops(one, "W19"), 1):
        check_measure(item, 3, partner)
        count = units(item, 2, signed=True)
        if count:
            lines.append(AdjustmentLine(number, product(item, 4, partner), count, said(item, 1)))
    if not lines:
        raise Left(FIELD, "947: W19 is missing: nothing was adjusted", MEND)
    data = AdjustmentReported(name, partner.location, partner.currency, tuple(lines))
    return f"947/{name}", f"count/{partner.source}/{name}", on, (data,)


def _announced(one: TransactionSet, partner: Partner) -> Said:
    """856: what is on its way. The day it comes is DTM*017 (estimated delivery)."""
    head = needed(one, "BSN")
    shipment, on = said(head, 2), day(said(head, 3), "BSN03")
    due = [s for s in one.segments if s.name == "DTM" and s(1) == "017"]
    if not due:
        raise Left(FIELD, "856: DTM*017 is missing: it does not say when the goods come", MEND)
    lines: list[InboundLine] = []
    for item, rest in loops(one, "LIN"):
        amount = next((s for s in rest if s.name == "SN1"), None)
        if amount is None:
            raise Left(FIELD, "856: SN1 is missing after a LIN", MEND)
        check_measure(amount, 3, partner)
        sku, count = product(item, 2, partner), units(amount, 2)
        lines += [InboundLine(len(lines) + 1, sku, count)] if count else []
    if not lines:
        raise Left(FIELD, "856: LIN is missing: nothing is on its way", MEND)
    data = InboundAnnounced(shipment, partner.location, day(said(due[0], 2), "DTM02"), tuple(lines))
    return f"856/{shipment}", f"inbound/{shipment}", on, (data,)


def _acknowledged(one: TransactionSet, _: Partner) -> Said:
    """997: what they say of a group of ours. Accepted is nothing to tell; refused is for a person."""
    whole, verdict = needed(one, "AK1"), needed(one, "AK9")
    named = f"{said(whole, 1)} {said(whole, 2)}"
    if said(verdict, 1) not in TAKEN:
        refused, current = [], ""
        for segment in one.segments:
            current = f"{segment(1)}/{segment(2)}" if segment.name == "AK2" else current
            if segment.name == "AK5" and segment(1) not in TAKEN:
                refused.append(f"{current} ({segment(1)} {segment(2)})".replace(" )", ")"))
        sets = ", ".join(refused[:10]) or "all of it"
        remedy = "see what is wrong with it and send it anew: `tally outbox`; then drop this letter"
        raise Left(REFUSED, f"group {named} was answered {verdict(1)}: {sets}", remedy)
    return f"997/{named}", "", date.min, ()


READERS: Final[Mapping[str, Callable[[TransactionSet, Partner], Said]]] = {
    "945": _shipped,
    "944": _received,
    "947": _adjusted,
    "856": _announced,
    "997": _acknowledged,
}
