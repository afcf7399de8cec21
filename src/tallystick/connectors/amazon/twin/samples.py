"""Orders, events and settlements as Amazon tells them: fixtures of our own, with a field that nobody knows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

PLACED: Final = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
MARKET: Final = "A1PA6795UKMFR9"
COLUMNS: Final = (
    *("settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount", "currency"),
    *("transaction-type", "order-id", "merchant-order-id", "adjustment-id", "shipment-id", "marketplace-name"),
    *("amount-type", "amount-description", "amount", "fulfillment-id", "posted-date", "posted-date-time"),
    *(
        "order-item-code",
        "merchant-order-item-id",
        "merchant-adjustment-item-id",
        "sku",
        "quantity-purchased",
        "promotion-id",
    ),
)


def stamp(at: datetime) -> str:
    """Write a moment as Amazon does."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def money(amount: str, currency: str = "EUR") -> Any:
    """Return an amount of an order."""
    return {"CurrencyCode": currency, "Amount": amount}


def number(amount: float, currency: str = "EUR") -> Any:
    """Return an amount of an event."""
    return {"CurrencyCode": currency, "CurrencyAmount": amount}


def order_of(name: str, minutes: int, **changed: Any) -> Any:
    """Return an order for 49.28 that waits to be sent: three lamps, a mug, and their way."""
    at = stamp(PLACED + timedelta(minutes=minutes))
    said = {
        "AmazonOrderId": name,
        "PurchaseDate": at,
        "LastUpdateDate": at,
        "OrderStatus": "Unshipped",
        "FulfillmentChannel": "MFN",
        "OrderTotal": money("49.28"),
        "PaymentMethod": "Other",
        "MarketplaceId": MARKET,
        "LatestShipDate": stamp(PLACED + timedelta(days=2)),
        "IsReplacementOrder": "false",
        "ShippingAddress": {"City": "Wien", "StateOrRegion": "Wien", "PostalCode": "1010", "CountryCode": "AT"},
        "LoyaltyTier": "nobody knows this",
    }
    return {**said, **changed}


def items_of(name: str, **changed: Any) -> list[Any]:
    """Return its lines: the lamps' tax is Amazon's, the mug's is ours; prices are without tax."""
    lamp = {
        "ASIN": "B0LAMP",
        "OrderItemId": f"{name}-1",
        "SellerSKU": "LÄMP/1",
        "QuantityOrdered": 3,
        "QuantityShipped": 0,
        "ItemPrice": money("21.03"),
        "ItemTax": money("2.01"),
        "PromotionDiscount": money("1.00"),
        "ShippingPrice": money("5.00"),
        "ShippingTax": money("0.50"),
        "TaxCollection": {"Model": "MarketplaceFacilitator", "ResponsibleParty": "Amazon Services, Inc."},
    }
    mug = {
        "ASIN": "B0MUG",
        "OrderItemId": f"{name}-2",
        "SellerSKU": "MUG",
        "QuantityOrdered": 1,
        "QuantityShipped": 0,
        "ItemPrice": money("19.74"),
        "ItemTax": money("2.00"),
    }
    return [{**lamp, **changed}, mug]


def shipment_of(name: str, at: datetime, amount: float = 49.28) -> Any:
    """Return the event of a parcel: what Amazon took, a fee, and tax it withheld."""
    item = {
        "SellerSKU": "LÄMP/1",
        "OrderItemId": f"{name}-1",
        "QuantityShipped": 3,
        "ItemChargeList": [
            {"ChargeType": "Principal", "ChargeAmount": number(amount - 3.51)},
            {"ChargeType": "Tax", "ChargeAmount": number(4.51)},
        ],
        "ItemFeeList": [{"FeeType": "Commission", "FeeAmount": number(-6.75)}],
        "PromotionList": [{"PromotionType": "PromotionMetaDataDefinitionValue", "PromotionAmount": number(-1.0)}],
    }
    return {"AmazonOrderId": name, "PostedDate": stamp(at), "ShipmentItemList": [item], "StoreName": "ours"}


def refund_of(name: str, at: datetime, amount: float = 6.68) -> Any:
    """Return the event of a refund."""
    charges = [{"ChargeType": "Principal", "ChargeAmount": number(-amount)}]
    item = {"OrderAdjustmentItemId": f"{name}-r", "ItemChargeAdjustmentList": charges}
    return {"AmazonOrderId": name, "PostedDate": stamp(at), "ShipmentItemAdjustmentList": [item]}


def settlement_text(settlement: str, total: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Return a flat file; each row is (transaction-type, order-id, amount-type, amount-description, amount, fulfillment-id)."""
    head = {"deposit-date": "2026-03-29 06:00:00 UTC", "total-amount": total, "currency": "EUR"}
    names = ("transaction-type", "order-id", "amount-type", "amount-description", "amount", "fulfillment-id")
    cells = [head, *(dict(zip(names, row, strict=True)) for row in rows)]
    lines = ["\t".join({**cell, "settlement-id": settlement}.get(c, "") for c in COLUMNS) for cell in cells]
    return "\n".join(["\t".join(COLUMNS), *lines, ""])


def settlement_of(settlement: str) -> str:
    """Return a settlement of one order, a subscription, and a reserve: 25.54 paid."""
    rows = [
        ("Order", "O-1", "ItemPrice", "Principal", "45.77", "MFN"),
        ("Order", "O-1", "ItemPrice", "Tax", "4.51", "MFN"),
        ("Order", "O-1", "Promotion", "Principal", "-1.00", "MFN"),
        ("Order", "O-1", "ItemFees", "Commission", "-6.75", "MFN"),
        ("Order", "O-1", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", "-2.00", "MFN"),
        ("ServiceFee", "", "other-transaction", "Subscription Fee", "-5.00", ""),
        ("Transfer", "", "other-transaction", "Current Reserve Amount", "-9.99", ""),
    ]
    return settlement_text(settlement, "25.54", rows)
