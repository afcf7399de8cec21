"""What a POSLog says, in canonical reports. Pure, and nothing is invented that the manifest does not declare."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from tallystick.connectors.poslog.client import alone, member_of, till_subject
from tallystick.connectors.poslog.coverage import CURRENCY, FIELD, TENDERLESS, TOTALS, UNKNOWN
from tallystick.connectors.poslog.lines import MEND, lines_of, money, total_of
from tallystick.connectors.poslog.reading import (
    Element,
    Named,
    attribute,
    child,
    children,
    flag,
    named,
    needed,
    text,
    transactions,
)
from tallystick.kit.boxes.coverage import Left, fault_left
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.messages.sales import CreditReported, SaleReported
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.model.amount import decimals_of
from tallystick.ports.connector import Delivery, Fault, Pseudonym, Report, Translation

MIXED: Final = "mixed"
NOTHING_SOLD: Final = ("Suspended", "Voided", "Canceled", "Cancelled", "Failed", "Aborted")


class Till(Struct, frozen=True):
    """Whose file it is, what its clock and money are, where its shops are, and how its customers are referred to."""

    source: str
    zone: ZoneInfo
    currency: str
    locations: Mapping[str, str]
    jurisdiction: str
    pseudonym: Pseudonym

    def location(self, store: str) -> str:
        """Return the location of a shop's goods."""
        return self.locations.get(store, f"shop-{store}")


class Rung(Struct, frozen=True):
    """A transaction under way: its key, its moment (UTC), and the day of the till."""

    key: Named
    at: datetime
    day: date


def translate(delivery: Delivery, till: Till) -> Translation:
    """Say what a delivery means: one transaction, or a whole file of them; what cannot be understood is a fault."""
    reports: list[Report] = []
    faults: list[Fault] = []
    number = 0
    try:
        for number, element in enumerate(transactions(delivery.body), 1):
            try:
                reports += _said(element, till)
            except Left as left:
                faults.append(fault_left(delivery, left, alone(element), number if number > 1 else 0))
    except Left as left:
        faults.append(fault_left(delivery, left, delivery.body, number + 1 if number else 0))
    if not number and not faults:
        none = Left(FIELD, "Transaction is missing: the file holds none", "send the file with its transactions")
        faults.append(fault_left(delivery, none, delivery.body))
    return Translation(tuple(reports), tuple(faults))


def _said(element: Element, till: Till) -> Iterator[Report]:
    if flag(element, "TrainingModeFlag") or flag(element, "CancelFlag"):
        return
    retail, control = child(element, "RetailTransaction"), child(element, "TenderControlTransaction")
    if retail is not None:
        if _status(element, retail) not in NOTHING_SOLD:
            yield from _rung_up(element, retail, till)
    elif control is not None:
        yield from _settled(element, control, till)
    elif child(element, "ControlTransaction") is None:
        raise Left(UNKNOWN, "it is neither retail, tender control nor control", MEND)


def _status(element: Element, retail: Element) -> str:
    status = attribute(retail, "TransactionStatus") or attribute(element, "TransactionStatus")
    return status or text(retail, "TransactionStatus")


def _rung_up(element: Element, retail: Element, till: Till) -> Iterator[Report]:
    rung, decimals = _rung(element, till), decimals_of(till.currency)
    lines = lines_of(retail, decimals)
    _check_total(retail, total_of(lines), decimals)
    sold, back = [x.sold() for x in lines if not x.back], [x.sold() for x in lines if x.back]
    if not lines:
        return
    tender, where = _tender(retail, decimals), till.location(rung.key.store)
    customer = _customer(element, till)
    basket = rung.key.basket
    if sold:
        sale = SaleReported(
            *(basket, till.source, where, till.currency, tender, tuple(sold)),
            jurisdiction=till.jurisdiction,
            customer=customer,
            till_day=rung.day,
            whole=True,
        )
        yield _report(basket, till_subject(till.source, rung.key.store, str(rung.day)), sale, (rung, till))
    if back:
        name = f"{basket}/back"
        credit = CreditReported(
            *(name, till.source, where, till.currency, tender, tuple(back)),
            jurisdiction=till.jurisdiction,
            customer=customer,
        )
        yield _report(name, f"credit/{till.source}/{basket}", credit, (rung, till))


def _check_total(retail: Element, found: int, decimals: int) -> None:
    """Hold that what was understood is all there is: the till says itself what the basket comes to."""
    for total in children(retail, "Total"):
        if attribute(total, "TotalType") in ("TransactionGrandAmount", "GrandAmount"):
            said = money(total, decimals)
            if said != found:
                raise Left(TOTALS, f"Total: the till says {said}, its lines come to {found} (minor units)", MEND)
            return


def _tender(retail: Element, decimals: int) -> str:
    """Return what it was paid by: change and cashback count against their tender, what comes to nothing is none."""
    paid: dict[str, int] = {}
    for item in children(retail, "LineItem"):
        said = child(item, "Tender")
        if said is None or flag(item, "VoidFlag"):
            continue
        kind = attribute(said, "TenderType") or text(said, "TenderID")
        if not kind:
            raise Left(FIELD, "Tender/@TenderType is missing", MEND)
        paid[kind] = paid.get(kind, 0) + money(said, decimals, "Amount")
    kinds = sorted(kind for kind, amount in paid.items() if amount)
    if not paid:
        raise Left(TENDERLESS, "no Tender stands in it", "say by what it was paid, and send it again")
    if len(kinds) > 1:
        return MIXED
    return (kinds or sorted(paid))[0].lower()


def _customer(element: Element, till: Till) -> str | None:
    member = member_of(element)
    return (till.pseudonym(till.source, member) or None) if member else None


def _settled(element: Element, control: Element, till: Till) -> Iterator[Report]:
    settle = child(control, "TillSettle")
    if settle is None:
        return
    rung, decimals = _rung(element, till), decimals_of(till.currency)
    counted: dict[str, int] = {}
    for summary in children(settle, "TenderSummary"):
        for ending in children(summary, "Ending"):
            kind = attribute(ending, "TenderType") or needed(ending, "TenderID")
            counted[kind.lower()] = counted.get(kind.lower(), 0) + money(ending, decimals, "Amount")
    if not counted:
        raise Left(FIELD, "TenderSummary/Ending is missing: nothing was counted", MEND)
    count = tuple(TenderCount(kind, amount) for kind, amount in sorted(counted.items()))
    where = till.location(rung.key.store)
    data = CashUpReported(where, rung.day, till.currency, count, supplement=True)
    subject = till_subject(till.source, rung.key.store, str(rung.day))
    yield _report(f"settle/{rung.key.basket}", subject, data, (rung, till))


def _rung(element: Element, till: Till) -> Rung:
    key = named(element)
    for name, value in zip(
        ("RetailStoreID", "WorkstationID", "BusinessDayDate", "SequenceNumber"), _parts(key), strict=True
    ):
        if not value:
            raise Left(FIELD, f"{name} is missing", MEND)
    code = text(element, "CurrencyCode")
    if code and not till.currency.startswith(f"{code}/"):
        raise Left(CURRENCY, f"CurrencyCode is {code}", f"the connection's currency is {till.currency}")
    return Rung(key, _moment(needed(element, "EndDateTime"), till.zone), _day(key.day))


def _parts(key: Named) -> tuple[str, ...]:
    return (key.store, key.workstation, key.day, key.number)


def _moment(told: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(told)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Left(FIELD, f"EndDateTime: {told!r} is no date with a time", MEND) from None


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise Left(FIELD, f"BusinessDayDate: {told!r} is no day", MEND) from None


def _report(name: str, subject: str, data: Struct, of: tuple[Rung, Till]) -> Report:
    """A report is known by its content: the same basket again is the same report, a changed one is not."""
    rung, till = of
    try:
        on = rung.at.astimezone(till.zone).date()
    except (OverflowError, ValueError):
        raise Left(FIELD, "EndDateTime is beyond any calendar", MEND) from None
    identity = f"{name}#{digest_of(msgspec.json.encode(data))}"
    return Report(id=identity, subject=subject, data=data, time=rung.at, on=on, zone=till.zone.key)
