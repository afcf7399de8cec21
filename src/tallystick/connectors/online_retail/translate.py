"""What a delivery says, in canonical reports. Pure, and nothing is invented that the manifest does not declare."""

from datetime import date

from msgspec import Struct

from tallystick.connectors.online_retail import cells, raw
from tallystick.connectors.online_retail.faults import BadRow, header_fault, line_fault
from tallystick.connectors.online_retail.lines import Line, Sheet, Trade, read_line, trade_of
from tallystick.connectors.online_retail.raw import DeclaredOpening, RawHeader, RawRows
from tallystick.connectors.online_retail.reports import CURRENCY, LOCATION, Invoice, reports_of
from tallystick.messages.stock import DeclaredCost, ReceiptLine, ReceiptReported
from tallystick.ports.connector import Delivery, Fault, Pseudonym, Report, Translation


class Shop(Struct, frozen=True):
    """Whose file it is, and how its customers are referred to."""

    source: str
    pseudonym: Pseudonym


def translate(delivery: Delivery, shop: Shop) -> Translation:
    """Say what a delivery of this feed means, and what in it could not be understood."""
    body = raw.decode(delivery.body)
    if isinstance(body, RawRows):
        return _rows(body, delivery, shop)
    if isinstance(body, RawHeader):
        return Translation(faults=(header_fault(body, delivery),))
    return Translation((_opening_report(body, delivery),))


def _rows(body: RawRows, delivery: Delivery, shop: Shop) -> Translation:
    """Translate rows of one invoice. Which one is read from them, not from the id: mending may have changed it."""
    number, customer = raw.invoice_in(body.rows[0], body.layout), raw.customer_in(body.rows, body.layout)
    sheet = Sheet(body.layout, trade_of(number) if number else Trade.SALE, customer)
    lines: list[Line] = []
    faults: list[Fault] = []
    for n, row in enumerate(body.rows, body.first):
        found = read_line(n, row, sheet)
        if isinstance(found, Line) and number:
            lines.append(found)
        else:
            bad = BadRow(RawRows(body.columns, n, (row,)), len(body.rows) == 1, delivery)
            faults.append(line_fault(bad, [] if isinstance(found, Line) else found))
    if not (number and lines):
        return Translation(faults=tuple(faults))
    reference = shop.pseudonym(shop.source, customer) if customer else None
    return Translation(reports_of(lines, Invoice(shop.source, delivery.id, number, reference)), tuple(faults))


def _opening_report(opening: DeclaredOpening, delivery: Delivery) -> Report:
    """Stock declared to have stood there when the first day of the file began."""
    on = date.fromisoformat(opening.on)
    lines = tuple(
        ReceiptLine(n, sku, units, units * opening.costs[sku])
        for n, (sku, units) in enumerate(sorted(opening.units.items()), 1)
    )
    costs = tuple(DeclaredCost(sku, cost) for sku, cost in sorted(opening.costs.items()))
    receipt = ReceiptReported(delivery.id, LOCATION, CURRENCY, "opening", lines, costs)
    return Report(
        id=delivery.id, subject=delivery.subject, data=receipt, time=cells.midnight(on), on=on, zone=cells.ZONE
    )
