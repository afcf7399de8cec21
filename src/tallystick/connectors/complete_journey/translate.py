"""What a delivery says, in canonical reports. Pure, and nothing is invented that the manifest does not declare."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from tallystick.connectors.complete_journey import cells, raw
from tallystick.connectors.complete_journey.columns import BASKET, HOUSEHOLD, PRODUCT, Row
from tallystick.connectors.complete_journey.faults import line_fault
from tallystick.connectors.complete_journey.lines import Line, read_line
from tallystick.connectors.complete_journey.raw import DeclaredOpening, Journal, till_subject
from tallystick.kit.cells import CellFault
from tallystick.messages.sales import SaleLine, SaleReported, ScanLine
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.model.party import PERSON_PREFIX
from tallystick.ports.connector import Delivery, Fault, Pseudonym, Report, Translation

TENDER: Final = "cash"


class Till(Struct, frozen=True):
    """Whose file it is, and how its households are referred to."""

    source: str
    pseudonym: Pseudonym


def location_of(shop: str) -> str:
    """Return the location of a shop's goods."""
    return f"shop-{shop}"


def translate(delivery: Delivery, till: Till) -> Translation:
    """Say what a delivery of this feed means, and what in it could not be understood."""
    body = raw.decode(delivery.body)
    if isinstance(body, Journal):
        return _journal(body, delivery, till)
    if isinstance(body, DeclaredOpening):
        return Translation((_opening_report(body, delivery),))
    line = read_line(body.row)
    if isinstance(line, Line):
        return Translation(_of_one_line(line, till))
    return Translation(faults=(line_fault(body.row, line, delivery),))


def _journal(journal: Journal, delivery: Delivery, till: Till) -> Translation:
    """Each basket is a sale; then the day's tills are counted, by declaration at what their lines come to."""
    baskets, faults = _baskets(journal, delivery)
    reports = [_sale(lines, till, whole=not faulty) for lines, faulty in baskets.values() if lines]
    if reports:
        counted = [x for lines, _ in baskets.values() for x in lines]
        reports.append(_cash_up(counted, till, f"cash-up/{journal.shop}/{journal.day}", supplement=False))
    return Translation(tuple(reports), tuple(faults))


def _of_one_line(line: Line, till: Till) -> tuple[Report, ...]:
    """A line that was mended: one more of its basket, and as much more in the till."""
    name = f"cash-up/{line.basket}/{line.product}"
    return (_sale([line], till, whole=False), _cash_up([line], till, name, supplement=True))


def _baskets(journal: Journal, delivery: Delivery) -> tuple[dict[str, tuple[list[Line], bool]], list[Fault]]:
    """Return the lines of each basket in the order of its first, and whether some of it could not be understood."""
    found: dict[str, tuple[list[Line], bool]] = {}
    faults: list[Fault] = []
    for n, row in enumerate(journal.rows, 1):
        line = read_line(row)
        basket = line.basket if isinstance(line, Line) else _basket_in(row)
        lines, faulty = found.get(basket, ([], False))
        wrong = _contradictions(line, lines) if isinstance(line, Line) else line
        if isinstance(line, Line) and not wrong:
            lines.append(line)
        else:
            faults.append(line_fault(row, wrong, delivery, n))
        found[basket] = (lines, faulty or bool(wrong))
    return found, faults


def _basket_in(row: Row) -> str:
    try:
        return cells.basket_of(row[2])
    except CellFault:
        return ""


def _contradictions(line: Line, others: Sequence[Line]) -> list[CellFault]:
    """Return in what a line contradicts the others of its basket."""
    found = []
    if any(x.product == line.product for x in others):
        reason = f"product {line.product} stands twice in basket {line.basket}"
        found.append(CellFault(PRODUCT, reason, "add both lines up, or give the right product"))
    if others and others[0].household != line.household:
        reason = f"basket {line.basket} has two households"
        found.append(CellFault(HOUSEHOLD, reason, "give the household of the basket's other lines"))
    if others and others[0].moment.time != line.moment.time:
        reason = f"basket {line.basket} was rung up at two moments"
        found.append(CellFault(BASKET, reason, "give the number of its own basket, or the time of the others"))
    return found


def _sale(lines: Sequence[Line], till: Till, *, whole: bool) -> Report:
    first = lines[0]
    data = SaleReported(
        first.basket,
        till.source,
        location_of(first.shop),
        cells.CURRENCY,
        TENDER,
        tuple(_sold(x) for x in lines if x.quantity and not x.is_free),
        tuple(_sold(x) for x in lines if x.quantity and x.is_free),
        customer=_customer(first, till),
        scans=tuple(_scanned(x) for x in lines if not x.quantity),
        till_day=first.moment.on,
        whole=whole,
    )
    return _report(first.basket, data, first, till)


def _sold(x: Line) -> SaleLine:
    return SaleLine(int(x.product), x.product, x.quantity, x.net, 0, x.loyalty, x.match, x.coupon)


def _scanned(x: Line) -> ScanLine:
    return ScanLine(int(x.product), x.product, x.net, x.loyalty, x.match, x.coupon)


def _customer(line: Line, till: Till) -> str | None:
    """A journal holds references; only a line that a person mended may hold a number."""
    household = line.household
    if household is None or household.startswith(PERSON_PREFIX):
        return household
    return till.pseudonym(till.source, household)


def _cash_up(lines: Sequence[Line], till: Till, name: str, *, supplement: bool) -> Report:
    first = lines[0]
    counted = TenderCount(TENDER, sum(x.net - x.coupon for x in lines))
    baskets = tuple(sorted({x.basket for x in lines}))
    day = first.moment.on
    data = CashUpReported(location_of(first.shop), day, cells.CURRENCY, (counted,), baskets, supplement)
    report = _report(name, data, first, till)
    return Report(id=report.id, subject=report.subject, data=data, time=cells.closing(day), on=day, zone=cells.ZONE)


def _report(name: str, data: Struct, line: Line, till: Till) -> Report:
    """A report is known by its content: the same basket in a later journal is the same report, a changed one is not."""
    on = line.moment.on
    return Report(
        id=f"{name}#{raw.name_of(raw.encode(data))}",
        subject=till_subject(till.source, line.shop, str(on)),
        data=data,
        time=line.moment.time,
        on=on,
        zone=cells.ZONE,
    )


def _opening_report(opening: DeclaredOpening, delivery: Delivery) -> Report:
    """Stock declared to have stood in a shop when the first day of the file began."""
    on = date.fromisoformat(opening.on)
    lines = tuple(
        ReceiptLine(n, sku, units, opening.values[sku]) for n, (sku, units) in enumerate(opening.units.items(), 1)
    )
    receipt = ReceiptReported(delivery.id, location_of(opening.shop), cells.CURRENCY, "opening", lines)
    return Report(
        id=delivery.id, subject=delivery.subject, data=receipt, time=cells.midnight(on), on=on, zone=cells.ZONE
    )
