"""What marketplaces write in the book: the tax they collect, the commission they keep, what they pay out.

The tax a marketplace collects from a buyer is neither our revenue nor our debt to a tax office: IFRS 15.47 and ASC
606-10-32-2 leave out what is collected on behalf of others; VAT Directive Art. 14a with 136a, and VATA 1994 s. 5A, make the
marketplace the seller to the buyer and our own supply to it free of tax. It passes through `marketplace_tax` until the
settlement shows that it was withheld: what stays there, was taken and not withheld, or the other way round.
"""

from tallystick.messages.fulfilment import GoodsDispatched
from tallystick.messages.marketplaces.facts import MarketplaceCharged, MarketplaceSettled
from tallystick.messages.returns import GoodsLost, GoodsReturned
from tallystick.messages.sales import AllowanceGranted
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact                each         debit                        credit                     amount        because
    Rule(GoodsDispatched,    "collected", "receivable:{channel}",      "marketplace_tax:{channel}", "tax",      "the marketplace takes it from the buyer and owes it to the tax office itself"),
    Rule(GoodsReturned,      "collected", "marketplace_tax:{channel}", "receivable:{channel}",    "tax",        "the buyer has it back, and nobody owes it"),
    Rule(GoodsLost,          "collected", "marketplace_tax:{channel}", "receivable:{channel}",    "tax",        "the buyer has it back, and nobody owes it"),
    Rule(AllowanceGranted,   "collected", "marketplace_tax:{channel}", "receivable:{channel}",    "tax",        "the tax on what was taken off the price"),

    Rule(MarketplaceSettled, "",          "bank:{bank}",               "psp_clearing:{provider}", "net",        "the marketplace pays us out"),
    Rule(MarketplaceSettled, "",          "marketplace_fees:{channel}", "psp_clearing:{provider}", "commission", "the commission and fees it kept of the order"),
    Rule(MarketplaceSettled, "",          "marketplace_tax:{channel}", "psp_clearing:{provider}", "withheld",   "the tax it kept for the tax office"),
    Rule(MarketplaceCharged, "",          "marketplace_fees:{channel}", "bank:{bank}",            "cost",       "what the payout was smaller by beside all orders"),
    Rule(MarketplaceCharged, "",          "marketplace_reserve:{channel}", "bank:{bank}",         "held",       "held back for a later payout; negative: paid now"),
)
# fmt: on
