"""Orders as Square tells them: fixtures of our own, with a field that nobody knows."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

PLACED: Final = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
STORE: Final = "L57"


def stamp(at: datetime) -> str:
    """Write a moment as Square does."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def money(amount: int, currency: str = "EUR") -> Any:
    """Return an amount."""
    return {"amount": amount, "currency": currency}


def line(uid: str, variation: str, units: str, priced: tuple[int, int]) -> Any:
    """Return a line that comes to (total, tax in it)."""
    total, tax = priced
    said = {"uid": uid, "catalog_object_id": variation, "quantity": units, "item_type": "ITEM"}
    return {**said, "total_money": money(total), "total_tax_money": money(tax), "total_service_charge_money": money(0)}


def order_of(number: str, minutes: int, **changed: Any) -> Any:
    """Return an order for 49.28 EUR, paid by card: three lamps, a mug, and a charge for wrapping."""
    at = stamp(PLACED + timedelta(minutes=minutes))
    said = {
        "id": number,
        "location_id": STORE,
        "state": "COMPLETED",
        "loyalty_tier": "nobody knows this",
        "created_at": at,
        "updated_at": at,
        "closed_at": at,
        "customer_id": "C77",
        "line_items": [line("l1", "V-LAMP", "3", (2204, 201)), line("l2", "V-MUG", "1", (2174, 0))],
        "service_charges": [{"total_money": money(550), "total_tax_money": money(50), "scope": "ORDER"}],
        "tenders": [{"id": "t1", "type": "CARD", "amount_money": money(4928)}],
        "total_money": money(4928),
        "total_tip_money": money(0),
    }
    return {**said, **changed}


def return_of(number: str, minutes: int, **changed: Any) -> Any:
    """Return an order in which one lamp comes back and nothing is sold."""
    back = {**line("r1", "V-LAMP", "1", (735, 67)), "source_line_item_uid": "l1"}
    amounts = {"total_money": money(735), "tip_money": money(0)}
    returned = {"uid": "b1", "source_order_id": "O-1", "return_line_items": [back], "return_amounts": amounts}
    gone = {"line_items": [], "service_charges": [], "total_money": money(0), "returns": [returned]}
    return order_of(number, minutes, **{**gone, **changed})
