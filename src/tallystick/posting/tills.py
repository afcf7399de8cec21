"""What tills write in the book beyond a plain sale: discounts, coupons, corrected baskets, takings and their count."""

from tallystick.messages.sales import SaleRecorded, SaleReversed
from tallystick.messages.tills import CashCounted
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact          each         debit                              credit                             amount      because
    Rule(SaleRecorded, "goods",     "loyalty_discounts:{channel}",     "revenue:{channel}",               "loyalty",  "the shelf price is revenue, less what the customer's card took off"),
    Rule(SaleRecorded, "goods",     "coupon_matches:{channel}",        "revenue:{channel}",               "match",    "the shelf price is revenue, less what we added to the coupon"),
    Rule(SaleRecorded, "goods",     "coupon_claims:{channel}",         "receivable:{channel}",            "coupon",   "the manufacturer owes this part in the customer's place"),
    Rule(SaleRecorded, "scans",     "receivable:{channel}",            "revenue:{channel}",               "net",      "sold at a price, though no units were counted"),
    Rule(SaleRecorded, "scans",     "loyalty_discounts:{channel}",     "revenue:{channel}",               "loyalty",  "the shelf price is revenue, less what the customer's card took off"),
    Rule(SaleRecorded, "scans",     "coupon_matches:{channel}",        "revenue:{channel}",               "match",    "the shelf price is revenue, less what we added to the coupon"),
    Rule(SaleRecorded, "scans",     "coupon_claims:{channel}",         "receivable:{channel}",            "coupon",   "the manufacturer owes this part in the customer's place"),
    Rule(SaleRecorded, "",          "till_takings:{location}:{tender}", "receivable:{channel}",           "taken",    "the till took it, the cash-up will clear it"),

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
