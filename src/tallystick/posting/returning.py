"""What returns under a policy write in the book."""

from tallystick.messages.returning.facts import (
    AdvanceCharged,
    RefundAdvanced,
    ReturnCredited,
    ReturnHeld,
    ReturnSorted,
)
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact            each          debit                          credit                         amount      because
    Rule(ReturnHeld,     "lines",      "stock:quarantine:{location}", "outside:customer",            "quantity", "the goods are here, and somebody must look at them"),
    Rule(ReturnHeld,     "lines",      "inventory:{location}",        "cost_of_sales:{channel}",     "cost",     "they come back at the cost they left at"),

    Rule(ReturnSorted,   "moved",      "stock:{to}:{location}",       "stock:{state}:{location}",    "quantity", "looked at, and put where they belong"),
    Rule(ReturnSorted,   "scrapped",   "outside:lost:{location}",     "stock:{state}:{location}",    "quantity", "not worth keeping"),
    Rule(ReturnSorted,   "scrapped",   "stock_losses:{location}",     "inventory:{location}",        "cost",     "what is thrown away is worth nothing"),
    Rule(ReturnSorted,   "sent_again", "outside:customer",            "stock:{state}:{location}",    "quantity", "not taken back: they go to the customer again"),
    Rule(ReturnSorted,   "sent_again", "cost_of_sales:{channel}",     "inventory:{location}",        "cost",     "cost follows the goods"),

    Rule(ReturnCredited, "lines",      "sales_credits:{channel}",     "receivable:{channel}",        "net",      "the sale is taken back"),
    Rule(ReturnCredited, "lines",      "tax_payable:{jurisdiction}",  "receivable:{channel}",        "tax",      "its tax is no longer owed"),
    Rule(ReturnCredited, "fees",       "receivable:{channel}",        "service_revenue:{service}",   "net",      "the part of the price that is kept"),
    Rule(ReturnCredited, "fees",       "receivable:{channel}",        "tax_payable:{jurisdiction}",  "tax",      "tax is given back only with the price (Directive 2006/112/EC, Art. 90)"),
    Rule(ReturnCredited, "",           "receivable:{channel}",        "return_claims:{channel}",     "advanced", "the goods that the refund was paid for are here"),

    Rule(RefundAdvanced, "",           "return_claims:{channel}",     "receivable:{channel}",        "amount",   "refunded before the goods are here: the customer owes them"),
    Rule(AdvanceCharged, "",           "receivable:{channel}",        "return_claims:{channel}",     "amount",   "nothing came, and the sale stands"),
)
# fmt: on
