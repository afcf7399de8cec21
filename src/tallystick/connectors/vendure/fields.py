"""What this connector uses of Vendure's admin API: `tally connector drift vendure --against SCHEMA` compares it.

All that a question selects is here, also what is only kept: a selected field that goes makes the whole question fail.
"""

from typing import Final

from tallystick.kit.drift.fields import Field, Part, Use, fields_in

_ADDRESS: Final = "fullName? company? streetLine1? streetLine2? city? province? postalCode? countryCode? phoneNumber?"
_ORDER: Final = (
    *fields_in("", "ID id", "String code state", "OrderType type", "CurrencyCode currencyCode", "Money totalWithTax"),
    *fields_in("", "DateTime createdAt updatedAt orderPlacedAt?"),
    *fields_in("/customer", "ID id?", "String emailAddress? firstName? lastName? phoneNumber?"),
    *fields_in("/shippingAddress", f"String {_ADDRESS}"),
    *fields_in("/lines/*", "ID id", "Int quantity orderPlacedQuantity", "String productVariant/sku"),
    *fields_in("/lines/*", "Money proratedLinePrice proratedLinePriceWithTax"),
    *fields_in("/lines/*", "Money proratedUnitPrice proratedUnitPriceWithTax"),
    *fields_in("/lines/*/taxLines/*", "String description", "Float taxRate"),
    *fields_in("/shippingLines/*", "ID id", "Money discountedPrice discountedPriceWithTax"),
    *fields_in("/shippingLines/*", "String shippingMethod/code"),
    *fields_in("/surcharges/*", "ID id", "String description sku?", "Money price priceWithTax"),
    *fields_in("/payments/*", "ID id?", "String method? state? transactionId? errorMessage?", "Money amount?"),
    *fields_in("/payments/*", "DateTime createdAt? updatedAt?"),
    *fields_in("/payments/*/refunds/*", "ID id?", "Money total?", "String state? reason? transactionId?"),
    *fields_in("/payments/*/refunds/*", "DateTime createdAt? updatedAt?"),
    *fields_in("/fulfillments/*", "ID id?", "String state? method? trackingCode?", "DateTime createdAt? updatedAt?"),
    *fields_in("/fulfillments/*/lines/*", "ID orderLineId?", "Int quantity?"),
    *fields_in("/history/items/*", "ID id", "HistoryEntryType type", "DateTime createdAt", "JSON data"),
)
_PRODUCT: Final = (
    *fields_in(
        "/items/*",
        "ID id product/id",
        "String sku name product/name product/description",
        "Boolean enabled",
        "Money price",
    ),
    *fields_in("/items/*", "CurrencyCode currencyCode"),
)
_STOCKED: Final = (
    *fields_in("/items/*", "ID id", "String sku", "Int outOfStockThreshold", "Boolean useGlobalOutOfStockThreshold"),
    *fields_in("/items/*/stockLevels/*", "ID stockLocationId", "Int stockOnHand stockAllocated"),
)
_REFUSED: Final = fields_in("", "ErrorCode errorCode", "String message")
_STATE: Final = fields_in("", "ID id", "String state")


def _at(prefix: str, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(Field(path=f"{prefix}{f.path}", type=f.type, must=f.must) for f in fields)


def _read(place: str, *fields: Field) -> Part:
    return Part(place=place, use=Use.READ, fields=fields)


def _sent(place: str, *fields: Field) -> Part:
    return Part(place=place, use=Use.SENT, fields=fields)


PARTS: Final = (
    _sent("Mutation.login", *fields_in("", "String username password")),
    _read("ErrorResult", *_REFUSED),
    _sent("Query.orders", *fields_in("/options", "Int take skip?", "Boolean filter/orderPlacedAt/isNull?")),
    _sent(
        "Query.orders",
        *fields_in("/options/filter", "DateTime updatedAt/after? orderPlacedAt/after?", "String code/eq?"),
    ),
    _sent("Query.orders", *fields_in("/options/sort", "SortOrder updatedAt? orderPlacedAt?")),
    _read("Query.orders", *fields_in("", "Int totalItems"), *_at("/items/*", _ORDER)),
    _sent("Query.productVariants", *fields_in("/options", "Int take? skip?", "SortOrder sort/id?")),
    _sent("Query.productVariants", *fields_in("/options/filter/sku", "String eq? in/*?")),
    _read("Query.productVariants", *fields_in("", "Int totalItems"), *_PRODUCT, *_STOCKED),
    _sent("Query.product", *fields_in("", "String slug")),
    _read("Query.product", *fields_in("", "ID id? variants/*/id?", "String variants/*/sku?")),
    _read("Query.globalSettings", *fields_in("", "Int outOfStockThreshold")),
    _read("Query.stockLocations", *fields_in("/items/*", "ID id")),
    _sent(
        "Mutation.cancelOrder",
        *fields_in("/input", "ID orderId lines/*/orderLineId", "Int lines/*/quantity", "String reason"),
        *fields_in("/input", "Boolean cancelShipping"),
    ),
    _sent(
        "Mutation.refundOrder",
        *fields_in("/input", "ID paymentId", "Money amount shipping adjustment", "String reason", "array lines"),
    ),
    _read("Refund", *_STATE, *fields_in("", "Money total")),
    _sent("Mutation.settlePayment", *fields_in("", "ID id")),
    _sent("Mutation.cancelPayment", *fields_in("", "ID id")),
    _read("Payment", *_STATE),
    _sent("Mutation.addNoteToOrder", *fields_in("/input", "ID id", "String note", "Boolean isPublic")),
    _read("Mutation.addNoteToOrder", *fields_in("", "ID id")),
    _read("Order", *_STATE),
    _sent(
        "Mutation.addFulfillmentToOrder",
        *fields_in("/input", "ID lines/*/orderLineId", "Int lines/*/quantity", "String handler/code"),
        *fields_in("/input/handler/arguments/*", "String name value"),
    ),
    _sent("Mutation.transitionFulfillmentToState", *fields_in("", "ID id", "String state")),
    _read("Fulfillment", *_STATE),
    _sent(
        "Mutation.updateProductVariants",
        *fields_in("/input/*", "ID id stockLevels/*/stockLocationId", "Int stockLevels/*/stockOnHand"),
        *fields_in("/input/*", "Boolean enabled?", "Money prices/*/price", "CurrencyCode prices/*/currencyCode"),
        *fields_in("/input/*/translations/*", "LanguageCode languageCode", "String name"),
    ),
    _read("Mutation.updateProductVariants", *fields_in("/*", "ID id")),
    _sent(
        "Mutation.createProduct",
        *fields_in("/input", "Boolean enabled"),
        *fields_in("/input/translations/*", "LanguageCode languageCode", "String name slug description"),
    ),
    _read("Mutation.createProduct", *fields_in("", "ID id")),
    _sent(
        "Mutation.updateProduct",
        *fields_in("/input", "ID id"),
        *fields_in("/input/translations/*", "LanguageCode languageCode", "String description"),
    ),
    _read("Mutation.updateProduct", *fields_in("", "ID id")),
    _sent(
        "Mutation.createProductVariants",
        *fields_in("/input/*", "ID productId", "String sku", "Boolean enabled", "GlobalFlag trackInventory"),
        *fields_in("/input/*", "Int stockOnHand"),
        *fields_in("/input/*/translations/*", "LanguageCode languageCode", "String name"),
    ),
    _read("Mutation.createProductVariants", *fields_in("/*", "ID id")),
)
