"""An order as WooCommerce tells it: a fixture of our own, with a field that nobody knows."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

PLACED: Final = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
TOTAL: Final = 4928


def stamp(at: datetime) -> str:
    """Write a moment as WooCommerce does in its fields of GMT: without a zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def order_of(number: int, minutes: int, **changed: Any) -> Any:
    """Return an order for 49.28 EUR, paid and in processing: three lamps and a mug, shipped."""
    at = stamp(PLACED + timedelta(minutes=minutes))
    said = {
        "id": number,
        "number": str(number),
        "loyalty_tier": "nobody knows this",
        "status": "processing",
        "currency": "EUR",
        "total": "49.28",
        "prices_include_tax": False,
        "date_created_gmt": at,
        "date_modified_gmt": at,
        "date_paid_gmt": at,
        "date_completed_gmt": None,
        "payment_method": "stripe",
        "transaction_id": f"tx-{number}",
        "customer_id": 77,
        "billing": {"first_name": "Ada", "last_name": "Quill", "country": "AT", "email": "ada@example.test"},
        "shipping": {"first_name": "Ada", "last_name": "Quill", "country": "DE"},
        "line_items": [
            {"id": number * 10 + 1, "sku": "LÄMP/1", "quantity": 3, "total": "20.03", "total_tax": "2.01"},
            {"id": number * 10 + 2, "sku": "MUG", "quantity": 1, "total": "21.74", "total_tax": "0.00"},
        ],
        "shipping_lines": [{"id": number * 10 + 3, "method_id": "flat_rate", "total": "5.00", "total_tax": "0.50"}],
        "fee_lines": [],
        "refunds": [],
        "meta_data": [],
    }
    return {**said, **changed}


def refund_of(number: int, line: int, units: int, reason: str = "") -> Any:
    """Return a clerk's refund of units of a line, with the note in which WooCommerce names the line."""
    note = {"id": 1, "key": "_refunded_item_id", "value": str(line)}
    lines = [{"id": number + 1, "quantity": -units, "total": "-1.00", "meta_data": [note]}] if units else []
    return {
        "id": number,
        "date_created_gmt": "2026-04-01T10:00:00",
        "amount": "9.00",
        "reason": reason,
        "line_items": lines,
    }
