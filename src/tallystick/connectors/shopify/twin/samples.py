"""An order and a payout as Shopify tells them: fixtures of our own, with a field that nobody knows."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

PLACED: Final = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
CUSTOMER: Final = 77
TOTAL: Final = 4938


def stamp(at: datetime) -> str:
    """Write a moment as Shopify does: in the shop's zone, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def bag(shop: str, presentment: str) -> Any:
    """Return an amount in the shop's currency, CAD, and in the customer's, EUR."""
    return {
        "shop_money": {"amount": shop, "currency_code": "CAD"},
        "presentment_money": {"amount": presentment, "currency_code": "EUR"},
    }


def order_of(number: int, minutes: int, gateway: str = "shopify_payments") -> Any:
    """Return an order for 49.38 EUR from a shop in Canada: three lamps and a mug, shipped."""
    at = stamp(PLACED + timedelta(minutes=minutes))
    return {
        "id": number,
        "name": f"#{number}",
        "loyaltyTier": "nobody knows this",
        "created_at": at,
        "updated_at": at,
        "currency": "CAD",
        "presentment_currency": "EUR",
        "total_price": "72.10",
        "total_price_set": bag("72.10", "49.38"),
        "total_tip_received": "0.00",
        "taxes_included": False,
        "test": False,
        "source_name": "web",
        "financial_status": "paid",
        "payment_gateway_names": [gateway],
        "cancelled_at": None,
        "cancel_reason": None,
        "customer": {"id": CUSTOMER, "email": "ada@example.test", "first_name": "Ada", "last_name": "Quill"},
        "shipping_address": {"name": "Ada Quill", "address1": "12 Elm", "country_code": "DE"},
        "line_items": [_lamps(number), _mug(number)],
        "shipping_lines": [_parcel()],
        "refunds": [],
        "fulfillments": [],
    }


def _lamps(number: int) -> Any:
    """Three for 7.01 less a discount of 1.00 on all: 20.03 and 2.01 tax, in the customer's currency."""
    return {
        "id": number * 100 + 1,
        "sku": "LÄMP/1",
        "quantity": 3,
        "current_quantity": 3,
        "price": "10.24",
        "price_set": bag("10.24", "7.01"),
        "requires_shipping": True,
        "gift_card": False,
        "tax_lines": [{"title": "MwSt", "rate": 0.1, "price": "2.93", "price_set": bag("2.93", "2.01")}],
        "discount_allocations": [{"amount": "1.46", "amount_set": bag("1.46", "1.00")}],
    }


def _mug(number: int) -> Any:
    """One for 21.34, free of tax."""
    return {
        "id": number * 100 + 2,
        "sku": "MUG",
        "quantity": 1,
        "current_quantity": 1,
        "price": "31.16",
        "price_set": bag("31.16", "21.34"),
        "total_discount": "0.00",
        "total_discount_set": bag("0.00", "0.00"),
        "requires_shipping": True,
        "gift_card": False,
        "tax_lines": [],
        "discount_allocations": [],
    }


def _parcel() -> Any:
    return {
        "code": "parcel",
        "price": "8.03",
        "price_set": bag("8.03", "5.50"),
        "tax_lines": [{"title": "MwSt", "rate": 0.1, "price": "0.73", "price_set": bag("0.73", "0.50")}],
        "discount_allocations": [],
    }


def deal_of(number: int, kind: str, amount: str, parent: int = 0) -> Any:
    """Return a transaction as GraphQL tells it."""
    return {
        "id": f"gid://shopify/OrderTransaction/{number}",
        "kind": kind,
        "status": "SUCCESS",
        "gateway": "shopify_payments",
        "createdAt": stamp(PLACED),
        "parentTransaction": {"id": f"gid://shopify/OrderTransaction/{parent}"} if parent else None,
        "amountSet": {"presentmentMoney": {"amount": amount, "currencyCode": "EUR"}},
    }


def beside_of(*deals: Any, notes: tuple[Any, ...] = ()) -> Any:
    """Return what is asked beside an order."""
    return {"transactions": list(deals), "metafields": {"nodes": list(notes)}}


def movement(number: int, order: int | None, amounts: tuple[str, str, str], **more: Any) -> Any:
    """Return a movement of the balance at Shopify Payments: amount, fee and net."""
    amount, fee, net = amounts
    said = {"id": number, "type": "charge", "test": False, "currency": "EUR", "amount": amount, "fee": fee, "net": net}
    return {**said, "source_order_id": order, **more}


def payout_of(number: int, day: str, amount: str) -> Any:
    """Return a payout that has been paid."""
    return {"id": number, "status": "paid", "date": day, "currency": "EUR", "amount": amount}
