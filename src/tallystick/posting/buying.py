"""What purchases, supplier invoices and returns to suppliers write in the book."""

from tallystick.messages.buying.facts import (
    DisputeAccepted,
    GoodsBought,
    GoodsSentBack,
    LandedCostAdded,
    SupplierCredited,
    SupplierInvoiced,
    SupplierPaid,
)
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact              each          debit                           credit                          amount        because
    Rule(GoodsBought,      "sellable",   "stock:sellable:{location}",    "outside:supplier",             "quantity",   "the supplier's goods are here"),
    Rule(GoodsBought,      "sellable",   "inventory:{location}",         "goods_received:{location}",    "value",      "owed at the ordered price, though not yet invoiced"),
    Rule(GoodsBought,      "quarantine", "stock:quarantine:{location}",  "outside:supplier",             "quantity",   "here, though somebody must look at them first"),
    Rule(GoodsBought,      "quarantine", "inventory:{location}",         "goods_received:{location}",    "value",      "owed at the ordered price, though not yet invoiced"),
    Rule(GoodsBought,      "damaged",    "stock:damaged:{location}",     "outside:supplier",             "quantity",   "here, though not to be sold"),
    Rule(GoodsBought,      "damaged",    "inventory:{location}",         "goods_received:{location}",    "value",      "owed until they go back"),

    Rule(GoodsSentBack,    "sellable",   "outside:supplier",             "stock:sellable:{location}",    "quantity",   "back to the supplier"),
    Rule(GoodsSentBack,    "sellable",   "goods_received:{location}",    "inventory:{location}",         "owed",       "not owed any more, or to be credited, at the ordered price"),
    Rule(GoodsSentBack,    "sellable",   "cost_differences:{location}",  "inventory:{location}",         "difference", "what they cost on average beyond the ordered price"),
    Rule(GoodsSentBack,    "quarantine", "outside:supplier",             "stock:quarantine:{location}",  "quantity",   "back to the supplier"),
    Rule(GoodsSentBack,    "quarantine", "goods_received:{location}",    "inventory:{location}",         "owed",       "not owed any more, or to be credited, at the ordered price"),
    Rule(GoodsSentBack,    "quarantine", "cost_differences:{location}",  "inventory:{location}",         "difference", "what they cost on average beyond the ordered price"),
    Rule(GoodsSentBack,    "damaged",    "outside:supplier",             "stock:damaged:{location}",     "quantity",   "back to the supplier"),
    Rule(GoodsSentBack,    "damaged",    "goods_received:{location}",    "inventory:{location}",         "owed",       "not owed any more, or to be credited, at the ordered price"),
    Rule(GoodsSentBack,    "damaged",    "cost_differences:{location}",  "inventory:{location}",         "difference", "what they cost on average beyond the ordered price"),

    Rule(SupplierInvoiced, "lines",      "goods_received:{location}",    "payable:{supplier}",           "cleared",    "the goods are invoiced at the ordered price"),
    Rule(SupplierInvoiced, "lines",      "inventory:{location}",         "payable:{supplier}",           "to_stock",   "dearer or cheaper than ordered, and still here"),
    Rule(SupplierInvoiced, "lines",      "cost_differences:{location}",  "payable:{supplier}",           "to_cost",    "dearer or cheaper than ordered, and gone already"),
    Rule(SupplierInvoiced, "lines",      "disputed_invoices:{supplier}", "payable:{supplier}",           "disputed",   "asked for, and not accepted yet"),
    Rule(SupplierInvoiced, "",           "tax_receivable:{jurisdiction}", "payable:{supplier}",          "tax",        "input tax, to be had back from the tax office"),

    Rule(DisputeAccepted,  "lines",      "inventory:{location}",         "disputed_invoices:{supplier}", "to_stock",   "accepted after all, and still here"),
    Rule(DisputeAccepted,  "lines",      "cost_differences:{location}",  "disputed_invoices:{supplier}", "to_cost",    "accepted after all, and gone already"),

    Rule(SupplierCredited, "lines",      "payable:{supplier}",           "goods_received:{location}",    "cleared",    "what went back is credited at the ordered price"),
    Rule(SupplierCredited, "lines",      "payable:{supplier}",           "inventory:{location}",         "to_stock",   "the goods here cost less after all"),
    Rule(SupplierCredited, "lines",      "payable:{supplier}",           "cost_differences:{location}",  "to_cost",    "the goods cost less after all, and are gone"),
    Rule(SupplierCredited, "lines",      "payable:{supplier}",           "disputed_invoices:{supplier}", "disputed",   "what was disputed is given back"),
    Rule(SupplierCredited, "",           "payable:{supplier}",           "tax_receivable:{jurisdiction}", "tax",       "its input tax is not to be had"),

    Rule(LandedCostAdded,  "lines",      "inventory:{location}",         "payable:{payee}",              "to_stock",   "bringing goods here is part of their cost"),
    Rule(LandedCostAdded,  "lines",      "cost_differences:{location}",  "payable:{payee}",              "to_cost",    "the part of those that are gone already"),
    Rule(LandedCostAdded,  "",           "tax_receivable:{jurisdiction}", "payable:{payee}",             "tax",        "input tax, to be had back from the tax office"),

    Rule(SupplierPaid,     "",           "payable:{supplier}",           "bank:{bank}",                  "amount",     "the supplier has his money"),
)
# fmt: on
