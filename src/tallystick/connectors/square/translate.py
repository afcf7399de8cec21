"""From Square's words to ours. Pure: what a delivery says does not depend on what came before it.

What a till took has happened: a sale is booked whether there is stock for it or not.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.square.faults import (
    MEND,
    NO_SALE,
    NO_SKU,
    NOT_WHOLE,
    OTHER_CURRENCY,
    OTHER_TOTAL,
    STRANGE_LINE,
    UNREADABLE,
    Unclear,
)
from tallystick.connectors.square.setup import Setup
from tallystick.connectors.square.wire import STOCK, Body, Counters, LineItem, Money, Order, Return, ServiceCharge
from tallystick.kit.currencies import commodity_of
from tallystick.kit.quarantine import fault_of, within_limits
from tallystick.messages.sales import CreditReported, SaleLine, SaleReported, ServiceLine
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Delivery, Report, Translation

MIXED: Final = "mixed"
GIFT_CARD, ITEM = "GIFT_CARD", "ITEM"
_ON_LINES: Final = "LINE_ITEM"


class Part(Struct, frozen=True):
    """A sale or a return, sorted: goods, cards that are owed, and what is neither."""

    goods: tuple[SaleLine, ...]
    vouchers: tuple[ServiceLine, ...]
    services: tuple[ServiceLine, ...]

    @property
    def total(self) -> int:
        """What it comes to."""
        goods = sum(x.net + x.tax for x in self.goods)
        return goods + sum(x.net + x.tax for x in (*self.vouchers, *self.services))


class _Sorter(Struct, frozen=True):
    """Sorts the lines of one order: amounts of one currency, SKUs by variation."""

    currency: str
    skus: Mapping[str, str]

    def amount(self, money: Money | None) -> int:
        """Return an amount, nothing where none is said."""
        if money is None:
            return 0
        if money.currency != self.currency:
            raise Unclear(OTHER_CURRENCY, f"{money.currency} beside {self.currency}")
        return money.amount

    def part(self, lines: Iterable[LineItem], beside: Iterable[tuple[str, int, int]]) -> Part:
        """Return lines, and what is paid *beside* them (name, net, tax), by what they are."""
        goods, vouchers, services = list[SaleLine](), list[ServiceLine](), list[ServiceLine]()
        number = 0
        for number, line in enumerate(lines, 1):
            net, tax = self._priced(line)
            units = _whole(line)
            if line.item_type == GIFT_CARD:
                vouchers.append(ServiceLine(number, "gift_card", "gift_card", units, net, tax))
            elif line.item_type != ITEM:
                services.append(ServiceLine(number, "custom", "custom", units, net, tax))
            else:
                goods.append(SaleLine(number, self._sku(line), units, net, tax))
        said = [one for one in beside if one[1] or one[2]]
        services += [ServiceLine(n, name, name, 1, net, tax) for n, (name, net, tax) in enumerate(said, number + 1)]
        return Part(tuple(goods), tuple(vouchers), tuple(services))

    def charges(self, charges: Iterable[ServiceCharge]) -> Iterator[tuple[str, int, int]]:
        """Return charges on the order; those on lines are in the lines."""
        for one in charges:
            if one.scope != _ON_LINES:
                tax = self.amount(one.total_tax_money)
                yield "charges", self.amount(one.total_money) - tax, tax

    def _priced(self, line: LineItem) -> tuple[int, int]:
        tax = self.amount(line.total_tax_money)
        net = self.amount(line.total_money) - tax
        if net < 0 or tax < 0:
            raise Unclear(STRANGE_LINE, f"line_items: {line.uid} for {net} and {tax} tax")
        return net, tax

    def _sku(self, line: LineItem) -> str:
        sku = self.skus.get(line.catalog_object_id or "")
        if not sku:
            raise Unclear(NO_SKU, f"line_items: {line.uid}: catalog_object_id {line.catalog_object_id or 'is missing'}")
        return sku


def translation_of(delivery: Delivery, setup: Setup) -> Translation:
    """Translate a delivery. What cannot be read, or not be booked without guessing, is a fault."""
    try:
        body = msgspec.json.decode(delivery.body, type=Body)
        if body.kind == STOCK:
            return Translation((_counted(delivery, msgspec.convert(body.said, Counters), setup),))
        order = msgspec.convert(body.said, Order)
        return Translation(tuple(_reports(order, body.skus, setup)))
    except (msgspec.DecodeError, AmountError) as wrong:
        return Translation(faults=(fault_of(delivery, f"{UNREADABLE}: {wrong}", MEND),))
    except Unclear as unclear:
        return Translation(faults=(fault_of(delivery, str(unclear), MEND),))


def _reports(order: Order, skus: Mapping[str, str], setup: Setup) -> Iterator[Report]:
    """Say what was sold, then what came back; an order in which both happen is both."""
    sorter = _Sorter(_currency(order), skus)
    sold = sorter.part(order.line_items or (), _beside(order, sorter))
    tips = sorter.amount(order.total_tip_money)
    # A tip may be in the total or come on top of it: it is earned either way.
    total = sorter.amount(order.total_money)
    _refuse_other_total(order, sold.total, total + tips if sold.total == total + tips else total)
    if not sold.total and not sold.goods and not order.returns:
        raise Unclear(NO_SALE, f"order {order.id}")
    name = setup.sale(order.id)
    if sold.goods or sold.vouchers or sold.services:
        yield _report(
            name, f"{name}/sale", SaleReported(name, **_shared(order, sold, sorter, setup)), (order.at, setup)
        )
    for number, back in enumerate(order.returns or (), 1):
        part = sorter.part(back.return_line_items or (), _given_back(back, sorter))
        amounts = back.return_amounts.total_money if back.return_amounts else None
        if amounts is not None:
            _refuse_other_total(order, part.total, sorter.amount(amounts))
        credit = f"{name}-{number}"
        yield _report(
            credit,
            f"{name}/return/{number}",
            CreditReported(credit, **_shared(order, part, sorter, setup)),
            (order.at, setup),
        )


def _shared(order: Order, part: Part, sorter: _Sorter, setup: Setup) -> dict[str, Any]:
    """Return what a sale and a credit have alike."""
    person = setup.pseudonym(setup.name, order.customer_id) if order.customer_id else ""
    return {
        "channel": setup.name,
        "location": setup.location,
        "currency": commodity_of(sorter.currency),
        "tender": _tender(order),
        "goods": part.goods,
        "services": part.services,
        "vouchers": part.vouchers,
        "jurisdiction": setup.jurisdiction,
        "customer": person or None,
    }


def _beside(order: Order, sorter: _Sorter) -> list[tuple[str, int, int]]:
    found = [*sorter.charges(order.service_charges or ()), ("tips", sorter.amount(order.total_tip_money), 0)]
    rounded = order.rounding_adjustment
    return [*found, ("rounding", sorter.amount(rounded.amount_money) if rounded else 0, 0)]


def _given_back(back: Return, sorter: _Sorter) -> list[tuple[str, int, int]]:
    tips = back.return_amounts.tip_money if back.return_amounts else None
    found = [*sorter.charges(back.return_service_charges or ()), ("tips", sorter.amount(tips), 0)]
    rounded = back.rounding_adjustment
    return [*found, ("rounding", sorter.amount(rounded.amount_money) if rounded else 0, 0)]


def _refuse_other_total(order: Order, found: int, total: int) -> None:
    if found != total:
        raise Unclear(OTHER_TOTAL, f"total_money of {order.id} is {total}, and what is read comes to {found}")


def _currency(order: Order) -> str:
    """Return the currency of an order's first amount: the others must have it too."""
    lines = [*(order.line_items or ()), *(x for r in order.returns or () for x in r.return_line_items or ())]
    said = [order.total_money, *(line.total_money for line in lines)]
    return next((money.currency for money in said if money), "")


def _tender(order: Order) -> str:
    """Return how it was paid: what several tenders share is one account, for a sale has one."""
    tenders = dict.fromkeys(t.type.lower() for t in order.tenders or ())
    return MIXED if len(tenders) > 1 else next(iter(tenders), "none")


def _whole(line: LineItem) -> int:
    whole, _, part = line.quantity.partition(".")
    if not whole.isdecimal() or part.strip("0"):
        raise Unclear(NOT_WHOLE, f"line_items: {line.uid}: quantity {line.quantity!r}")
    if not int(whole):
        raise Unclear(STRANGE_LINE, f"line_items: {line.uid}: no units")
    return int(whole)


def _counted(delivery: Delivery, counters: Counters, setup: Setup) -> Report:
    """The store's own count. A unit that is not whole, or a variation without a SKU, makes the whole count no count."""
    counted: dict[str, int] = {}
    for one in counters.counts:
        sku = counters.skus.get(one.catalog_object_id)
        whole, _, part = one.quantity.partition(".")
        if not sku:
            raise Unclear(NO_SKU, f"counts: catalog_object_id {one.catalog_object_id}")
        if not whole.removeprefix("-").isdecimal() or part.strip("0"):
            raise Unclear(NOT_WHOLE, f"counts: {sku}: quantity {one.quantity!r}")
        counted[sku] = counted.get(sku, 0) + int(whole)
    lines = tuple(CountedUnits(sku, units) for sku, units in sorted(counted.items()))
    data = StockStatementReported(delivery.id, setup.location, "on_hand", lines)
    return _report(delivery.subject, delivery.id, data, (counters.as_of, setup))


def _report(name: str, number: str, data: Struct, when: tuple[datetime, Setup]) -> Report:
    at, setup = when
    is_count = isinstance(data, StockStatementReported)
    return Report(
        id=number,
        subject=name if is_count else f"sale/{name}",
        data=within_limits(data),
        time=at.astimezone(UTC),
        on=at.astimezone(setup.zone).date(),
        zone=str(setup.zone),
    )
