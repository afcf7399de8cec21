"""What promises, receipts, counts and shortages write in the book."""

from tallystick.messages.stock import (
    GoodsReceived,
    ShortageCovered,
    ShortageExplained,
    StockAdjusted,
    StockNoLongerOwed,
    StockOwed,
    StockReleased,
    StockReserved,
)
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact               each               debit                            credit                           amount      because
    Rule(StockReserved,     "lines",           "stock:reserved:{location}",     "stock:sellable:{location}",     "quantity", "the order holds the goods"),
    Rule(StockReleased,     "lines",           "stock:sellable:{location}",     "stock:reserved:{location}",     "quantity", "the order lets go"),
    Rule(StockOwed,         "lines",           "outside:promised",              "outside:owed:{location}",       "quantity", "promised, though not there yet"),
    Rule(StockNoLongerOwed, "lines",           "outside:owed:{location}",       "outside:promised",              "quantity", "sent, or let go of"),

    Rule(GoodsReceived,     "supplied",        "stock:sellable:{location}",     "outside:supplier",              "quantity", "the supplier's goods are here"),
    Rule(GoodsReceived,     "supplied",        "inventory:{location}",          "goods_received:{location}",     "value",    "owed, though not yet invoiced"),
    Rule(GoodsReceived,     "opening",         "stock:sellable:{location}",     "outside:opening:{location}",    "quantity", "declared to have been here before the book began"),
    Rule(GoodsReceived,     "opening",         "inventory:{location}",          "opening_stock:{location}",      "value",    "declared value of the declared stock"),

    Rule(StockAdjusted,     "found",           "stock:sellable:{location}",     "outside:found:{location}",      "quantity", "counted over the book"),
    Rule(StockAdjusted,     "found",           "inventory:{location}",          "stock_gains:{location}",        "value",    "what is found is gained"),
    Rule(StockAdjusted,     "lost",            "outside:lost:{location}",       "stock:sellable:{location}",     "quantity", "counted under the book"),
    Rule(StockAdjusted,     "lost",            "stock_losses:{location}",       "inventory:{location}",          "value",    "what is lost is a loss"),
    Rule(StockAdjusted,     "found_unstocked", "outside:unstocked",             "outside:found:{location}",      "quantity", "counted, though no shelf holds it"),
    Rule(StockAdjusted,     "lost_unstocked",  "outside:lost:{location}",       "outside:unstocked",             "quantity", "counted, though no shelf holds it"),

    Rule(ShortageCovered,   "lines",           "stock:sellable:{location}",     "outside:unexplained:{location}", "quantity", "goods moved that the book did not have"),
    Rule(ShortageCovered,   "lines",           "inventory:{location}",          "unexplained_stock:{location}",  "value",    "at the last known cost, until explained"),
    Rule(ShortageExplained, "lines",           "outside:unexplained:{location}", "stock:sellable:{location}",    "quantity", "the missing units have come to light"),
    Rule(ShortageExplained, "lines",           "unexplained_stock:{location}",  "inventory:{location}",          "value",    "and leave again at the cost they came in at"),
    Rule(ShortageExplained, "lines",           "unexplained_stock:{location}",  "cost_differences:{location}",   "difference", "what the guess at their cost was out by"),
)
# fmt: on
