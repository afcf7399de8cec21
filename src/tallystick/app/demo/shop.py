"""The lamp shop: what it sells, and what three days in November brought it.

A warehouse (WH1) serves the web shop, a corner shop (SHOP) has a till. Prices are net, taxed at a fifth.
"""

from typing import Final

from msgspec import Struct

CURRENCY: Final = "USD/2"
DAYS: Final = ("2026-11-16", "2026-11-17", "2026-11-18")
WEB, MARKETPLACE, TILL, WAREHOUSE, PROVIDER = "webshop", "bazaar", "till", "warehouse", "lumapay"
WEB_CHANNEL, MARKET, MARKET_ORDER = "web", "market", "M"
JURISDICTION: Final = "AT"
TAX_DIVISOR: Final = 5


class Product(Struct, frozen=True):
    """What a product costs us and is sold for, net, in cents."""

    name: str
    cost: int
    net: int


# fmt: off
PRODUCTS: Final = {
    "LAMP-ARC":    Product("arc floor lamp",  4200, 9900),
    "LAMP-DESK":   Product("desk lamp",       1800, 4500),
    "LAMP-PAPER":  Product("paper lantern",    650, 1900),
    "BULB-E27":    Product("warm bulb",        120,  400),
    "SHADE-LINEN": Product("linen shade",      900, 2400),
}

# receipt, day, time, location, goods
RECEIPTS: Final = (
    ("R-1", 0, "07:30", "WH1",  "12 LAMP-ARC, 40 LAMP-DESK, 40 LAMP-PAPER, 150 BULB-E27, 15 SHADE-LINEN"),
    ("R-2", 0, "08:10", "SHOP", "3 LAMP-DESK, 10 LAMP-PAPER, 40 BULB-E27"),
    ("R-3", 2, "08:15", "SHOP", "6 LAMP-DESK, 20 BULB-E27"),
)

# order, day, time placed, lines, fate
WEB_ORDERS: Final = (
    ("W101", 0, "08:42", "1 LAMP-DESK, 1 BULB-E27",                "shipped"),
    ("W102", 0, "09:05", "2 LAMP-PAPER",                           "shipped"),
    ("W103", 0, "09:17", "1 LAMP-ARC, 2 BULB-E27",                 "told twice"),
    ("W104", 0, "09:31", "2 LAMP-ARC, 1 SHADE-LINEN, 4 BULB-E27",  "split and damaged"),
    ("W105", 0, "09:58", "6 BULB-E27",                             "shipped"),
    ("W106", 0, "10:20", "1 LAMP-DESK",                            "shipped"),
    ("W107", 0, "10:44", "20 LAMP-ARC",                            "refused"),
    ("W108", 0, "11:02", "3 LAMP-PAPER, 3 BULB-E27",               "shipped"),
    ("W109", 0, "11:36", "4 LAMP-DESK",                            "authorised short"),
    ("W110", 0, "13:15", "1 SHADE-LINEN",                          "settled late"),
    ("W111", 0, "14:03", "2 LAMP-DESK, 2 BULB-E27",                "cancelled"),
    ("W112", 0, "15:27", "1 LAMP-ARC",                             "payment first"),
    ("W113", 1, "08:11", "1 LAMP-PAPER, 1 BULB-E27",               "shipped"),
    ("W114", 1, "08:49", "1 LAMP-DESK, 1 SHADE-LINEN",             "shipped"),
    ("W115", 1, "09:20", "10 BULB-E27",                            "shipped"),
    ("W116", 1, "09:41", "2 LAMP-DESK",                            "returned whole"),
    ("W117", 1, "10:13", "1 LAMP-ARC",                             "shipped"),
    ("W118", 1, "10:55", "4 LAMP-PAPER, 4 BULB-E27",               "shipped"),
    ("W119", 1, "11:30", "1 LAMP-DESK",                            "declined"),
    ("W120", 1, "12:48", "2 SHADE-LINEN",                          "shipped"),
    ("W121", 1, "14:22", "1 LAMP-DESK, 2 BULB-E27",                "shipped"),
    ("W122", 1, "15:09", "1 LAMP-PAPER",                           "shipped"),
    ("W123", 1, "16:40", "1 LAMP-ARC, 1 LAMP-DESK",                "shipped"),
    ("W124", 2, "08:30", "2 LAMP-PAPER, 2 BULB-E27",               "shipped"),
    ("W125", 2, "09:02", "1 LAMP-DESK",                            "shipped"),
    ("W126", 2, "09:44", "1 SHADE-LINEN, 1 BULB-E27",              "shipped"),
    ("W127", 2, "10:27", "1 LAMP-ARC",                             "shipped"),
    ("W128", 2, "12:05", "3 LAMP-DESK",                            "open"),
    ("W129", 2, "13:51", "8 BULB-E27",                             "open"),
    ("W130", 2, "15:33", "1 LAMP-PAPER, 1 SHADE-LINEN",            "unpaid"),
)

ORDERS: Final = (
    *WEB_ORDERS,
    ("M201", 0, "12:10", "2 LAMP-PAPER",                           "shipped"),
    ("M202", 1, "13:30", "1 LAMP-DESK, 2 BULB-E27",                "shipped"),
    ("M203", 2, "14:45", "2 LAMP-PAPER",                           "open"),
)

# sale, day, time, tender, goods. T-4 sells a desk lamp more than the book has: it is posted all the same.
SALES: Final = (
    ("T-1", 0, "10:12", "cash", "1 LAMP-PAPER"),
    ("T-2", 0, "16:20", "card", "1 LAMP-DESK, 2 BULB-E27"),
    ("T-3", 1, "11:05", "card", "2 LAMP-PAPER, 2 BULB-E27"),
    ("T-4", 1, "17:48", "card", "3 LAMP-DESK"),
    ("T-5", 2, "10:31", "cash", "4 BULB-E27"),
    ("T-6", 2, "16:02", "card", "1 LAMP-DESK, 1 LAMP-PAPER"),
)

# credit, day, time, tender, goods: somebody brings back what no known sale explains
CREDITS: Final = (("C-1", 2, "11:40", "cash", "1 LAMP-PAPER"),)

# count, day, time, location, units over or under the book
COUNTS: Final = (("COUNT-SHOP", 2, "19:00", "SHOP", "-2 BULB-E27"),)
# fmt: on
