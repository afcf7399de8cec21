"""What suppliers say of a purchase that stands in the book: 855, 856 and 810, in canonical reports. Pure."""

from collections.abc import Callable, Mapping
from typing import Final

from tallystick.connectors.x12.coverage import CHARGE, FIELD, TOTAL
from tallystick.connectors.x12.elements import (
    MEND,
    Partner,
    Said,
    check_measure,
    day,
    line,
    loops,
    needed,
    said,
    units,
)
from tallystick.connectors.x12.envelopes import Segment, TransactionSet
from tallystick.kit.boxes.coverage import Left
from tallystick.messages.buying.reports import (
    AcknowledgedLine,
    AdvisedLine,
    InvoicedLine,
    PurchaseAcknowledged,
    ShipmentAdvised,
    SupplierInvoiceReported,
)
from tallystick.model.amount import AmountError, decimals_of, parse_decimal

REJECTED: Final = frozenset({"IR", "R1", "R2", "R3", "R4"})
"""Element 668: the supplier will not send the item."""
PRICE_DECIMALS: Final = 9
IMPLIED_DECIMALS: Final = 2
"""Data type N2 (TDS01, SAC05): two decimals are implied, whatever the currency."""


def is_unordered(one: TransactionSet) -> bool:
    """Say whether a ship notice names no purchase: it announces goods all the same."""
    return one.code == "856" and not any(s.name == "PRF" for s in one.segments)


def acknowledged(one: TransactionSet, partner: Partner) -> Said:
    """855: what the supplier will send of each line, and when: ACK05, or the DTM*067 or *017 of the whole."""
    head = needed(one, "BAK")
    purchase, on = said(head, 3), day(said(head, 4), "BAK04")
    whole = next((day(said(s, 2), "DTM02") for s in one.segments if s.name == "DTM" and s(1) in {"067", "017"}), None)
    lines = []
    for item, rest in loops(one, "PO1"):
        check_measure(item, 3, partner)
        answers = [s for s in rest if s.name == "ACK"]
        if any(s(2) for s in answers):
            count = sum(0 if s(1) in REJECTED else units(s, 2) for s in answers if s(2))
        else:
            count = 0 if answers and all(s(1) in REJECTED for s in answers) else units(item, 2)
        days = [day(s(5), "ACK05") for s in answers if s(5)]
        due = max(days, default=whole)
        if due is None and count:
            raise Left(FIELD, "855: ACK05 is missing, and DTM*067 too: it does not say when the goods come", MEND)
        lines.append(AcknowledgedLine(line(item(1), "PO101"), count, due or on))
    if not lines:
        raise Left(FIELD, "855: PO1 is missing: no line is answered", MEND)
    return f"855/{purchase}", f"purchase/{purchase}", on, (PurchaseAcknowledged(purchase, tuple(lines)),)


def advised(one: TransactionSet, partner: Partner) -> Said:
    """856 of one purchase (PRF01): what of which of its lines (LIN01) is on its way."""
    head, orders = needed(one, "BSN"), {said(s, 1) for s in one.segments if s.name == "PRF"}
    shipment, on = said(head, 2), day(said(head, 3), "BSN03")
    if len(orders) != 1:
        raise Left(FIELD, f"856: PRF01 names {len(orders)} purchases: one is needed", MEND)
    due = next((s for s in one.segments if s.name == "DTM" and s(1) == "017"), None)
    if due is None:
        raise Left(FIELD, "856: DTM*017 is missing: it does not say when the goods come", MEND)
    lines = []
    for item, rest in loops(one, "LIN"):
        amount = next((s for s in rest if s.name == "SN1"), None)
        if amount is None:
            raise Left(FIELD, "856: SN1 is missing after a LIN", MEND)
        check_measure(amount, 3, partner)
        count = units(amount, 2)
        lines += [AdvisedLine(line(item(1), "LIN01"), count)] if count else []
    if not lines:
        raise Left(FIELD, "856: LIN is missing: nothing is on its way", MEND)
    (purchase,) = orders
    told = ShipmentAdvised(purchase, shipment, day(said(due, 2), "DTM02"), tuple(lines))
    return f"856/{shipment}", f"purchase/{purchase}", on, (told,)


def invoiced(one: TransactionSet, partner: Partner) -> Said:
    """810: units and price of each line, and tax; it counts only if they come to the total it states (TDS01)."""
    head = needed(one, "BIG")
    on, invoice, purchase = day(said(head, 1), "BIG01"), said(head, 2), said(head, 4)
    if charge := next((s for s in one.segments if s.name in {"SAC", "ITA"} and s(1) != "N"), None):
        raise Left(
            CHARGE, f"810 {invoice}: {charge.name} is a charge or an allowance", "book it by hand: `tally purchase`"
        )
    currency = next((s(2) for s in one.segments if s.name == "CUR"), "")
    if currency and currency != partner.currency.partition("/")[0]:
        raise Left(FIELD, f"810 {invoice}: CUR02 says {currency}, the book is in {partner.currency}", MEND)
    lines = []
    for item, _ in loops(one, "IT1"):
        check_measure(item, 3, partner)
        count = units(item, 2)
        lines.append(InvoicedLine(line(item(1), "IT101"), count, _net(item, count, partner)))
    if not lines:
        raise Left(FIELD, "810: IT1 is missing: nothing is invoiced", MEND)
    tax = sum(_money(s, 2, partner) for s in one.segments if s.name == "TXI")
    total, found = _implied(needed(one, "TDS"), partner), sum(x.net for x in lines) + tax
    if total != found:
        raise Left(TOTAL, f"810 {invoice}: TDS01 says {total}, its lines and tax come to {found} (minor units)", MEND)
    told = SupplierInvoiceReported(purchase, invoice, partner.currency, tuple(lines), tax)
    return f"810/{invoice}", f"purchase/{purchase}", on, (told,)


def _net(item: Segment, count: int, partner: Partner) -> int:
    """Return units times price, rounded half up once a line; the total decides whether that is how they count."""
    try:
        price = parse_decimal(said(item, 4), PRICE_DECIMALS)
    except AmountError as wrong:
        raise Left(FIELD, f"IT104: {wrong}", MEND) from None
    if price < 0:
        raise Left(FIELD, f"IT104: {item(4)} is below zero", MEND)
    scale = int(10 ** (PRICE_DECIMALS - decimals_of(partner.currency)))
    return (count * price + scale // 2) // scale


def _money(segment: Segment, number: int, partner: Partner) -> int:
    try:
        return parse_decimal(said(segment, number), decimals_of(partner.currency))
    except AmountError as wrong:
        raise Left(FIELD, f"{segment.name}{number:02}: {wrong}", MEND) from None


def _implied(segment: Segment, partner: Partner) -> int:
    """Return an N2 amount in minor units; its last digits must be noughts where the currency has fewer decimals."""
    hundredths, decimals = units(segment, 1), decimals_of(partner.currency)
    if decimals >= IMPLIED_DECIMALS:
        return hundredths * int(10 ** (decimals - IMPLIED_DECIMALS))
    whole, rest = divmod(hundredths, int(10 ** (IMPLIED_DECIMALS - decimals)))
    if rest:
        raise Left(FIELD, f"{segment.name}01: {segment(1)} has more decimals than {partner.currency}", MEND)
    return whole


PURCHASE_READERS: Final[Mapping[str, Callable[[TransactionSet, Partner], Said]]] = {
    "855": acknowledged,
    "856": advised,
    "810": invoiced,
}
