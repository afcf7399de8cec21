"""One row of an invoice: what kind of line it is by the signs of price and quantity, or all that is wrong with it."""

from collections.abc import Callable
from enum import Enum
from typing import Final, TypeVar

from msgspec import Struct

from tallystick.connectors.online_retail import cells
from tallystick.connectors.online_retail.cells import Moment
from tallystick.connectors.online_retail.columns import CUSTOMER, PRICE, QUANTITY, Layout
from tallystick.connectors.online_retail.kinds import SERVICES, kind_of
from tallystick.connectors.online_retail.raw import Row
from tallystick.kit.cells import CellFault

Value = TypeVar("Value")

AMOUNT_MINOR_MAX: Final = 10**15
WHOLE_ROW: Final = "all of it"
GOODS: Final = "goods"
GIVEAWAYS: Final = "giveaways"
WRITTEN_OFF: Final = "written_off"
COUNTED: Final = "lines"
UNSTOCKED: Final = "unstocked"
COUNT_LISTS: Final = (COUNTED, UNSTOCKED)


class Trade(Enum):
    """What an invoice is, by the letter before its number."""

    SALE = ""
    CREDIT = "C"
    BAD_DEBT = "A"


class Line(Struct, frozen=True, gc=False):
    """A line understood. Quantity and net (minor units) are signed as in the file; `listed` is the report's list."""

    number: int
    listed: str
    sku: str
    service: str
    quantity: int
    net: int
    moment: Moment
    description: str


class Sheet(Struct, frozen=True):
    """What all rows of an invoice share: where its columns stand, what it is, and the customer it names."""

    layout: Layout
    trade: Trade
    person: str | None


def trade_of(invoice: str) -> Trade:
    """Return what an invoice is; with any letter but C and A it is an ordinary one."""
    return {"C": Trade.CREDIT, "A": Trade.BAD_DEBT}.get(invoice[0], Trade.SALE)


def read_line(number: int, row: Row, sheet: Sheet) -> Line | list[CellFault]:
    """Understand a row as line *number* of its invoice, or return everything that is wrong with it."""
    at = sheet.layout
    if len(row) != at.width:
        return [_wrong_width(len(row), at.width)]
    try:
        sku, quantity = cells.sku_of(row[at.code]), cells.quantity_of(row[at.quantity])
        price, moment = cells.price_of(row[at.price]), cells.moment_of(row[at.date])
        customer = cells.customer_of(row[at.customer])
        if at.currency is not None:
            cells.check_currency(row[at.currency])
    except CellFault:
        return _all_faults(row, sheet)
    if faults := _contradictions(quantity, price, sheet.trade) or _other_customer(customer, sheet):
        return faults
    if sheet.trade is Trade.BAD_DEBT:
        listed, service = WRITTEN_OFF, ""
    else:
        listed, service = _place(sku, price, gift=quantity > 0 and customer is not None)
    return Line(number, listed, sku, service, quantity, quantity * price, moment, row[at.description] or "")


def _place(sku: str, price: int, *, gift: bool) -> tuple[str, str]:
    """Return the list a line goes to and, for what no shelf holds, the service it is posted as.

    At no price, units that leave to somebody are a gift; units that come or go without anybody are a count.
    """
    kind = kind_of(sku)
    if price == 0 and not gift:
        return (UNSTOCKED if kind else COUNTED), ""
    if kind:
        return (kind.listed if price else SERVICES), kind.service
    return (GOODS if price else GIVEAWAYS), ""


def _contradictions(quantity: int, price: int, trade: Trade) -> list[CellFault]:
    """Return what is wrong between price, quantity and the kind of invoice."""
    found = []
    if quantity == 0:
        found.append(CellFault(QUANTITY, "a line of no units says nothing", "give the units, or remove the line"))
    if abs(quantity * price) > AMOUNT_MINOR_MAX:
        remedy = "check both; a line comes to a thousand thousand million pounds at most"
        found.append(CellFault(f"{QUANTITY} and {PRICE}", "the line comes to more than any sale", remedy))
    if trade is Trade.BAD_DEBT:
        reason = "a bad debt is given up, or revived, by its price and not by a negative quantity"
        return found + ([CellFault(QUANTITY, reason, "give the quantity above zero")] if quantity < 0 else [])
    if price < 0:
        reason = "a negative price is only understood on A… invoices"
        found.append(CellFault(PRICE, reason, "give the price above zero, or put the line on an A… invoice"))
    if trade is Trade.CREDIT:
        return found + _credit_contradictions(quantity, price)
    if price > 0 > quantity:
        reason = "a negative quantity at a price is only understood on C… invoices"
        found.append(CellFault(QUANTITY, reason, "put the line on a C… invoice, or give the quantity above zero"))
    return found


def _credit_contradictions(quantity: int, price: int) -> list[CellFault]:
    found = []
    if quantity > 0:
        reason = "a C… invoice takes back, so its quantities are below zero"
        found.append(CellFault(QUANTITY, reason, "give the quantity below zero, or take the C off the invoice number"))
    if price == 0:
        remedy = "give the price that was credited, or move the line to an ordinary invoice as a count"
        found.append(CellFault(PRICE, "a C… invoice gives money back, so its prices are above zero", remedy))
    return found


def _other_customer(customer: str | None, sheet: Sheet) -> list[CellFault]:
    if customer is None or customer == sheet.person:
        return []
    reason = "the line names another customer than its invoice"
    return [CellFault(CUSTOMER, reason, "give the customer of the invoice, or put the line on an invoice of its own")]


def _wrong_width(found: int, wanted: int) -> CellFault:
    reason = f"{found} cells where the header names {wanted}"
    if found < wanted:
        return CellFault(WHOLE_ROW, f"the row is cut short: {reason}", "give the missing cells, and check the last one")
    return CellFault(WHOLE_ROW, f"the row is too long: {reason}", "put quotes around a cell that holds a comma")


def _all_faults(row: Row, sheet: Sheet) -> list[CellFault]:
    """Read on after the first fault, so that a person mends a line once."""
    at = sheet.layout
    found: list[CellFault] = []
    _try(cells.sku_of, row[at.code], found)
    quantity = _try(cells.quantity_of, row[at.quantity], found)
    _try(cells.moment_of, row[at.date], found)
    price = _try(cells.price_of, row[at.price], found)
    customer = _try(cells.customer_of, row[at.customer], found)
    if at.currency is not None:
        _try(cells.check_currency, row[at.currency], found)
    # A cell nobody could read contradicts nothing.
    if quantity is not None and price is not None:
        found += _contradictions(quantity, price, sheet.trade)
    return found + _other_customer(customer, sheet)


def _try(reader: Callable[[str | None], Value], cell: str | None, found: list[CellFault]) -> Value | None:
    try:
        return reader(cell)
    except CellFault as fault:
        found.append(fault)
        return None
