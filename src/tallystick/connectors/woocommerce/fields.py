"""What this connector uses of an order: `tally connector drift woocommerce --against SCHEMA` compares it.

WordPress publishes the JSON Schema of a resource: what `OPTIONS /wp-json/wc/v3/orders` answers, its member `schema`.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tallystick.connectors.woocommerce.wire import Order, Product, Refund
from tallystick.kit.drift.fields import Field, Part, Use


def _read(*fields: tuple[str, str]) -> tuple[Field, ...]:
    return tuple(Field(path=f"/{name}", type=kind, must=False) for name, kind in fields)


_LINE: Final = (("id", "integer"), ("total", "string"), ("total_tax", "string"))

PARTS: Final = (
    Part(
        place="#",
        use=Use.READ,
        fields=_read(
            ("id", "integer"),
            ("status", "string"),
            ("currency", "string"),
            ("total", "string"),
            ("date_created_gmt", "date-time"),
            ("date_modified_gmt", "date-time"),
            ("date_paid_gmt", "date-time"),
            ("date_completed_gmt", "date-time"),
            ("customer_id", "integer"),
            ("payment_method", "string"),
            ("transaction_id", "string"),
            ("billing/country", "string"),
            ("billing/email", "string"),
            ("shipping/country", "string"),
            *((f"line_items/*/{name}", kind) for name, kind in (*_LINE, ("sku", "string"), ("quantity", "integer"))),
            *((f"shipping_lines/*/{name}", kind) for name, kind in (*_LINE, ("method_id", "string"))),
            *((f"fee_lines/*/{name}", kind) for name, kind in _LINE),
            ("refunds/*/id", "integer"),
            ("refunds/*/total", "string"),
            ("refunds/*/reason", "string"),
            ("meta_data/*/key", "string"),
        ),
    ),
)
WIRE: Final[Mapping[str, type[Struct]]] = {
    "GET orders, order.* webhooks": Order,
    "GET orders/{id}/refunds": Refund,
    "GET products": Product,
}
