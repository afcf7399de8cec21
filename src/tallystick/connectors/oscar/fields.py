"""What this connector uses of oscar's REST API: `tally connector drift oscar --against openapi.json` compares it.

oscar publishes no description; Django REST framework writes one for a shop's own release (`manage.py generateschema`).
"""

from typing import Final

from tallystick.kit.drift.fields import Part, Use, fields_in

_ORDERS: Final = "/api/admin/orders/"
_PRODUCTS: Final = "/api/admin/products/"
_RECORD: Final = "/api/admin/stockrecords/{id}/"
_STATUS: Final = "/api/tallystick/orders/{number}/status/"
_COUNTED: Final = ("string url partner_sku", "integer num_in_stock? num_allocated?")


def _read(place: str, at: str, *said: str) -> Part:
    return Part(place=f"GET {place} 200", use=Use.READ, fields=fields_in(at, *said))


PARTS: Final = (
    _read(
        _ORDERS,
        "/*",
        "string number status currency total_incl_tax date_placed lines",
        "string shipping_excl_tax shipping_incl_tax shipping_code",
        "string surcharges/*/name surcharges/*/excl_tax surcharges/*/incl_tax",
        "string shipping_address/country? owner? email?",
    ),
    _read(
        "/api/admin/orders/{id}/lines/",
        "/*",
        "string stockrecord? price_excl_tax price_incl_tax",
        "integer quantity",
    ),
    _read(_RECORD, "", *_COUNTED),
    _read(_PRODUCTS, "/*/stockrecords/*", *_COUNTED),
    _read(_STATUS, "", "string number status", "array notes"),
    Part(place=f"PATCH {_RECORD}", use=Use.SENT, fields=fields_in("", "integer num_in_stock")),
    Part(place=f"PATCH {_STATUS}", use=Use.SENT, fields=fields_in("", "string status note")),
)
"""oscar may cut its lists into pages: then they stand in `results`, and its description says so."""
