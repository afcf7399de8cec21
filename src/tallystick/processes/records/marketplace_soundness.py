"""What a marketplace's report must be before it is folded."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.marketplaces import reports as marketplaces
from tallystick.messages.sales import OrderPlaced
from tallystick.model.amount import NUMBER_LIMIT


def terms_flaw(data: OrderPlaced) -> str:
    """Return what is wrong with an order's marketplace terms; empty where nothing is, or where there are none."""
    if data.marketplace is None:
        return ""
    if data.marketplace.ship_by is not None and data.marketplace.ship_by.tzinfo is None:
        return f"marketplace: ship_by {data.marketplace.ship_by.isoformat()} names no time zone: add one, such as Z"
    known = {*(x.line for x in data.lines), *(x.line for x in data.services)}
    strange = sorted(set(data.marketplace.collects_tax_of) - known)
    return f"marketplace: collects_tax_of: the order has no line {strange[0]}" if strange else ""


def _refund(data: Any) -> str:
    if not data.reference:
        return "reference is empty: a refund is booked once by its reference"
    return "" if 0 < data.amount < NUMBER_LIMIT else f"amount {data.amount} is not above zero and below 2^53"


def _settlement(data: Any) -> str:
    if not data.payout:
        return "payout is empty: an order's part is booked once by its payout"
    big = [n for n in ("gross", "commission", "tax_withheld") if abs(getattr(data, n)) >= NUMBER_LIMIT]
    return f"{big[0]} {getattr(data, big[0])} is 2^53 or more" if big else ""


def _charge(data: Any) -> str:
    return f"amount {data.amount} is 2^53 or more" if abs(data.amount) >= NUMBER_LIMIT else ""


CHECKS: Final[dict[type[Struct], Callable[[Any], str]]] = {
    marketplaces.MarketplaceRefundReported: _refund,
    marketplaces.MarketplaceSettlementReported: _settlement,
    marketplaces.MarketplaceChargeReported: _charge,
}
HOMES: Final[dict[type[Struct], Callable[[Any], str]]] = {
    marketplaces.MarketplaceChargeReported: lambda data: f"marketplace_charge/{data.channel}/{data.charge}"
}
