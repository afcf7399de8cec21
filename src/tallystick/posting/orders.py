"""What order-to-cash and return-to-refund write in the book."""

from tallystick.messages.fulfilment import GoodsDispatched
from tallystick.messages.payments import PaymentCaptured, PaymentChargedBack, PaymentSettled, RefundPaid
from tallystick.messages.returns import GoodsLost, GoodsReturned
from tallystick.messages.sales import AllowanceGranted
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact             each      debit                           credit                        amount      because
    Rule(GoodsDispatched, "lines",  "outside:customer",             "stock:reserved:{location}",  "quantity", "the goods leave the building"),
    Rule(GoodsDispatched, "lines",  "receivable:{channel}",         "revenue:{channel}",          "net",      "control passes, revenue is earned"),
    Rule(GoodsDispatched, "lines",  "receivable:{channel}",         "tax_payable:{jurisdiction}", "tax",      "owed to the tax office"),
    Rule(GoodsDispatched, "lines",  "cost_of_sales:{channel}",      "inventory:{location}",       "cost",     "cost follows the goods"),
    Rule(GoodsDispatched, "unheld", "outside:customer",             "stock:sellable:{location}",  "quantity", "they left although nothing held them"),
    Rule(GoodsDispatched, "unheld", "receivable:{channel}",         "revenue:{channel}",          "net",      "control passes, revenue is earned"),
    Rule(GoodsDispatched, "unheld", "receivable:{channel}",         "tax_payable:{jurisdiction}", "tax",      "owed to the tax office"),
    Rule(GoodsDispatched, "unheld", "cost_of_sales:{channel}",      "inventory:{location}",       "cost",     "cost follows the goods"),
    Rule(GoodsDispatched, "services", "receivable:{channel}",       "service_revenue:{service}",  "net",      "the service is rendered with the first goods"),
    Rule(GoodsDispatched, "services", "receivable:{channel}",       "tax_payable:{jurisdiction}", "tax",      "owed to the tax office"),

    Rule(PaymentCaptured, "",       "psp_clearing:{provider}",      "receivable:{channel}",       "amount",   "the provider owes us now"),
    Rule(RefundPaid,      "",       "receivable:{channel}",         "psp_clearing:{provider}",    "amount",   "the provider paid the customer back"),
    Rule(PaymentSettled,  "",       "bank:{bank}",                  "psp_clearing:{provider}",    "net",      "the provider pays us out"),
    Rule(PaymentSettled,  "",       "psp_fees:{provider}",          "psp_clearing:{provider}",    "fee",      "what the provider kept"),

    Rule(GoodsReturned,   "lines",  "stock:{disposition}:{location}", "outside:customer",         "quantity", "the goods are back, in the state they were found in"),
    Rule(GoodsReturned,   "lines",  "sales_credits:{channel}",      "receivable:{channel}",       "net",      "the sale is taken back"),
    Rule(GoodsReturned,   "lines",  "tax_payable:{jurisdiction}",   "receivable:{channel}",       "tax",      "its tax is no longer owed"),
    Rule(GoodsReturned,   "lines",  "inventory:{location}",         "cost_of_sales:{channel}",    "cost",     "they come back at the cost they left at"),

    Rule(GoodsLost,       "lines",  "outside:lost:{location}",      "outside:customer",           "quantity", "they never reached the customer"),
    Rule(GoodsLost,       "lines",  "sales_credits:{channel}",      "receivable:{channel}",       "net",      "the sale is taken back"),
    Rule(GoodsLost,       "lines",  "tax_payable:{jurisdiction}",   "receivable:{channel}",       "tax",      "its tax is no longer owed"),
    Rule(GoodsLost,       "lines",  "parcels_lost:{channel}",       "cost_of_sales:{channel}",    "cost",     "what was lost on the way was not sold"),

    Rule(AllowanceGranted, "lines", "allowances:{channel}",         "receivable:{channel}",       "net",      "the price of what was sold is lowered afterwards"),
    Rule(AllowanceGranted, "lines", "tax_payable:{jurisdiction}",   "receivable:{channel}",       "tax",      "its tax is no longer owed"),

    Rule(PaymentChargedBack, "",    "chargebacks:{channel}",        "psp_clearing:{provider}",    "amount",   "the customer's bank took it back; negative: won back"),
    Rule(PaymentChargedBack, "",    "psp_fees:{provider}",          "psp_clearing:{provider}",    "fee",      "what the dispute cost"),
)
# fmt: on
