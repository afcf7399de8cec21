"""What this connector uses of Square's messages: `tally connector drift square --against api.json` compares it."""

from typing import Final

from tallystick.kit.drift.fields import Field, Part, Use

_LINE: Final = (
    ("uid", "string"),
    ("quantity", "string"),
    ("catalog_object_id", "string"),
    ("item_type", "string"),
    ("total_money/amount", "integer"),
    ("total_money/currency", "string"),
    ("total_tax_money/amount", "integer"),
    ("total_service_charge_money/amount", "integer"),
)
_TENDERS: Final = (
    *("CARD", "CASH", "THIRD_PARTY_CARD", "SQUARE_GIFT_CARD", "NO_SALE", "BANK_ACCOUNT", "WALLET"),
    *("BUY_NOW_PAY_LATER", "SQUARE_ACCOUNT", "OTHER"),
)


def _read(*fields: tuple[str, str]) -> tuple[Field, ...]:
    """Return fields that are read; Square promises none of them."""
    return tuple(Field(path=f"/{name}", type=kind, must=False) for name, kind in fields)


def _under(path: str, fields: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{path}/{name}", kind) for name, kind in fields)


def _sent(*fields: tuple[str, str]) -> tuple[Field, ...]:
    return tuple(Field(path=f"/{name}", type=kind) for name, kind in fields)


PARTS: Final = (
    Part(
        place="POST /v2/orders/search",
        use=Use.SENT,
        fields=(
            *_sent(
                ("location_ids", "array"), ("limit", "integer"), ("return_entries", "boolean"), ("cursor", "string")
            ),
            *_sent(("query/filter/date_time_filter/updated_at/start_at", "string")),
            Field(path="/query/filter/state_filter/states/*", type="string", values=("COMPLETED",)),
            Field(path="/query/sort/sort_field", type="string", values=("UPDATED_AT",)),
            Field(path="/query/sort/sort_order", type="string", values=("ASC",)),
        ),
    ),
    Part(
        place="POST /v2/orders/search 200",
        use=Use.READ,
        fields=(
            *_read(
                ("cursor", "string"),
                ("orders/*/id", "string"),
                ("orders/*/location_id", "string"),
                ("orders/*/created_at", "string"),
                ("orders/*/updated_at", "string"),
                ("orders/*/closed_at", "string"),
                ("orders/*/customer_id", "string"),
                ("orders/*/total_money/amount", "integer"),
                ("orders/*/total_tip_money/amount", "integer"),
                ("orders/*/rounding_adjustment/amount_money/amount", "integer"),
                ("orders/*/service_charges/*/total_money/amount", "integer"),
                ("orders/*/service_charges/*/total_tax_money/amount", "integer"),
                ("orders/*/service_charges/*/scope", "string"),
                ("orders/*/returns/*/return_amounts/total_money/amount", "integer"),
                ("orders/*/returns/*/return_amounts/tip_money/amount", "integer"),
                *_under("orders/*/line_items/*", _LINE),
                *_under("orders/*/returns/*/return_line_items/*", _LINE),
            ),
            Field(path="/orders/*/tenders/*/type", type="string", must=False, values=_TENDERS),
        ),
    ),
    Part(place="POST /v2/catalog/batch-retrieve", use=Use.SENT, fields=_sent(("object_ids", "array"))),
    Part(
        place="POST /v2/catalog/batch-retrieve 200",
        use=Use.READ,
        fields=_read(
            ("objects/*/id", "string"), ("objects/*/type", "string"), ("objects/*/item_variation_data/sku", "string")
        ),
    ),
    Part(
        place="POST /v2/catalog/search",
        use=Use.SENT,
        fields=(
            *_sent(("cursor", "string"), ("query/set_query/attribute_name", "string")),
            *_sent(("query/set_query/attribute_values", "array")),
            Field(path="/object_types/*", type="string", values=("ITEM_VARIATION",)),
        ),
    ),
    Part(
        place="POST /v2/inventory/counts/batch-retrieve",
        use=Use.SENT,
        fields=(
            *_sent(("catalog_object_ids", "array"), ("location_ids", "array"), ("cursor", "string")),
            Field(path="/states/*", type="string", values=("IN_STOCK",)),
        ),
    ),
    Part(
        place="POST /v2/inventory/counts/batch-retrieve 200",
        use=Use.READ,
        fields=_read(("cursor", "string"), ("counts/*/catalog_object_id", "string"), ("counts/*/quantity", "string")),
    ),
    Part(
        place="POST /v2/inventory/changes/batch-create",
        use=Use.SENT,
        fields=(
            Field(path="/idempotency_key", type="string", longest=36),
            Field(path="/changes/*/type", type="string", values=("PHYSICAL_COUNT",)),
            Field(path="/changes/*/physical_count/state", type="string", values=("IN_STOCK",)),
            *_sent(
                ("changes/*/physical_count/catalog_object_id", "string"),
                ("changes/*/physical_count/location_id", "string"),
                ("changes/*/physical_count/quantity", "string"),
                ("changes/*/physical_count/occurred_at", "string"),
            ),
        ),
    ),
)
