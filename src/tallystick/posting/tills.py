"""What tills write in the book beyond a sale: corrected baskets, and the count of what was taken."""

from tallystick.messages.sales import SaleReversed
from tallystick.messages.tills import CashCounted
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact          each         debit                              credit                             amount      because
    Rule(SaleReversed, "goods",     "stock:sellable:{location}",       "outside:customer",                "quantity", "the line proved wrong: the goods never left so"),
    Rule(SaleReversed, "goods",     "revenue:{channel}",               "receivable:{channel}",            "net",      "nor was it earned so"),
    Rule(SaleReversed, "goods",     "tax_payable:{jurisdiction}",      "receivable:{channel}",            "tax",      "nor is its tax owed"),
    Rule(SaleReversed, "goods",     "inventory:{location}",            "cost_of_sales:{channel}",         "cost",     "back at the cost they left at"),
    Rule(SaleReversed, "goods",     "revenue:{channel}",               "loyalty_discounts:{channel}",     "loyalty",  "and its discount is taken back"),
    Rule(SaleReversed, "goods",     "revenue:{channel}",               "coupon_matches:{channel}",        "match",    "and what we added to the coupon"),
    Rule(SaleReversed, "goods",     "receivable:{channel}",            "coupon_claims:{channel}",         "coupon",   "and the manufacturer does not owe it"),
    Rule(SaleReversed, "giveaways", "stock:sellable:{location}",       "outside:customer",                "quantity", "the line proved wrong: the goods never left so"),
    Rule(SaleReversed, "giveaways", "inventory:{location}",            "giveaways:{channel}",             "cost",     "back at the cost they left at"),
    Rule(SaleReversed, "scans",     "revenue:{channel}",               "receivable:{channel}",            "net",      "the line proved wrong: it was not earned so"),
    Rule(SaleReversed, "scans",     "revenue:{channel}",               "loyalty_discounts:{channel}",     "loyalty",  "and its discount is taken back"),
    Rule(SaleReversed, "scans",     "revenue:{channel}",               "coupon_matches:{channel}",        "match",    "and what we added to the coupon"),
    Rule(SaleReversed, "scans",     "receivable:{channel}",            "coupon_claims:{channel}",         "coupon",   "and the manufacturer does not owe it"),
    Rule(SaleReversed, "",          "receivable:{channel}",            "till_takings:{location}:{tender}", "taken",   "nor did the till take it so"),

    Rule(CashCounted,  "cash",      "safe:{location}",                 "till_takings:{location}:{tender}", "counted", "counted, and in the safe"),
    Rule(CashCounted,  "cash",      "over_short:{location}",           "till_takings:{location}:{tender}", "short",   "the count lies below the takings; above where negative"),
    Rule(CashCounted,  "cashless",  "tender_clearing:{tender}",        "till_takings:{location}:{tender}", "counted", "counted, and owed by who settles that tender"),
    Rule(CashCounted,  "cashless",  "over_short:{location}",           "till_takings:{location}:{tender}", "short",   "the count lies below the takings; above where negative"),
)
# fmt: on
