"""What gift cards write in the book."""

from tallystick.messages.selling.gift_cards import (
    GiftCardCredited,
    GiftCardExpired,
    GiftCardGranted,
    GiftCardRedeemed,
    GiftCardSold,
)
from tallystick.posting.rule import Rule

# fmt: off
RULES = (
    #    fact              each  debit                          credit                          amount      because
    Rule(GiftCardSold,     "",   "tender_clearing:{tender}",    "gift_cards:{channel}",         "net",      "paid for, and owed until goods are had for it"),
    Rule(GiftCardSold,     "",   "tender_clearing:{tender}",    "tax_payable:{jurisdiction}",   "tax",      "a single-purpose voucher is taxed when it is sold"),
    Rule(GiftCardGranted,  "",   "allowances:{channel}",        "gift_cards:{channel}",         "amount",   "given for nothing, it lowers what sales earn"),
    Rule(GiftCardRedeemed, "",   "gift_cards:{issuer}",         "receivable:{channel}",         "net",      "the card has paid, and is owed no more"),
    Rule(GiftCardRedeemed, "",   "tax_payable:{jurisdiction}",  "receivable:{channel}",         "tax",      "its tax was owed when it was sold, and is not twice"),
    Rule(GiftCardRedeemed, "",   "gift_cards:{issuer}",         "gift_card_breakage:{issuer}",  "breakage", "what is not expected to be asked for is earned with what is"),
    Rule(GiftCardCredited, "",   "receivable:{channel}",        "gift_cards:{issuer}",          "net",      "the goods are back, and the card owed again"),
    Rule(GiftCardCredited, "",   "receivable:{channel}",        "tax_payable:{jurisdiction}",   "tax",      "its tax stays owed since it was sold"),
    Rule(GiftCardCredited, "",   "gift_card_breakage:{issuer}", "gift_cards:{issuer}",          "breakage", "nor is earned what was earned with it"),
    Rule(GiftCardExpired,  "",   "gift_cards:{issuer}",         "gift_card_breakage:{issuer}",  "breakage", "its time is over: nobody will ask for it"),
)
# fmt: on
