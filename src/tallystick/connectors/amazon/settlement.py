"""A settlement's flat file (V2): each order's part of a payout, and what the payout was smaller by beside. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.amazon.faults import (
    FBA,
    NEW_AMOUNT,
    NO_BANK,
    OTHER_CURRENCY,
    OTHER_PAYOUT,
    UNREADABLE,
    Unclear,
)
from tallystick.connectors.amazon.setup import Setup
from tallystick.connectors.amazon.wire import AFN
from tallystick.kit.currencies import commodity_of, minor_of
from tallystick.kit.quarantine import fault_of, within_limits
from tallystick.messages.marketplaces.reports import MarketplaceChargeReported, MarketplaceSettlementReported
from tallystick.ports.connector import Delivery, Fault, Report, Translation

HEADER: Final = b"settlement-id\t"
COLUMNS: Final = (
    *("settlement-id", "deposit-date", "total-amount", "currency", "transaction-type", "order-id"),
    *("amount-type", "amount-description", "amount", "fulfillment-id"),
)
RESERVES: Final = frozenset({"Previous Reserve Amount Balance", "Current Reserve Amount"})
_WITHHELD: Final = ("MarketplaceFacilitator", "LowValueGoods")
_SETTLED: Final = frozenset({"ItemPrice", "Promotion", "ItemWithheldTax"})
_KEPT: Final = frozenset({"ItemFees", "Shipment-Fees", "other-transaction"})
_FORMATS: Final = ("%Y-%m-%d %H:%M:%S UTC", "%d.%m.%Y %H:%M:%S UTC", "%Y-%m-%dT%H:%M:%S+00:00")
_REMEDY: Final = "book it by hand (`tally entry`), then drop this letter"


class Row(Struct, frozen=True):
    """One amount of a settlement, in minor units."""

    kind: str
    order: str
    type: str
    what: str
    amount: int
    is_fba: bool


class Payout(Struct, frozen=True):
    """A settlement: its first row says what was paid, and when."""

    number: str
    currency: str
    at: datetime
    total: int


class Part(Struct, frozen=True):
    """What rows of one order come to: settled gross, kept as commission, withheld as tax."""

    gross: int = 0
    commission: int = 0
    withheld: int = 0


def settled(delivery: Delivery, text: str, setup: Setup) -> Translation:
    """Return each order's part and each charge; a fault for an order that is not ours to book.

    Raises `Unclear` where the settlement as a whole cannot be believed.
    """
    payout, rows = _read(text)
    if not setup.bank:
        raise Unclear(NO_BANK, f"settlement {payout.number}")
    found = sum(row.amount for row in rows)
    if found != payout.total:
        raise Unclear(OTHER_PAYOUT, f"total-amount of {payout.number} is {payout.total}, and its rows come to {found}")
    reports, faults = list[Report](), list[Fault]()
    orders = dict.fromkeys(row.order for row in rows if row.order)
    for order in orders:
        mine = [row for row in rows if row.order == order]
        try:
            reports.append(_settlement(order, mine, payout, setup))
        except Unclear as unclear:
            whole = fault_of(delivery, str(unclear), _REMEDY)
            faults.append(replace(whole, id=f"{delivery.id}/{order}", where=order))
    reports += _charges([row for row in rows if not row.order], payout, setup)
    return Translation(tuple(reports), tuple(faults))


def _settlement(order: str, rows: Sequence[Row], payout: Payout, setup: Setup) -> Report:
    if any(row.is_fba for row in rows):
        raise Unclear(FBA, f"order {order} of settlement {payout.number}")
    part = Part()
    for row in rows:
        part = _added(part, row)
    name = setup.order(order)
    data = MarketplaceSettlementReported(
        name, setup.name, payout.number, setup.bank, part.gross, part.commission, part.withheld
    )
    return _report((f"settlement/{payout.number}/{name}", f"order/{name}"), data, payout, setup)


def _added(part: Part, row: Row) -> Part:
    if row.what.startswith(_WITHHELD):
        return replace(part, withheld=part.withheld - row.amount)
    if row.type in _SETTLED:
        return replace(part, gross=part.gross + row.amount)
    if row.type in _KEPT:
        return replace(part, commission=part.commission - row.amount)
    raise Unclear(NEW_AMOUNT, f"amount-type {row.type!r}, {row.what!r} of order {row.order}")


def _charges(rows: Iterable[Row], payout: Payout, setup: Setup) -> list[Report]:
    """Return what belongs to no order, one charge for each kind and word of it."""
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        sums[row.kind, row.what] = sums.get((row.kind, row.what), 0) - row.amount
    found = []
    for (kind, what), amount in sums.items():
        charge = "-".join((payout.number, *f"{kind} {what}".split()))
        place = (setup.name, setup.name, payout.number, setup.bank, commodity_of(payout.currency))
        data = MarketplaceChargeReported(charge, *place, f"{kind}: {what}", amount, what in RESERVES)
        subject = f"marketplace_charge/{setup.name}/{charge}"
        found.append(_report((f"settlement/{charge}", subject), data, payout, setup))
    return found


def _report(named: tuple[str, str], data: Struct, payout: Payout, setup: Setup) -> Report:
    number, subject = named
    on = payout.at.astimezone(setup.zone).date()
    return Report(id=number, subject=subject, data=within_limits(data), time=payout.at, on=on, zone=str(setup.zone))


def _read(text: str) -> tuple[Payout, list[Row]]:
    lines = [line.split("\t") for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if len(lines) < 2 or (missing := [c for c in COLUMNS if c not in lines[0]]):
        raise Unclear(UNREADABLE, f"a settlement without {', '.join(missing) if len(lines) > 1 else 'rows'}")
    head, *rest = [dict(zip(lines[0], [*line, *[""] * len(lines[0])], strict=False)) for line in lines[1:]]
    currency = head["currency"]
    payout = Payout(
        head["settlement-id"], currency, _moment(head["deposit-date"]), _minor(head["total-amount"], currency)
    )
    if not payout.number:
        raise Unclear(UNREADABLE, "a settlement without its settlement-id")
    return payout, [_row(cells, payout) for cells in rest]


def _row(cells: Mapping[str, str], payout: Payout) -> Row:
    if cells["settlement-id"] != payout.number:
        raise Unclear(OTHER_PAYOUT, f"a row of settlement {cells['settlement-id']!r} among those of {payout.number}")
    if (cells["currency"] or payout.currency) != payout.currency:
        raise Unclear(OTHER_CURRENCY, f"{cells['currency']} in settlement {payout.number} in {payout.currency}")
    amount = _minor(cells["amount"], payout.currency)
    names = (cells["transaction-type"], cells["order-id"], cells["amount-type"], cells["amount-description"])
    return Row(*names, amount, cells["fulfillment-id"] == AFN)


def _minor(text: str, currency: str) -> int:
    """Read an amount; Amazon's European files write a comma for the point."""
    return minor_of(text.replace(",", ".") if "." not in text else text, currency)


def _moment(text: str) -> datetime:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Unclear(UNREADABLE, f"deposit-date {text!r} is no moment of Amazon's")
