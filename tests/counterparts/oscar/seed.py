"""Seeds a migrated shop: a clerk, a country, four products. Run by the shop's own Python."""

import sys
from decimal import Decimal

import django  # type: ignore[import-not-found, import-untyped, unused-ignore]

django.setup()

from django.contrib.auth import get_user_model  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402
from oscar.core.loading import get_model  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402

get_user_model().objects.create_superuser("clerk", "clerk@example.test", sys.argv[1])
country = {"iso_3166_1_a2": "AT", "printable_name": "Austria", "name": "Austria", "is_shipping_country": True}
get_model("address", "Country").objects.create(**country)
kind = get_model("catalogue", "ProductClass").objects.create(name="goods", track_stock=True)
partner = get_model("partner", "Partner").objects.create(name="warehouse")
for sku in ("LAMP", "MUG", "FAN", "VASE"):
    product = get_model("catalogue", "Product").objects.create(title=sku.title(), upc=sku, product_class=kind)
    priced = {"price": Decimal("19.90"), "price_currency": "EUR", "num_in_stock": 100}
    get_model("partner", "StockRecord").objects.create(product=product, partner=partner, partner_sku=sku, **priced)
