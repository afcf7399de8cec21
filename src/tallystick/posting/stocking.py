"""What transfers, corrections and moves between states write in the book."""

from tallystick.messages.stocking.corrections import StockCorrected, StockStateChanged
from tallystick.messages.stocking.transfers import (
    SurplusExplained,
    TransferDispatched,
    TransferLost,
    TransferReceived,
)
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact               each         debit                                           credit                                          amount        because
    Rule(TransferDispatched, "held",     "stock:in_transit:{transfer}",                  "stock:reserved:{location}",                    "quantity",   "on the way to another location of ours"),
    Rule(TransferDispatched, "held",     "goods_in_transit:{target}",                    "inventory:{location}",                         "value",      "still ours, and worth what they cost"),
    Rule(TransferDispatched, "unheld",   "stock:in_transit:{transfer}",                  "stock:sellable:{location}",                    "quantity",   "left though nothing was held for it"),
    Rule(TransferDispatched, "unheld",   "goods_in_transit:{target}",                    "inventory:{location}",                         "value",      "still ours, and worth what they cost"),

    Rule(TransferReceived,   "arrived",   "stock:{condition}:{location}",                "stock:in_transit:{transfer}",                  "quantity",   "arrived, and put away"),
    Rule(TransferReceived,   "arrived",   "inventory:{location}",                        "goods_in_transit:{location}",                  "value",      "at the value they left at"),
    Rule(TransferReceived,   "recovered", "stock:{condition}:{location}",                "outside:lost:{bearer}",                        "quantity",   "given up, and here after all"),
    Rule(TransferReceived,   "recovered", "inventory:{location}",                        "stock_adjustments:{reason}:{bearer}",          "value",      "the write-down is taken back"),
    Rule(TransferReceived,   "surplus",   "stock:{condition}:{location}",                "outside:found:{bearer}",                       "quantity",   "arrived, though nobody has said it was sent"),
    Rule(TransferReceived,   "surplus",   "inventory:{location}",                        "stock_adjustments:transit_surplus:{bearer}",   "value",      "at the cost known where it came from"),

    Rule(TransferLost,       "lines",     "outside:lost:{bearer}",                       "stock:in_transit:{transfer}",                  "quantity",   "never arrived"),
    Rule(TransferLost,       "lines",     "stock_adjustments:{reason}:{bearer}",         "goods_in_transit:{location}",                  "value",      "written down where it is borne"),

    Rule(SurplusExplained,   "lines",     "outside:found:{bearer}",                      "stock:in_transit:{transfer}",                  "quantity",   "had arrived before we heard that it left"),
    Rule(SurplusExplained,   "lines",     "stock_adjustments:transit_surplus:{bearer}",  "goods_in_transit:{location}",                  "value",      "no gain after all"),
    Rule(SurplusExplained,   "lines",     "cost_differences:{location}",                 "goods_in_transit:{location}",                  "difference", "what the guess at their cost was out by"),

    Rule(StockCorrected,     "found",     "stock:{state}:{location}",                    "outside:found:{location}",                     "quantity",   "there are more than the book had"),
    Rule(StockCorrected,     "found",     "inventory:{location}",                        "stock_adjustments:{reason}:{location}",        "value",      "at the cost known, by reason"),
    Rule(StockCorrected,     "lost",      "outside:lost:{location}",                     "stock:{state}:{location}",                     "quantity",   "there are fewer than the book had"),
    Rule(StockCorrected,     "lost",      "stock_adjustments:{reason}:{location}",       "inventory:{location}",                         "value",      "at their average cost, by reason"),

    Rule(StockStateChanged,  "lines",     "stock:{to_state}:{location}",                 "stock:{from_state}:{location}",                "quantity",   "put into another state; the value stays"),
)
# fmt: on
