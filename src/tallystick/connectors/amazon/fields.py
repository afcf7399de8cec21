"""What this connector uses of Amazon's messages: `tally connector drift amazon --against ordersV0.json` compares it.

Amazon publishes a model for each API; each is compared with the parts that are its own.
"""

from typing import Final

from tallystick.connectors.amazon.pages import DOCUMENTS, EVENTS, ORDERS, REPORTS
from tallystick.connectors.amazon.stock import FEED_DOCUMENTS, FEEDS, LISTINGS
from tallystick.kit.drift.fields import Field, Part, Use, fields_in

_ORDER: Final = "/payload/Orders/*"
_ITEM: Final = "/payload/OrderItems/*"
_SHIPMENTS: Final = "/payload/FinancialEvents/ShipmentEventList/*"
_BACK: Final = ("RefundEventList", "GuaranteeClaimEventList", "ChargebackEventList")
_AMOUNTS: Final = (
    *("ItemPrice", "ItemTax", "ShippingPrice", "ShippingTax", "ShippingDiscount", "ShippingDiscountTax"),
    *("PromotionDiscount", "PromotionDiscountTax"),
)


def _read(place: str, api: str, *fields: Field) -> Part:
    return Part(place=f"GET {place} 200", use=Use.READ, fields=fields, api=api)


def _sent(place: str, api: str, *fields: Field) -> Part:
    return Part(place=place, use=Use.SENT, fields=fields, api=api)


def _money(at: str, *names: str) -> tuple[Field, ...]:
    return tuple(f for n in names for f in fields_in(f"{at}/{n}", "string CurrencyCode? Amount?"))


def _parts_of(event: str) -> tuple[Field, ...]:
    """Return the amounts of an event, of its order and of its lines."""
    found = list(fields_in(event, "string AmazonOrderId? PostedDate?"))
    for at, name in (
        *(("OrderChargeList", "ChargeAmount"), ("OrderChargeAdjustmentList", "ChargeAmount")),
        *(
            (f"ShipmentItemList/*/{x}", n)
            for x, n in (("ItemChargeList", "ChargeAmount"), ("PromotionList", "PromotionAmount"))
        ),
        ("ShipmentItemAdjustmentList/*/ItemChargeAdjustmentList", "ChargeAmount"),
        ("ShipmentItemAdjustmentList/*/PromotionAdjustmentList", "PromotionAmount"),
    ):
        found += fields_in(f"{event}/{at}/*/{name}", "string CurrencyCode?", "number CurrencyAmount?")
    return tuple(found)


PARTS: Final = (
    _sent(
        f"GET {ORDERS} ?",
        "/orders/v0",
        Field(path="/MarketplaceIds", type="array"),
        *fields_in("", "string LastUpdatedAfter NextToken", "integer MaxResultsPerPage"),
        *fields_in("", "array OrderStatuses FulfillmentChannels"),
    ),
    _read(
        ORDERS,
        "/orders/v0",
        *fields_in("", "string payload/NextToken?"),
        *fields_in(_ORDER, "string AmazonOrderId? PurchaseDate? LastUpdateDate? PaymentMethod? MarketplaceId?"),
        *fields_in(_ORDER, "string LatestShipDate? ShippingAddress/StateOrRegion? ShippingAddress/CountryCode?"),
        *fields_in(_ORDER, "boolean IsReplacementOrder?"),
        *_money(_ORDER, "OrderTotal"),
        Field(path=f"{_ORDER}/FulfillmentChannel", type="string", must=False, values=("MFN", "AFN")),
        Field(
            path=f"{_ORDER}/OrderStatus",
            type="string",
            must=False,
            values=(
                *("Pending", "Unshipped", "PartiallyShipped", "Shipped", "Canceled", "Unfulfillable"),
                *("InvoiceUnconfirmed", "PendingAvailability"),
            ),
        ),
    ),
    _read(
        f"{ORDERS}/{{orderId}}",
        "/orders/v0",
        *fields_in("/payload", "string AmazonOrderId? OrderStatus? MarketplaceId?"),
    ),
    _read(
        f"{ORDERS}/{{orderId}}/orderItems",
        "/orders/v0",
        *fields_in("", "string payload/NextToken?"),
        *fields_in(_ITEM, "string OrderItemId? SellerSKU?", "integer QuantityOrdered? QuantityShipped?"),
        *_money(_ITEM, *_AMOUNTS),
        Field(path=f"{_ITEM}/TaxCollection/Model", type="string", must=False, values=("MarketplaceFacilitator",)),
        Field(path=f"{_ITEM}/DeemedResellerCategory", type="string", must=False, values=("IOSS", "UOSS")),
    ),
    _sent(
        f"POST {ORDERS}/{{orderId}}/shipmentConfirmation",
        "/orders/v0",
        *fields_in("", "string marketplaceId"),
        *fields_in("/packageDetail", "string packageReferenceId carrierCode carrierName trackingNumber shipDate"),
        *fields_in("/packageDetail/orderItems/*", "string orderItemId", "integer quantity"),
    ),
    _sent(
        f"GET {EVENTS} ?", "/finances/v0", *fields_in("", "integer MaxResultsPerPage", "string PostedAfter NextToken")
    ),
    _read(
        EVENTS,
        "/finances/v0",
        *fields_in("", "string payload/NextToken?"),
        *_parts_of(_SHIPMENTS),
        *(f for name in _BACK for f in _parts_of(f"/payload/FinancialEvents/{name}/*")),
    ),
    _sent(
        f"GET {REPORTS} ?",
        "/reports/2021-06-30",
        *fields_in("", "array reportTypes", "string createdSince nextToken", "integer pageSize"),
        Field(path="/processingStatuses", type="array"),
    ),
    _read(
        REPORTS,
        "/reports/2021-06-30",
        *fields_in("", "string nextToken?"),
        *fields_in("/reports/*", "string reportId createdTime reportDocumentId?"),
    ),
    _read(
        f"{DOCUMENTS}/{{reportDocumentId}}",
        "/reports/2021-06-30",
        *fields_in("", "string url"),
        Field(path="/compressionAlgorithm", type="string", must=False, values=("GZIP",)),
    ),
    _sent(f"POST {FEED_DOCUMENTS}", "/feeds/2021-06-30", *fields_in("", "string contentType")),
    _sent(
        f"POST {FEEDS}",
        "/feeds/2021-06-30",
        *fields_in("", "string feedType inputFeedDocumentId", "array marketplaceIds"),
    ),
    _read(
        f"{FEEDS}/{{feedId}}",
        "/feeds/2021-06-30",
        *fields_in("", "string resultFeedDocumentId?"),
        Field(
            path="/processingStatus",
            type="string",
            values=("CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"),
        ),
    ),
    _read(
        f"{FEED_DOCUMENTS}/{{feedDocumentId}}",
        "/feeds/2021-06-30",
        *fields_in("", "string url"),
        Field(path="/compressionAlgorithm", type="string", must=False, values=("GZIP",)),
    ),
    _sent(
        f"GET {LISTINGS}/{{sellerId}} ?",
        "/listings/2021-08-01",
        *fields_in(
            "", "array marketplaceIds includedData identifiers", "string identifiersType pageToken", "integer pageSize"
        ),
    ),
    _read(
        f"{LISTINGS}/{{sellerId}}",
        "/listings/2021-08-01",
        *fields_in("", "string pagination/nextToken? items/*/sku"),
        *fields_in("/items/*/fulfillmentAvailability/*", "string fulfillmentChannelCode?", "integer quantity?"),
    ),
    _sent(
        f"PATCH {LISTINGS}/{{sellerId}}/{{sku}}",
        "/listings/2021-08-01",
        *fields_in("", "string productType"),
        Field(path="/patches/*/op", type="string", values=("replace",)),
        *fields_in("/patches/*", "string path", "array value"),
    ),
)
