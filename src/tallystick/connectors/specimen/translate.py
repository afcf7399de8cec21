"""The shop's words ⇄ ours. Pure, and nothing is invented that the manifest does not declare."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from tallystick.kit.quarantine import fault_of
from tallystick.messages.payments import CapturePayment, PayRefund
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.model.amount import AmountError, decimals_of, format_decimal, money, parse_decimal
from tallystick.ports.connector import Connection, Delivery, Rejected, Report, Translation

DECIMALS: Final = {"EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3, "USD": 2}
"""Digits after the point (ISO 4217) of the currencies this shop sells in."""
REMEDY: Final = "see the order in the shop; when it is right there, pull again and drop this letter"


class Line(Struct, frozen=True):
    """A line as the shop writes it: amounts are of the whole line."""

    sku: str
    quantity: int
    net: str
    tax: str


class Order(Struct, frozen=True):
    """An order as the shop writes it. Fields we do not know are passed over here and kept in the delivery."""

    number: str
    change: int
    placed_at: datetime
    currency: str
    lines: tuple[Line, ...]


def delivery_of(source: str, order: Any) -> Delivery:
    """Keep an order as it came, known by its number and change: pulled or sent by webhook, it is the same."""
    try:
        number, change = str(order["number"]), int(order["change"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise Rejected(f"the shop sent an order without number or change ({wrong}): ask its operators") from wrong
    body = json.dumps(order, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(body).digest()
    return Delivery(source=source, id=f"{number}@{change}", subject=f"order/{number}", body=body, digest=digest)


def translation_of(delivery: Delivery, connection: Connection) -> Translation:
    """Read an order; one that lacks something is a fault that names it."""
    try:
        order = msgspec.json.decode(delivery.body, type=Order)
        return Translation((_report(order, connection),))
    except (msgspec.DecodeError, AmountError) as wrong:
        return Translation(faults=(fault_of(delivery, str(wrong), REMEDY),))


def _report(order: Order, connection: Connection) -> Report:
    zone = connection.settings.get("zone", "UTC")
    if order.placed_at.tzinfo is None:
        raise AmountError(f"placed_at {order.placed_at} has no offset")
    at = order.placed_at.astimezone(UTC)
    lines = tuple(_line(n, line, order.currency) for n, line in enumerate(order.lines, 1))
    data = OrderPlaced(
        order.number,
        connection.name,
        connection.settings.get("location", ""),
        _commodity(order.currency),
        connection.name,
        lines,
    )
    on = at.astimezone(ZoneInfo(zone)).date()
    return Report(id=f"order/{order.number}", subject=f"order/{order.number}", data=data, time=at, on=on, zone=zone)


def _line(number: int, line: Line, currency: str) -> OrderLine:
    decimals = decimals_of(_commodity(currency))
    net, tax = parse_decimal(line.net, decimals), parse_decimal(line.tax, decimals)
    if line.quantity < 1 or net < 0 or tax < 0:
        raise AmountError(f"line {number}: quantity {line.quantity}, net {line.net}, tax {line.tax}: below what can be")
    return OrderLine(number, line.sku, line.quantity, net, tax)


def _commodity(currency: str) -> str:
    if currency not in DECIMALS:
        raise AmountError(f"currency {currency!r} is none of {', '.join(DECIMALS)}")
    return money(currency, DECIMALS[currency])


def request_of(command: Struct) -> tuple[str, dict[str, Any]]:
    """Return the path a command is posted to, and its body; raise `Rejected` for one the shop does not take."""
    if not isinstance(command, CapturePayment | PayRefund):
        raise Rejected(f"{type(command).__name__} is not pushed to the shop: see `tally connector list`")
    currency, _, digits = command.currency.partition("/")
    if DECIMALS.get(currency) != int(digits or 0):
        raise Rejected(
            f"{command.currency} is not how the shop counts: it knows {', '.join(DECIMALS)}, as ISO 4217 does"
        )
    amount = format_decimal(command.amount, DECIMALS[currency])
    said = {"order": command.order, "currency": currency, "amount": amount}
    if isinstance(command, PayRefund):
        return "/v1/refunds", {**said, "number": command.number}
    return "/v1/captures", said
