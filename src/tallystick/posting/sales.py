"""What finished sales, credits and bad debts write in the book."""

from tallystick.messages.sales import BadDebtAdjusted, SaleCredited, SaleRecorded
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact             each         debit                       credit                       amount         because
    Rule(SaleRecorded,    "goods",     "outside:customer",         "stock:sellable:{location}", "quantity",    "the goods left with the customer"),
    Rule(SaleRecorded,    "goods",     "receivable:{channel}",     "revenue:{channel}",         "net",         "control passed, revenue is earned"),
    Rule(SaleRecorded,    "goods",     "receivable:{channel}",     "tax_payable:{jurisdiction}", "tax",        "owed to the tax office"),
    Rule(SaleRecorded,    "goods",     "cost_of_sales:{channel}",  "inventory:{location}",      "cost",        "cost follows the goods"),
    Rule(SaleRecorded,    "goods",     "loyalty_discounts:{channel}", "revenue:{channel}",         "loyalty",     "the shelf price is revenue, less what the customer's card took off"),
    Rule(SaleRecorded,    "goods",     "coupon_matches:{channel}", "revenue:{channel}",         "match",       "the shelf price is revenue, less what we added to the coupon"),
    Rule(SaleRecorded,    "goods",     "coupon_claims:{channel}",  "receivable:{channel}",      "coupon",      "the manufacturer owes this part in the customer's place"),
    Rule(SaleRecorded,    "giveaways", "outside:customer",         "stock:sellable:{location}", "quantity",    "the goods left without a price"),
    Rule(SaleRecorded,    "giveaways", "giveaways:{channel}",      "inventory:{location}",      "cost",        "a gift costs what it cost"),
    Rule(SaleRecorded,    "services",  "outside:customer",         "outside:unstocked",         "quantity",    "counted, though no shelf holds it"),
    Rule(SaleRecorded,    "services",  "receivable:{channel}",     "service_revenue:{service}", "net",         "the service is rendered with the sale"),
    Rule(SaleRecorded,    "services",  "receivable:{channel}",     "tax_payable:{jurisdiction}", "tax",        "owed to the tax office"),
    Rule(SaleRecorded,    "charges",   "outside:customer",         "outside:unstocked",         "quantity",    "counted, though no shelf holds it"),
    Rule(SaleRecorded,    "charges",   "receivable:{channel}",     "charges:{service}",         "net",         "a charge is taken back or passed on"),
    Rule(SaleRecorded,    "vouchers",  "outside:customer",         "outside:unstocked",         "quantity",    "counted, though no shelf holds it"),
    Rule(SaleRecorded,    "vouchers",  "receivable:{channel}",     "gift_vouchers:{channel}",   "net",         "a voucher is owed until it is redeemed"),
    Rule(SaleRecorded,    "scans",     "receivable:{channel}",     "revenue:{channel}",         "net",         "sold at a price, though no units were counted"),
    Rule(SaleRecorded,    "scans",     "loyalty_discounts:{channel}", "revenue:{channel}",         "loyalty",     "the shelf price is revenue, less what the customer's card took off"),
    Rule(SaleRecorded,    "scans",     "coupon_matches:{channel}", "revenue:{channel}",         "match",       "the shelf price is revenue, less what we added to the coupon"),
    Rule(SaleRecorded,    "scans",     "coupon_claims:{channel}",  "receivable:{channel}",      "coupon",      "the manufacturer owes this part in the customer's place"),
    Rule(SaleRecorded,    "",          "tender_clearing:{tender}", "receivable:{channel}",      "paid",        "the tender cleared it at once"),
    Rule(SaleRecorded,    "",          "till_takings:{location}:{tender}", "receivable:{channel}",      "taken",       "the till took it, the cash-up will clear it"),

    Rule(SaleCredited,    "matched",   "stock:sellable:{location}", "outside:customer",         "quantity",    "the goods are back"),
    Rule(SaleCredited,    "matched",   "sales_credits:{channel}",  "receivable:{channel}",      "net",         "the sale is taken back"),
    Rule(SaleCredited,    "matched",   "tax_payable:{jurisdiction}", "receivable:{channel}",    "tax",         "its tax is no longer owed"),
    Rule(SaleCredited,    "matched",   "inventory:{location}",     "cost_of_sales:{channel}",   "cost",        "they come back at the cost they left at"),
    Rule(SaleCredited,    "blind",     "stock:sellable:{location}", "outside:customer",         "quantity",    "the goods are back, from no sale we know"),
    Rule(SaleCredited,    "blind",     "sales_credits:{channel}",  "receivable:{channel}",      "net",         "it was credited all the same"),
    Rule(SaleCredited,    "blind",     "tax_payable:{jurisdiction}", "receivable:{channel}",    "tax",         "its tax is no longer owed"),
    Rule(SaleCredited,    "blind",     "inventory:{location}",     "cost_of_sales:{channel}",   "cost",        "at the cost known now, for want of the sale's"),
    Rule(SaleCredited,    "services",  "outside:unstocked",        "outside:customer",          "quantity",    "counted, though no shelf holds it"),
    Rule(SaleCredited,    "services",  "service_revenue:{service}", "receivable:{channel}",     "net",         "the service is taken back"),
    Rule(SaleCredited,    "services",  "tax_payable:{jurisdiction}", "receivable:{channel}",    "tax",         "its tax is no longer owed"),
    Rule(SaleCredited,    "charges",   "outside:unstocked",        "outside:customer",          "quantity",    "counted, though no shelf holds it"),
    Rule(SaleCredited,    "charges",   "charges:{service}",        "receivable:{channel}",      "net",         "a fee, discount, sample or commission is granted"),
    Rule(SaleCredited,    "vouchers",  "outside:unstocked",        "outside:customer",          "quantity",    "counted, though no shelf holds it"),
    Rule(SaleCredited,    "vouchers",  "gift_vouchers:{channel}",  "receivable:{channel}",      "net",         "the voucher is no longer owed"),
    Rule(SaleCredited,    "",          "receivable:{channel}",     "tender_clearing:{tender}",  "paid",        "the tender gave it back at once"),

    Rule(BadDebtAdjusted, "lines",     "outside:customer",         "outside:unstocked",         "quantity",    "counted, though no shelf holds it"),
    Rule(BadDebtAdjusted, "lines",     "bad_debt:{channel}",       "receivable:{channel}",      "written_off", "the customer will not pay; negative revives the claim"),
)
# fmt: on
