"""An order as it was placed: goods, what is paid beside them, and a total that all of it must come to. Pure.

Everything is counted in the currency the customer pays in (`presentment_money`): that is what is owed, taken and paid back.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from tallystick.connectors.shopify.faults import (
    GIFT_CARD,
    NO_CURRENCY,
    NO_GOODS,
    NO_SKU,
    OTHER_TOTAL,
    POS,
    STRANGE_LINE,
    TWO_PROVIDERS,
    Unclear,
)
from tallystick.connectors.shopify.setup import Setup
from tallystick.connectors.shopify.wire import Allocation, Amount, Bag, LineItem, Order, ShippingLine, TaxLine
from tallystick.kit.currencies import commodity_of, minor_of
from tallystick.messages.sales import OrderLine, OrderPlaced, ServiceLine


class _Priced(Struct, frozen=True):
    """What a line comes to, for all its units."""

    net: int
    tax: int


class _Purse(Struct, frozen=True):
    """Reads the amounts of one order in the currency the customer pays in."""

    currency: str
    shops: str
    taxes_included: bool

    def read(self, plain: Amount, bag: Bag | None, where: str) -> int:
        """Return an amount in minor units; a *plain* one counts only where the shop's currency is the customer's."""
        if bag is None:
            if self.shops != self.currency:
                raise Unclear(NO_CURRENCY, f"{where} is not said in {self.currency}")
            return minor_of(plain, self.currency)
        if bag.presentment_money.currency_code != self.currency:
            raise Unclear(NO_CURRENCY, f"{where}: {bag.presentment_money.currency_code} in an order in {self.currency}")
        return minor_of(bag.presentment_money.amount, self.currency)

    def taken_off(self, shares: Iterable[Allocation]) -> int:
        """Return what discounts come to."""
        return sum(self.read(x.amount, x.amount_set, "discount_allocations") for x in shares)

    def taxes(self, lines: Iterable[TaxLine]) -> int:
        """Return what taxes come to."""
        return sum(self.read(x.price, x.price_set, "tax_lines") for x in lines)

    def priced(self, whole: int, off: int, tax: int) -> _Priced:
        """Return net and tax of a line that costs *whole* before discounts."""
        paid = whole - off
        return _Priced(paid - tax if self.taxes_included else paid, tax)


def placed_of(order: Order, setup: Setup) -> OrderPlaced:
    """Return the order as it was placed; raise `Unclear` for what must not be guessed."""
    if order.source_name == "pos":
        raise Unclear(POS, f"source_name: {order.source_name}")
    purse = _Purse(order.paid_in, order.currency, order.taxes_included)
    goods = tuple(_goods(order, purse))
    services = tuple(_services(order, purse))
    if not goods:
        raise Unclear(NO_GOODS, "line_items: nothing of it is kept in stock")
    found = sum(x.net + x.tax for x in goods) + sum(x.net + x.tax for x in services)
    _refuse_other_total(order, purse, found)
    address = order.shipping_address or order.billing_address
    person = order.customer.id if order.customer else None
    return OrderPlaced(
        order=setup.order(order.id),
        channel=setup.name,
        location=setup.location,
        currency=commodity_of(order.paid_in),
        provider=_provider(order, setup),
        lines=goods,
        jurisdiction=(address and address.country_code) or "none",
        services=services,
        customer=(setup.pseudonym(setup.name, str(person)) if person else None) or None,
    )


def _provider(order: Order, setup: Setup) -> str:
    providers = dict.fromkeys(setup.provider(name) for name in order.payment_gateway_names)
    if len(providers) > 1:
        raise Unclear(TWO_PROVIDERS, f"payment_gateway_names: {', '.join(providers)} each take a part")
    return next(iter(providers), setup.name)


def _goods(order: Order, purse: _Purse) -> Iterator[OrderLine]:
    for number, line in enumerate(order.lines, 1):
        if line.quantity and _is_goods(line):
            where = f"line_items: line {line.id}"
            if not line.sku:
                raise Unclear(NO_SKU, f"{where} has no sku")
            priced = _line_price(line, purse)
            if line.quantity < 0 or priced.net < 0 or priced.tax < 0:
                raise Unclear(STRANGE_LINE, f"{where}: {line.quantity} units for {priced.net} and {priced.tax} tax")
            yield OrderLine(number, line.sku, line.quantity, priced.net, priced.tax)


def _is_goods(line: LineItem) -> bool:
    if line.gift_card:
        raise Unclear(GIFT_CARD, f"line_items: line {line.id}: gift_card")
    return line.requires_shipping and line.tip_payment_gateway is None


def _line_price(line: LineItem, purse: _Purse) -> _Priced:
    whole = line.quantity * purse.read(line.price, line.price_set, f"line_items: line {line.id}: price")
    off = purse.taken_off(line.discount_allocations)
    if not line.discount_allocations:
        off = purse.read(line.total_discount, line.total_discount_set, f"line_items: line {line.id}: total_discount")
    return purse.priced(whole, off, purse.taxes(line.tax_lines))


def _services(order: Order, purse: _Purse) -> Iterator[ServiceLine]:
    """Return what is paid beside goods. What is no line of its own in Shopify is numbered after all that are."""
    tips = 0
    for number, line in enumerate(order.lines, 1):
        if line.quantity > 0 and not _is_goods(line):
            priced, is_tip = _line_price(line, purse), line.tip_payment_gateway is not None
            tips += priced.net if is_tip else 0
            name = "tips" if is_tip else "services"
            yield ServiceLine(number, line.sku or name, name, line.quantity, priced.net, priced.tax)
    beside = [("shipping", line.code or "shipping", _shipping(line, purse)) for line in order.shipping_lines]
    beside += [("duties", "duties", duty) for duty in _duties(order, purse)]
    beside.append(("tips", "tips", _Priced(max(0, _tips(order, purse) - tips), 0)))
    for number, (service, code, price) in enumerate(beside, len(order.lines) + 1):
        if price.net or price.tax:
            yield ServiceLine(number, code, service, 1, price.net, price.tax)


def _shipping(line: ShippingLine, purse: _Purse) -> _Priced:
    if line.is_removed:
        return _Priced(0, 0)
    whole = purse.read(line.price, line.price_set, "shipping_lines: price")
    return purse.priced(whole, purse.taken_off(line.discount_allocations), purse.taxes(line.tax_lines))


def _duties(order: Order, purse: _Purse) -> Iterator[_Priced]:
    """Duties are told beside their line; a tax on them is never in them."""
    for line in order.lines:
        for duty in line.duties:
            said = Bag(presentment_money=duty.presentment_money)
            net = purse.read(duty.presentment_money.amount, said, f"line_items: line {line.id}: duties")
            yield _Priced(net, purse.taxes(duty.tax_lines))


def _tips(order: Order, purse: _Purse) -> int:
    """Return all tips. Their sum is told in the shop's currency only; where that is another, their lines have to do."""
    said = order.total_tip_received
    return minor_of(said, purse.currency) if said is not None and purse.shops == purse.currency else 0


def _refuse_other_total(order: Order, purse: _Purse, found: int) -> None:
    """Whatever we cannot read (a fee of a new kind, a tax without a line) shows in the total."""
    total = purse.read(order.total_price, order.total_price_set, "total_price")
    if found != total and not any(is_edited(line, order) for line in order.lines):
        raise Unclear(OTHER_TOTAL, f"total_price is {total}, and what is read comes to {found}")


def is_edited(line: LineItem, order: Order) -> bool:
    """Say whether an edit has taken units off a line."""
    return edited_off(line, order) > 0


def edited_off(line: LineItem, order: Order) -> int:
    """Return how many units of a line an edit took off: what is gone of it and was not refunded."""
    if line.current_quantity is None:
        return 0
    refunded = sum(x.quantity for r in order.refunds for x in r.refund_line_items if x.line_item_id == line.id)
    return max(0, line.quantity - line.current_quantity - refunded)
