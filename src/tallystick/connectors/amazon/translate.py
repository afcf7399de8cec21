"""From Amazon's words to ours. Pure: what a delivery says does not depend on what came before it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.amazon.faults import (
    CASH,
    FBA,
    IN_PART,
    MEND,
    NO_NOTICE,
    NO_SKU,
    OTHER_CURRENCY,
    OTHER_TOTAL,
    REPLACEMENT,
    STRANGE_LINE,
    UNREADABLE,
    Unclear,
)
from tallystick.connectors.amazon.money import Said, moved
from tallystick.connectors.amazon.settlement import HEADER, settled
from tallystick.connectors.amazon.setup import Setup
from tallystick.connectors.amazon.wire import (
    AFN,
    CANCELED,
    EVENT,
    NOTICE,
    ORDER,
    SETTLEMENT,
    UNSHIPPED,
    Body,
    Event,
    Item,
    Money,
    Notice,
    Order,
    encode,
)
from tallystick.kit.currencies import commodity_of, minor_of
from tallystick.kit.quarantine import fault_of, within_limits
from tallystick.messages.marketplaces.terms import MarketplaceTerms
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced, ServiceLine
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Delivery, Report, Translation

ORDER_CHANGE: Final = "ORDER_CHANGE"
_DIGEST_LENGTH: Final = 12
_AT_THE_DOOR: Final = ("COD", "CVS")


def translation_of(delivery: Delivery, setup: Setup) -> Translation:
    """Translate a delivery. What cannot be read, or not be booked without guessing, is a fault."""
    try:
        body = _body(delivery.body)
        if body.kind == SETTLEMENT:
            return settled(delivery, msgspec.convert(body.said, str), setup)
        found = tuple(_TOLD[body.kind](body, setup)) if body.kind in _TOLD else ()
        return Translation(tuple(_report(number, said, setup) for number, said in found))
    except (msgspec.DecodeError, AmountError, UnicodeDecodeError) as wrong:
        return Translation(faults=(fault_of(delivery, f"{UNREADABLE}: {wrong}", MEND),))
    except Unclear as unclear:
        return Translation(faults=(fault_of(delivery, str(unclear), MEND),))


def named(delivery: Delivery, setup: Setup) -> Delivery:
    """Return a delivery of a queue or folder under the subject that its content names; as it is, where that is none."""
    try:
        change = msgspec.json.decode(delivery.body, type=Notice).payload.order_change_notification
    except (msgspec.DecodeError, UnicodeDecodeError):
        return delivery
    return replace(delivery, subject=f"order/{setup.order(change.amazon_order_id)}")


def _body(raw: bytes) -> Body:
    """Read what we wrote ourselves; a settlement as a file, or a notification as a queue has it, is as good."""
    if raw.lstrip(b"\xef\xbb\xbf").startswith(HEADER):
        return Body(SETTLEMENT, raw.decode("utf-8-sig"))
    told = msgspec.json.decode(raw)
    if isinstance(told, dict) and not {"NotificationType", "notificationType"}.isdisjoint(told):
        return Body(NOTICE, told)
    return msgspec.convert(told, Body)


def _order(body: Body, setup: Setup) -> Iterator[tuple[str, Said]]:
    order = msgspec.convert(body.said, Order)
    if order.fulfillment_channel == AFN:
        raise Unclear(FBA, f"FulfillmentChannel of {order.amazon_order_id}")
    if order.order_status == CANCELED:
        yield order.amazon_order_id, _cancelled(order.amazon_order_id, order.last_update_date, setup)
    elif order.order_status == UNSHIPPED:
        placed = placed_of(order, msgspec.convert(body.beside, tuple[Item, ...]), setup)
        mark = hashlib.sha256(encode(placed)).hexdigest()[:_DIGEST_LENGTH]
        yield order.amazon_order_id, (f"placed/{mark}", placed, order.purchase_date)


def placed_of(order: Order, items: Sequence[Item], setup: Setup) -> OrderPlaced:
    """Return the order as it was placed; raise `Unclear` for what must not be guessed."""
    _refuse(order)
    total = order.order_total
    if total is None:
        raise Unclear(OTHER_TOTAL, f"OrderTotal of {order.amazon_order_id} is missing")
    purse, in_order = _Purse(total.currency_code), sorted(items, key=lambda x: x.order_item_id)
    # A line whose units were all cancelled keeps its number: those of the others must not move.
    sold = [(n, x) for n, x in enumerate(in_order, 1) if x.quantity_ordered]
    whole = [(n, x, purse.goods(x), purse.shipping(x)) for n, x in sold]
    inclusive = _holds_tax([p for _, _, *both in whole for p in both], purse.of(total), order.amazon_order_id)
    goods = tuple(_line(n, x, _less(price, inclusive)) for n, x, price, _ in whole)
    services = tuple(_services([(x.is_taxed_there, _less(s, inclusive)) for _, x, _, s in whole], len(in_order)))
    collected = {n for n, x, *_ in whole if x.is_taxed_there} | {s.line for there, s in services if there}
    return OrderPlaced(
        order=setup.order(order.amazon_order_id),
        channel=setup.name,
        location=setup.location,
        currency=commodity_of(total.currency_code),
        provider=setup.name,
        lines=goods,
        jurisdiction=setup.jurisdiction or _jurisdiction(order),
        services=tuple(s for _, s in services),
        follows_parcels=True,
        already_sold=True,
        marketplace=MarketplaceTerms(order.latest_ship_date, tuple(sorted(collected))),
    )


def _refuse(order: Order) -> None:
    if str(order.is_replacement_order).lower() == "true":
        raise Unclear(REPLACEMENT, f"IsReplacementOrder of {order.amazon_order_id}")
    if order.payment_method in _AT_THE_DOOR:
        raise Unclear(CASH, f"PaymentMethod of {order.amazon_order_id} is {order.payment_method}")
    if order.latest_ship_date is not None and order.latest_ship_date.tzinfo is None:
        raise Unclear(UNREADABLE, f"LatestShipDate of {order.amazon_order_id} names no zone")


class _Price(Struct, frozen=True):
    """What something costs as Amazon writes it, and the tax on it or in it."""

    whole: int
    tax: int


class _Purse(Struct, frozen=True):
    """Reads amounts of one currency."""

    currency: str

    def of(self, money: Money | None) -> int:
        """Return an amount in minor units, nothing where none is said."""
        if money is None:
            return 0
        if money.currency_code != self.currency:
            raise Unclear(OTHER_CURRENCY, f"{money.currency_code} beside {self.currency}")
        return minor_of(money.amount, self.currency)

    def goods(self, x: Item) -> _Price:
        """Return a line's price and tax, less its promotions."""
        tax = self.of(x.item_tax) - self.of(x.promotion_discount_tax)
        return _Price(self.of(x.item_price) - self.of(x.promotion_discount), tax)

    def shipping(self, x: Item) -> _Price:
        """Return what the line's way costs, less what was taken off."""
        tax = self.of(x.shipping_tax) - self.of(x.shipping_discount_tax)
        return _Price(self.of(x.shipping_price) - self.of(x.shipping_discount), tax)


def _holds_tax(prices: Iterable[_Price], total: int, order: str) -> bool:
    """Say whether prices hold their tax: their sum, with the tax or without it, must be the order's total."""
    there = list(prices)
    whole, tax = sum(p.whole for p in there), sum(p.tax for p in there)
    if total not in (whole, whole + tax):
        raise Unclear(OTHER_TOTAL, f"OrderTotal of {order} is {total}, and what is read comes to {whole} and {tax} tax")
    return total == whole


def _less(price: _Price, inclusive: bool) -> _Price:  # noqa: FBT001 - a currency's habit, decided once an order
    return _Price(price.whole - price.tax, price.tax) if inclusive else price


def _line(number: int, x: Item, price: _Price) -> OrderLine:
    if not x.seller_sku:
        raise Unclear(NO_SKU, f"OrderItem {x.order_item_id}: SellerSKU is missing")
    if x.quantity_ordered < 0 or price.whole < 0 or price.tax < 0:
        detail = f"{x.quantity_ordered} units for {price.whole} and {price.tax} tax"
        raise Unclear(STRANGE_LINE, f"OrderItem {x.order_item_id}: {detail}")
    return OrderLine(number, x.seller_sku, x.quantity_ordered, price.whole, price.tax)


def _services(shipping: Sequence[tuple[bool, _Price]], after: int) -> Iterator[tuple[bool, ServiceLine]]:
    """Return shipping as one line, or two where Amazon owes the tax on a part of it."""
    number = after
    for there in (True, False):
        net = sum(p.whole for is_there, p in shipping if is_there is there)
        tax = sum(p.tax for is_there, p in shipping if is_there is there)
        if net or tax:
            number += 1
            yield there, ServiceLine(number, "shipping", "shipping", 1, net, tax)


def _jurisdiction(order: Order) -> str:
    address = order.shipping_address
    country, state = (address.country_code, address.state_or_region) if address else (None, None)
    is_state = country == "US" and state and len(state) == 2 and state.isalpha()
    return f"US-{str(state).upper()}" if is_state else country or "none"


def _cancelled(number: str, at: datetime, setup: Setup, reason: str = "cancelled on Amazon") -> Said:
    return "cancelled", OrderCancellationRequested(setup.order(number), reason), at


def _event(body: Body, setup: Setup) -> Iterator[tuple[str, Said]]:
    event = msgspec.convert(body.said, Event)
    for said in moved(event, str(body.beside), setup):
        yield event.amazon_order_id, said


def _notice(body: Body, setup: Setup) -> Iterator[tuple[str, Said]]:
    """A cancellation, or the buyer's wish for one; all else the poll reads, with prices."""
    kind = body.said.get("NotificationType", body.said.get("notificationType"))
    if kind != ORDER_CHANGE:
        raise Unclear(NO_NOTICE, f"NotificationType is {kind!r}")
    notice = msgspec.convert(body.said, Notice)
    change, at = notice.payload.order_change_notification, notice.event_time
    if change.summary.fulfillment_type == AFN:
        return
    wished = [bool(x.is_buyer_requested_cancel) for x in change.summary.order_items or ()]
    if change.summary.order_status == CANCELED:
        yield change.amazon_order_id, _cancelled(change.amazon_order_id, at, setup)
    elif wished and all(wished):
        name, data, _ = _cancelled(change.amazon_order_id, at, setup, "the buyer asks for it")
        yield change.amazon_order_id, (f"{name}/wished", data, at)
    elif any(wished):
        raise Unclear(IN_PART, f"order {change.amazon_order_id}: {sum(wished)} of {len(wished)} lines")


_TOLD: Final[Mapping[str, Callable[[Body, Setup], Iterator[tuple[str, Said]]]]] = {
    ORDER: _order,
    EVENT: _event,
    NOTICE: _notice,
}


def _report(number: str, said: Said, setup: Setup) -> Report:
    what, data, at = said
    if at.tzinfo is None:
        raise Unclear(UNREADABLE, f"order {number}: a moment names no zone")
    order = setup.order(number)
    return Report(
        id=f"{order}/{what}",
        subject=f"order/{order}",
        data=within_limits(data),
        time=at.astimezone(UTC),
        on=at.astimezone(setup.zone).date(),
        zone=str(setup.zone),
        correlation=order,
    )
