"""The reports that the understood lines of one invoice make: what was traded, and what was counted beside it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.online_retail import cells
from tallystick.connectors.online_retail.deliveries import subject_of
from tallystick.connectors.online_retail.lines import COUNT_LISTS, COUNTED, GIVEAWAYS, GOODS, Line, Trade, trade_of
from tallystick.messages.sales import (
    BadDebtLine,
    BadDebtReported,
    CreditReported,
    SaleLine,
    SaleReported,
    ServiceLine,
)
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported
from tallystick.model.amount import money
from tallystick.ports.connector import Report

LOCATION: Final = "MAIN"
CURRENCY: Final = money(cells.CURRENCY_CODE, cells.DECIMALS)
ON_ACCOUNT: Final = "account"
BY_CARD: Final = "card"
STOCKED_LISTS: Final = (GOODS, GIVEAWAYS)


class Invoice(Struct, frozen=True):
    """What the reports of one delivery share; `customer` is a reference, never the shop's own number."""

    source: str
    delivery: str
    number: str
    customer: str | None


def reports_of(lines: Sequence[Line], invoice: Invoice) -> tuple[Report, ...]:
    """Return the reports of an invoice; one without lines is not made."""
    traded = [line for line in lines if line.listed not in COUNT_LISTS]
    counted = [line for line in lines if line.listed in COUNT_LISTS]
    found = []
    if traded:
        subject = subject_of(invoice.source, invoice.number)
        found.append(_report(invoice.delivery, subject, _traded(traded, invoice), traded))
    if counted:
        subject = f"count/{invoice.source}/{invoice.number}"
        found.append(_report(f"{invoice.delivery}/count", subject, _counted(counted, invoice), counted))
    return tuple(found)


def _report(identity: str, subject: str, data: Struct, lines: Sequence[Line]) -> Report:
    """Date a report by its first line: the lines of an invoice may be minutes apart."""
    moment = lines[0].moment
    return Report(id=identity, subject=subject, data=data, time=moment.time, on=moment.on, zone=cells.ZONE)


def _traded(lines: Sequence[Line], invoice: Invoice) -> Struct:
    trade = trade_of(invoice.number)
    if trade is Trade.BAD_DEBT:
        given_up = tuple(BadDebtLine(x.number, x.sku, x.quantity, -x.net) for x in lines)
        return BadDebtReported(invoice.number, invoice.source, CURRENCY, given_up)
    report, sign = (CreditReported, -1) if trade is Trade.CREDIT else (SaleReported, 1)
    tender = ON_ACCOUNT if invoice.customer else BY_CARD
    return report(
        invoice.number,
        invoice.source,
        LOCATION,
        CURRENCY,
        tender,
        **_lists(lines, sign),
        customer=invoice.customer,
    )


def _lists(lines: Iterable[Line], sign: int) -> dict[str, Any]:
    lists: defaultdict[str, list[SaleLine | ServiceLine]] = defaultdict(list)
    for x in lines:
        quantity, net = sign * x.quantity, sign * x.net
        lists[x.listed].append(
            SaleLine(x.number, x.sku, quantity, net)
            if x.listed in STOCKED_LISTS
            else ServiceLine(x.number, x.sku, x.service, quantity, net)
        )
    return {name: tuple(found) for name, found in lists.items()}


def _counted(lines: Iterable[Line], invoice: Invoice) -> AdjustmentReported:
    stocked: list[AdjustmentLine] = []
    unstocked: list[AdjustmentLine] = []
    for x in lines:
        # No text of the house may hold a NUL: not every store could keep it.
        reason = x.description.replace("\0", "").strip()
        place = stocked if x.listed == COUNTED else unstocked
        place.append(AdjustmentLine(x.number, x.sku, x.quantity, reason))
    return AdjustmentReported(invoice.number, LOCATION, CURRENCY, tuple(stocked), tuple(unstocked))
