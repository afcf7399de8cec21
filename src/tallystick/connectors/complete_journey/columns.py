"""The columns of the feed, in the order in which a row is kept."""

from typing import Final

HOUSEHOLD: Final = "household_id"
SHOP: Final = "store_id"
BASKET: Final = "basket_id"
PRODUCT: Final = "product_id"
QUANTITY: Final = "quantity"
SALES: Final = "sales_value"
LOYALTY: Final = "retail_disc"
COUPON: Final = "coupon_disc"
MATCH: Final = "coupon_match_disc"
MOMENT: Final = "transaction_timestamp"
IGNORED: Final = "week"

COLUMNS: Final = (HOUSEHOLD, SHOP, BASKET, PRODUCT, QUANTITY, SALES, LOYALTY, COUPON, MATCH, MOMENT)
MONEY: Final = frozenset({SALES, LOYALTY, COUPON, MATCH})
AT: Final = {name: place for place, name in enumerate(COLUMNS)}

Row = tuple[str | None, ...]
"""One cell for each of `COLUMNS`, as text."""
